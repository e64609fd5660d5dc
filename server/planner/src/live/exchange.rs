//! Looks whether two couriers would ride less if they had some of each other's stops.

use super::error::LiveError;
use super::fill::bike_with;
use super::part::Part;
use super::standing::Standing;
use super::suggestion::{Moved, Suggestion};
use super::terms::Terms;
use crate::checker::check;
use crate::plan::Plan;
use crate::search::{Budget, Pace, Progress, plan};

/// The best that two rounds could be, if that is worth it by the terms. The seed and the steps decide it on every
/// machine; told to stop, it gives the best so far.
pub fn exchange(
    standing: &Standing,
    (one, other): (usize, usize),
    terms: Terms,
    (seed, steps): (u64, u64),
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Option<Suggestion>, LiveError> {
    standing.validate()?;
    between(standing, [one, other], terms, (seed, steps), pace)
}

/// What pairs of rounds could gain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The most first, no round in two of them.
    pub suggestions: Vec<Suggestion>,
    /// The pair to go on with, if not all were looked at in this time.
    pub next: usize,
}

/// What any two rounds of the day could gain, of what is wanted. It begins with the pair of that number and goes round:
/// told to stop, it gives what it has found so far, and who looks again goes on with the pairs that were not reached.
pub fn suggestions(
    standing: &Standing,
    terms: Terms,
    (seed, steps): (u64, u64),
    from: usize,
    wanted: &mut dyn FnMut(&Suggestion) -> bool,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Compared, LiveError> {
    standing.validate()?;
    let rounds = standing.rounds.len();
    let mut stopped = false;
    let mut found = Vec::new();
    let mut pairs: Vec<[usize; 2]> =
        (0..rounds).flat_map(|one| (one + 1..rounds).map(move |other| [one, other])).collect();
    let from = from.checked_rem(pairs.len()).unwrap_or(0);
    pairs.rotate_left(from);
    let mut looked_at = 0;
    for pair in &pairs {
        let mut pace = |progress: &Progress| {
            let pace = pace(progress);
            stopped |= pace == Pace::Stop;
            pace
        };
        let suggestion = between(standing, *pair, terms, (seed, steps), &mut pace)?;
        if stopped {
            break;
        }
        looked_at += 1;
        found.extend(suggestion.filter(|suggestion| wanted(suggestion)));
    }
    found.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.gain));
    let mut taken: Vec<usize> = Vec::new();
    found.retain(|suggestion| {
        let free = suggestion.rounds.iter().all(|round| !taken.contains(&round.round));
        if free {
            taken.extend(suggestion.rounds.iter().map(|round| round.round));
        }
        free
    });
    let next = (from + looked_at).checked_rem(pairs.len()).unwrap_or(0);
    Ok(Compared { suggestions: found, next })
}

fn between(
    standing: &Standing,
    pair: [usize; 2],
    terms: Terms,
    (seed, steps): (u64, u64),
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Option<Suggestion>, LiveError> {
    let part = Part::of(standing, &pair, &[], terms)?;
    let stands = part.plan();
    let made = plan(&part.problem, seed, Budget::Steps(steps), pace)?;
    check(&part.problem, &made).map_err(LiveError::Refused)?;
    if !made.left_out.is_empty() {
        return Ok(None);
    }
    let moved = moved(&part, &stands, &made, pair);
    let gain = part.cost(&stands).saturating_sub(part.cost(&made));
    let asked = terms.gain_per_order.saturating_mul(moved.len() as u64).saturating_add(terms.gain_at_least);
    if gain == 0 || gain < asked {
        return Ok(None);
    }
    let rounds = pair.into_iter().enumerate().map(|(bike, round)| part.new_round(&made, bike, round));
    let rounds =
        rounds.filter(|new| standing.rounds.get(new.round).is_some_and(|old| old.stops != new.stops));
    Ok(Some(Suggestion {
        rounds: rounds.collect(),
        moved,
        gain,
        later: part.later(&part.begins(&part.stands), &made),
    }))
}

fn moved(part: &Part, stands: &Plan, made: &Plan, pair: [usize; 2]) -> Vec<Moved> {
    let moved = (0..part.problem.orders.len()).filter_map(|order| {
        let (from, to) = (bike_with(stands, order)?, bike_with(made, order)?);
        let (from, to) = (*pair.get(from)?, *pair.get(to)?);
        (from != to).then(|| Moved { order: part.name(order), from, to })
    });
    moved.collect()
}
