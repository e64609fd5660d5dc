//! A courier is out: what is left of her round, offered to the others as one plan.

use super::error::LiveError;
use super::fill::{NotPlaced, bike_with, fill, left_out};
use super::part::{Part, bind_stop, named};
use super::standing::Standing;
use super::suggestion::{Moved, NewRound};
use super::terms::Terms;
use crate::problem::StopId;
use crate::search::{Pace, Progress};

/// The rest of a round, with the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// The rounds of the others that get something, as they would be ridden.
    pub rounds: Vec<NewRound>,
    /// Which order goes to whom.
    pub moved: Vec<Moved>,
    /// The stop that gets later most, hers or another's, and by how many ticks.
    pub later: Option<(StopId, u32)>,
    /// Orders with goods on her bike: somebody has to meet her, and no plan says where.
    pub on_board: Vec<usize>,
    /// Orders that nobody has room for.
    pub left_out: Vec<NotPlaced>,
}

/// Gives the orders of a round to these others, in the sequence in which she would have handed them over. Everything else
/// keeps its bike and its sequence. Her stops get no later than the terms say, either; one that stands later than its
/// window may be as late as it stands. Told to stop, it
/// has not tried the rest.
pub fn without(
    standing: &Standing,
    round: usize,
    others: &[usize],
    terms: Terms,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Passed, LiveError> {
    standing.validate()?;
    let gone = standing.rounds.get(round).ok_or(LiveError::NoSuchRound { round })?;
    let hers = Part::of(standing, &[round], &[], terms)?;
    let (on_board, open): (Vec<usize>, Vec<usize>) =
        gone.orders().partition(|order| gone.has_on_board(&standing.problem, *order));
    if others.contains(&round) {
        return Err(LiveError::NoSuchRound { round });
    }

    let mut relaxed = standing.clone();
    for visit in hers.stands.iter().flat_map(|round| &round.visits) {
        let stop = named(visit.stop, hers.name(visit.stop.order()));
        bind_stop(&mut relaxed.problem, stop, visit.begins, terms.later_at_most);
    }
    let part = Part::of(&relaxed, others, &open, terms)?;
    let first = part.problem.orders.len().saturating_sub(open.len());
    let plan = fill(&part, first, pace)?;
    let round_of = |bike: usize| others.get(bike).copied().unwrap_or_default();
    let moved = (first..part.problem.orders.len()).filter_map(|order| {
        Some(Moved { order: part.name(order), from: round, to: round_of(bike_with(&plan, order)?) })
    });
    let moved = moved.collect();
    let left_out = left_out(&part, &plan, round_of, pace)?;
    let mut before = part.begins(&part.stands);
    before.extend(hers.begins(&hers.stands));
    let later = part.later(&before, &plan);
    let mut passed = Passed { rounds: Vec::new(), moved, later, on_board, left_out };
    for (bike, other) in others.iter().enumerate() {
        if passed.moved.iter().any(|moved| moved.to == *other) {
            passed.rounds.push(part.new_round(&plan, bike, *other));
        }
    }
    Ok(passed)
}
