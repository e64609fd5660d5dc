//! The plan, told by members, stops and times of day.

use core_sync::domain::time::Window;
use core_sync::wire::plan::{PlanAnswer, PlannedRound, PlannedStop, TravelSaid};
use planner::{Pace, Plan, Progress, Round, StopId, would_fit};

use super::left_out::{Meaning, no_order};
use super::problem::Laid;
use super::{Asked, PlanningError, TRIED_MAX, is_told_to_stop};

/// Tells the plan.
pub(super) fn tell(
    asked: &Asked,
    laid: &Laid,
    made: &Plan,
    travel: TravelSaid,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<PlanAnswer, PlanningError> {
    let meaning = Meaning { couriers: asked.couriers.iter().collect(), base: laid.base };
    let rounds = made.rounds.iter().filter_map(|made| round(&meaning, laid, made)).collect();
    let mut left_out = Vec::new();
    for (place, left) in made.left_out.iter().enumerate() {
        let tried = if place < TRIED_MAX && !is_told_to_stop(pace) {
            would_fit(&laid.problem, made, left.order, &mut || is_told_to_stop(pace))?
        } else {
            Vec::new()
        };
        if let (Some(order), Some(laid)) = (laid.orders.get(left.order), laid.problem.orders.get(left.order))
        {
            left_out.push(meaning.left_out(order, laid.size(), left.reason, &tried));
        }
    }
    left_out.extend(laid.others.iter().map(|(why, stops)| no_order(*why, stops)));
    Ok(PlanAnswer { drafts: asked.drafts.clone(), rounds, left_out, travel })
}

/// The kilograms of a pickup.
fn picked_up(laid: &Laid, stop: StopId) -> Option<u64> {
    let StopId::Pickup { order, pickup } = stop else { return None };
    laid.problem.orders.get(order)?.pickups.get(pickup).map(|(_, size)| u64::from(size.kilograms))
}

fn round(meaning: &Meaning<'_>, laid: &Laid, made: &Round) -> Option<PlannedRound> {
    let stops = made.visits.iter().filter_map(|visit| {
        Some(PlannedStop {
            stop: laid.orders.get(visit.stop.order())?.id_of(visit.stop)?,
            arrives_ms: meaning.moment(visit.arrives),
            begins_ms: meaning.moment(visit.begins),
            leaves_ms: meaning.moment(visit.leaves),
        })
    });
    let pause = made
        .rest
        .map(|rest| Window { from_ms: meaning.moment(rest.begins), until_ms: meaning.moment(rest.ends) });
    Some(PlannedRound {
        courier: meaning.courier(made.bike)?,
        leaves_ms: meaning.moment(made.departs),
        returns_ms: meaning.moment(made.returns),
        ridden_seconds: made.ridden,
        metres: made.metres,
        kilograms: made.visits.iter().filter_map(|visit| picked_up(laid, visit.stop)).sum(),
        pause,
        stops: stops.collect(),
    })
}
