//! Each order whole, on one bike that may take it, or left out for a reason that is true.

use std::collections::{BTreeMap, BTreeSet};

use super::Fault;
use crate::left_out::{LeftOut, Reason};
use crate::plan::{Plan, Round};
use crate::problem::{Bike, Order, Problem, StopId, TICKS_MAX};

/// Checks that the round's orders are whole, in a possible sequence, and fit its bike.
pub fn check_round(problem: &Problem, round: &Round) -> Result<(), Fault> {
    let bike = round.bike;
    let mut index_of = BTreeMap::new();
    for (index, visit) in round.visits.iter().enumerate() {
        if problem.stop(visit.stop).is_none() {
            return Err(Fault::NoSuchStop { bike, stop: visit.stop });
        }
        if index_of.insert(visit.stop, index).is_some() {
            return Err(Fault::StopTwice { stop: visit.stop });
        }
    }
    let orders: BTreeSet<usize> = round.visits.iter().map(|visit| visit.stop.order()).collect();
    for index in orders {
        let Some(order) = problem.orders.get(index) else { continue };
        let Some(dropped) = index_of.get(&StopId::DropOff { order: index }) else {
            return Err(Fault::DropOffMissing { bike, order: index });
        };
        for pickup in 0..order.pickups.len() {
            match index_of.get(&StopId::Pickup { order: index, pickup }) {
                None => return Err(Fault::PickupMissing { order: index, pickup }),
                Some(picked) if picked > dropped => {
                    return Err(Fault::DropOffTooSoon { order: index, pickup });
                }
                Some(_) => {}
            }
        }
        if let Some(rides) = problem.bikes.get(bike) {
            if order.skills & !rides.skills != 0 {
                return Err(Fault::SkillMissing { bike, order: index });
            }
            if order.flags & !rides.flags != 0 {
                return Err(Fault::FlagMissing { bike, order: index });
            }
        }
    }
    Ok(())
}

/// Checks that no order is in two rounds, and that every other one is left out, once.
pub fn check_all(problem: &Problem, plan: &Plan) -> Result<(), Fault> {
    let mut planned = BTreeSet::new();
    for round in &plan.rounds {
        for visit in &round.visits {
            if !planned.insert(visit.stop) {
                return Err(Fault::StopTwice { stop: visit.stop });
            }
        }
    }
    let mut left_out = BTreeSet::new();
    for LeftOut { order, reason } in &plan.left_out {
        let Some(asked) = problem.orders.get(*order) else {
            return Err(Fault::NoSuchOrderLeftOut { order: *order });
        };
        if !left_out.insert(*order) {
            return Err(Fault::LeftOutTwice { order: *order });
        }
        if planned.contains(&StopId::DropOff { order: *order }) {
            return Err(Fault::PlannedAndLeftOut { order: *order });
        }
        if !is_true(problem, asked, *reason) {
            return Err(Fault::ReasonUntrue { order: *order });
        }
    }
    for order in 0..problem.orders.len() {
        if !planned.contains(&StopId::DropOff { order }) && !left_out.contains(&order) {
            return Err(Fault::OrderForgotten { order });
        }
    }
    Ok(())
}

/// Whether a reason is true, as far as a glance tells. What only a search can show is believed.
fn is_true(problem: &Problem, order: &Order, reason: Reason) -> bool {
    let (litres, kilograms) = order.size();
    let skilled = |bike: &Bike| order.skills & !bike.skills == 0;
    let fitted = |bike: &Bike| skilled(bike) && order.flags & !bike.flags == 0;
    let roomy = |bike: &Bike| {
        fitted(bike)
            && litres <= u64::from(bike.capacity.litres.min(TICKS_MAX))
            && kilograms <= u64::from(bike.capacity.kilograms.min(TICKS_MAX))
    };
    match reason {
        Reason::NotTried => true,
        Reason::NoBikes => problem.bikes.is_empty(),
        Reason::Skills => !problem.bikes.iter().any(skilled),
        Reason::Flags => !problem.bikes.iter().any(fitted),
        Reason::TooLarge => !problem.bikes.iter().any(roomy),
        Reason::WindowNeverOpen => order.stops().any(|stop| stop.window.earliest > stop.window.latest),
        Reason::Unreachable | Reason::NoTimeAlone | Reason::NoRoomBesideOthers => {
            problem.bikes.iter().any(roomy)
        }
    }
}
