//! Puts a new order into a day under way, at once.

use super::error::LiveError;
use super::part::Part;
use super::standing::Standing;
use super::suggestion::NewRound;
use super::terms::Terms;
use crate::left_out::Reason;
use crate::plan::{Plan, Round};
use crate::search::{PlaceError, place};

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    /// It is in this round, dropped off at this tick. Every other stop keeps its bike and its sequence, and none is later
    /// than the terms allow.
    In {
        /// The round with it.
        round: NewRound,
        /// When its drop-off begins.
        drop_off: u32,
    },
    /// It fits nowhere.
    LeftOut(Reason),
}

/// Finds the round in which an order that is in none adds least.
pub fn place_now(standing: &Standing, order: usize, terms: Terms) -> Result<Placed, LiveError> {
    standing.validate()?;
    let has = standing.rounds.iter().flat_map(|round| &round.stops).any(|stop| stop.order() == order);
    if has || order >= standing.problem.orders.len() {
        return Err(LiveError::Order { order });
    }
    let rounds: Vec<usize> = (0..standing.rounds.len()).collect();
    let part = Part::of(standing, &rounds, &[order], terms)?;
    let new = part.problem.orders.len().saturating_sub(1);
    let made = placed(&part, &part.plan(), new)?;
    Ok(match made.left_out.iter().find(|left_out| left_out.order == new) {
        Some(left_out) => Placed::LeftOut(left_out.reason),
        None => {
            let bike = bike_with(&made, new).unwrap_or_default();
            let drop_off = part.drop_offs(&made.rounds).get(&new).copied().unwrap_or_default();
            Placed::In { round: part.new_round(&made, bike, bike), drop_off }
        }
    })
}

/// The plan with one of the part's orders in it.
pub(super) fn placed(part: &Part, plan: &Plan, order: usize) -> Result<Plan, LiveError> {
    place(&part.problem, plan, order).map_err(|error| match error {
        PlaceError::Problem(error) => LiveError::Problem(error),
        PlaceError::Plan(fault) => LiveError::Refused(fault),
        PlaceError::NoSuchOrder { order } | PlaceError::Planned { order } => {
            LiveError::Order { order: part.name(order) }
        }
    })
}

/// The bike that brings an order, if one does.
pub(super) fn bike_with(plan: &Plan, order: usize) -> Option<usize> {
    let has = |round: &&Round| round.visits.iter().any(|visit| visit.stop.order() == order);
    plan.rounds.iter().find(has).map(|round| round.bike)
}
