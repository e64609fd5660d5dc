//! Puts new orders into a day under way, at once.

use super::error::LiveError;
use super::fill::{NotPlaced, bike_with, fill, left_out};
use super::part::Part;
use super::standing::Standing;
use super::suggestion::NewRound;
use super::terms::Terms;
use crate::problem::StopId;
use crate::search::{Pace, Progress};

/// What became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedNow {
    /// The rounds that get something. Every other stop keeps its bike and its sequence, and none is later than the terms
    /// allow.
    pub rounds: Vec<NewRound>,
    /// The orders that are in one now.
    pub placed: Vec<PlacedOrder>,
    /// The stop that gets later most, and by how many ticks.
    pub later: Option<(StopId, u32)>,
    /// The orders that fit nowhere.
    pub left_out: Vec<NotPlaced>,
}

/// An order that is in a round now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedOrder {
    /// The order.
    pub order: usize,
    /// The round.
    pub round: usize,
    /// The tick at which its drop-off begins.
    pub drop_off: u32,
}

/// Puts orders that are in no round where each adds least, one after another, into these rounds. Told to stop, it has not
/// tried the rest.
pub fn place_now(
    standing: &Standing,
    rounds: &[usize],
    orders: &[usize],
    terms: Terms,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<PlacedNow, LiveError> {
    standing.validate()?;
    for (index, order) in orders.iter().enumerate() {
        let has = standing.rounds.iter().flat_map(|round| &round.stops).any(|stop| stop.order() == *order);
        let twice = orders.iter().take(index).any(|other| other == order);
        if has || twice || *order >= standing.problem.orders.len() {
            return Err(LiveError::Order { order: *order });
        }
    }
    let part = Part::of(standing, rounds, orders, terms)?;
    let first = part.problem.orders.len().saturating_sub(orders.len());
    let made = fill(&part, first, pace)?;
    let round_of = |bike: usize| rounds.get(bike).copied().unwrap_or_default();
    let begins = part.begins(&made.rounds);
    let placed: Vec<PlacedOrder> = (first..part.problem.orders.len())
        .filter_map(|order| {
            Some(PlacedOrder {
                order: part.name(order),
                round: round_of(bike_with(&made, order)?),
                drop_off: *begins.get(&StopId::DropOff { order: part.name(order) })?,
            })
        })
        .collect();
    let changed = rounds.iter().enumerate();
    let changed = changed.filter(|(_, round)| placed.iter().any(|placed| placed.round == **round));
    let changed = changed.map(|(bike, round)| part.new_round(&made, bike, *round)).collect();
    let left_out = left_out(&part, &made, round_of, pace)?;
    Ok(PlacedNow { rounds: changed, placed, later: part.later(&part.begins(&part.stands), &made), left_out })
}
