//! The plan, told by members, stops and times of day.

use core_sync::domain::ids::{MemberId, StopId as Id};
use core_sync::domain::time::Window;
use core_sync::wire::plan::{LeftOutStops, PlanAnswer, PlannedRound, PlannedStop, TravelSaid, WouldFitView};
use planner::{LeftOut, Pace, Plan, Progress, Round, StopId, WouldFit, would_fit};

use super::ask::SHIFT_MAX;
use super::orders::{DraftOrder, Waiting};
use super::problem::Laid;
use super::{Asked, PlanningError, TRIED_MAX, stops};

/// Tells the plan.
pub(super) fn tell(
    asked: &Asked,
    laid: &Laid,
    made: &Plan,
    travel: TravelSaid,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<PlanAnswer, PlanningError> {
    let rounds = made.rounds.iter().filter_map(|made| round(asked, laid, made)).collect();
    let mut left_out = Vec::new();
    for (place, left) in made.left_out.iter().enumerate() {
        let tried = if place < TRIED_MAX && !stops(pace) {
            would_fit(&laid.problem, made, left.order)?
        } else {
            Vec::new()
        };
        left_out.extend(order_left_out(asked, laid, *left, &tried));
    }
    left_out.extend(laid.others.iter().map(|(why, stops)| LeftOutStops {
        order: stops.iter().find_map(|(_, stop)| stop.order),
        stops: stops.iter().map(|(id, _)| *id).collect(),
        litres: 0,
        kilograms: 0,
        window: None,
        reason: why.code().to_owned(),
        would_fit: Vec::new(),
    }));
    Ok(PlanAnswer { drafts: asked.drafts.clone(), rounds, left_out, travel })
}

fn round(asked: &Asked, laid: &Laid, made: &Round) -> Option<PlannedRound> {
    let stops = made.visits.iter().filter_map(|visit| {
        Some(PlannedStop {
            stop: id_of(laid.orders.get(visit.stop.order())?, visit.stop)?,
            arrives_ms: laid.moment(visit.arrives),
            begins_ms: laid.moment(visit.begins),
            leaves_ms: laid.moment(visit.leaves),
        })
    });
    Some(PlannedRound {
        courier: courier(asked, made.bike)?,
        leaves_ms: laid.moment(made.departs),
        returns_ms: laid.moment(made.returns),
        ridden_seconds: made.ridden,
        metres: made.metres,
        pause: made
            .rest
            .map(|rest| Window { from_ms: laid.moment(rest.begins), until_ms: laid.moment(rest.ends) }),
        stops: stops.collect(),
    })
}

fn order_left_out(asked: &Asked, laid: &Laid, left: LeftOut, tried: &[WouldFit]) -> Option<LeftOutStops> {
    let order = laid.orders.get(left.order)?;
    let all: Vec<&Waiting> = order.pickups.iter().chain([&order.drop_off]).collect();
    Some(LeftOutStops {
        order: order.drop_off.1.order,
        stops: all.iter().map(|(id, _)| *id).collect(),
        litres: laid.problem.orders.get(left.order).map_or(0, |order| order.size().0),
        kilograms: laid.problem.orders.get(left.order).map_or(0, |order| order.size().1),
        window: Some(order.drop_off.1.window),
        reason: left.reason.code().to_owned(),
        would_fit: tried.iter().filter_map(|would| view(asked, laid, *would)).collect(),
    })
}

/// Nobody asks for skills or flags yet, so nobody lacks them.
fn view(asked: &Asked, laid: &Laid, would: WouldFit) -> Option<WouldFitView> {
    Some(match would {
        WouldFit::AnotherTime { bike, begins } => {
            WouldFitView::AnotherTime { courier: courier(asked, bike)?, begins_ms: laid.moment(begins) }
        }
        WouldFit::LongerShift { bike, returns } => {
            let from = asked.couriers.get(bike)?.shift.from_ms;
            // A shift that may not be is no advice.
            if laid.moment(returns).since(from) > SHIFT_MAX {
                return None;
            }
            WouldFitView::LongerShift { courier: courier(asked, bike)?, returns_ms: laid.moment(returns) }
        }
        WouldFit::OneMoreBike { like } => WouldFitView::OneMoreBike { like: courier(asked, like)? },
        WouldFit::LargerBox { bike, litres, kilograms } => {
            WouldFitView::LargerBox { courier: courier(asked, bike)?, litres, kilograms }
        }
        WouldFit::Skills { .. } | WouldFit::Flags { .. } => return None,
    })
}

fn courier(asked: &Asked, bike: usize) -> Option<MemberId> {
    asked.couriers.get(bike).map(|courier| courier.courier)
}

fn id_of(order: &DraftOrder, stop: StopId) -> Option<Id> {
    match stop {
        StopId::Pickup { pickup, .. } => order.pickups.get(pickup).map(|(id, _)| *id),
        StopId::DropOff { .. } => Some(order.drop_off.0),
    }
}
