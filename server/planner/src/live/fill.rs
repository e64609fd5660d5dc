//! Orders that no round of a part has, put in one after another; and of those that fit nowhere, why.

use super::error::LiveError;
use super::part::Part;
use crate::left_out::Reason;
use crate::plan::{Plan, Round};
use crate::search::{Pace, PlaceError, Progress, place};
use crate::would_fit::{WouldFit, would_fit_on_these};

/// Orders left out of which what would make room is tried: some sixty placings each and more, and nobody reads more.
pub const WOULD_FIT_MAX: usize = 12;

/// An order that fits nowhere as the day stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotPlaced {
    /// The order.
    pub order: usize,
    /// Why.
    pub reason: Reason,
    /// What alone would make room for it; bikes are named by the index of their round.
    pub would_fit: Vec<WouldFit>,
}

/// The rounds of a part with each of its orders from `first` on where it adds least. Told to stop, it has not tried the
/// rest.
pub(super) fn fill(
    part: &Part,
    first: usize,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Plan, LiveError> {
    let mut plan = part.plan();
    for order in first..part.problem.orders.len() {
        if pace(&Progress::default()) == Pace::Stop {
            break;
        }
        plan = place(&part.problem, &plan, order).map_err(|error| named(part, error))?;
    }
    Ok(plan)
}

/// What a plan of a part leaves out, by the names of the whole; `round_of` is the round of each bike.
pub(super) fn left_out(
    part: &Part,
    plan: &Plan,
    round_of: impl Fn(usize) -> usize,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Vec<NotPlaced>, LiveError> {
    let mut not = Vec::new();
    for (index, left) in plan.left_out.iter().enumerate() {
        let tried = if index < WOULD_FIT_MAX && pace(&Progress::default()) != Pace::Stop {
            let mut halted = || pace(&Progress::default()) == Pace::Stop;
            would_fit_on_these(&part.problem, plan, left.order, &mut halted)
                .map_err(|error| named(part, error))?
        } else {
            Vec::new()
        };
        let would_fit =
            tried.into_iter().map(|would| part.counted_from_the_box(would).on(&round_of)).collect();
        not.push(NotPlaced { order: part.name(left.order), reason: left.reason, would_fit });
    }
    Ok(not)
}

/// The bike that brings an order, if one does.
pub(super) fn bike_with(plan: &Plan, order: usize) -> Option<usize> {
    let has = |round: &&Round| round.visits.iter().any(|visit| visit.stop.order() == order);
    plan.rounds.iter().find(has).map(|round| round.bike)
}

fn named(part: &Part, error: PlaceError) -> LiveError {
    match error {
        PlaceError::Problem(error) => LiveError::Problem(error),
        PlaceError::Plan(fault) => LiveError::Refused(fault),
        PlaceError::NoSuchOrder { order } | PlaceError::Planned { order } => {
            LiveError::Order { order: part.name(order) }
        }
    }
}
