//! Writes the routes out as a plan, with every time in it.

use super::at::At;
use super::ground::{Ground, ticks};
use super::reasons;
use super::route::Route;
use super::uneven;
use super::view::View;
use crate::left_out::{LeftOut, Reason};
use crate::plan::{Plan, Rest, Round, Visit};
use crate::problem::{Problem, StopId};

/// The plan that these routes are; `untried` are orders that nobody came to before the work was stopped.
pub fn plan(problem: &Problem, ground: &Ground, routes: &[Route], untried: &[u32]) -> Plan {
    let mut plan = Plan::default();
    let mut served = vec![false; ground.orders.len()];
    for (bike, route) in routes.iter().enumerate().filter(|(_, route)| !route.is_idle()) {
        let Some(round) = round(problem, ground, bike, route) else { continue };
        for visit in route.inner() {
            served.put(ground.node(visit.node).order as usize, true);
        }
        plan.cost = plan.cost.saturating_add(cost(problem, &round));
        plan.rounds.push(round);
    }
    for (index, _) in served.iter().enumerate().filter(|(_, served)| !**served) {
        let order = index as u32;
        let is_untried = untried.contains(&order);
        let reason = if is_untried { Reason::NotTried } else { reasons::of(problem, ground, index) };
        plan.left_out.push(LeftOut { order: ground.name(order), reason });
    }
    plan
}

/// What a round adds to the plan's cost.
pub fn cost(problem: &Problem, round: &Round) -> u64 {
    let aims = problem.aims;
    let fixed = problem.bikes.get(round.bike).map_or(0, |bike| u64::from(bike.fixed_cost));
    let out = u64::from(round.returns.saturating_sub(round.departs));
    let ridden = round.ridden.saturating_mul(u64::from(aims.per_tick_ridden));
    let metres = round.metres.saturating_mul(u64::from(aims.per_metre));
    fixed
        .saturating_add(ridden)
        .saturating_add(metres)
        .saturating_add(out.saturating_mul(u64::from(aims.per_tick_out)))
        .saturating_add(uneven::cost(&aims, out, kilograms(problem, round)))
}

/// What a round picks up, as the search counts it.
fn kilograms(problem: &Problem, round: &Round) -> u64 {
    let pickups = round.visits.iter().filter_map(|visit| match visit.stop {
        StopId::Pickup { order, pickup } => problem.orders.get(order)?.pickups.get(pickup),
        StopId::DropOff { .. } => None,
    });
    pickups.map(|(_, size)| ticks(size.kilograms) as u64).sum()
}

/// The round of one route: left as late as keeps its end, then everything as early as can be.
pub fn round(problem: &Problem, ground: &Ground, bike: usize, route: &Route) -> Option<Round> {
    let mut view = View::new(ground, route.kind)?;
    view.rest = route.rest;
    let departs = view.latest_departure(&route.visits);
    let mut round = Round {
        bike,
        departs: departs as u32,
        visits: Vec::with_capacity(route.stops()),
        rest: None,
        returns: 0,
        ridden: 0,
        metres: 0,
    };
    let mut before = view.kind.start;
    let mut leave = departs;
    if route.rest == before {
        leave = rest(&view, 0, leave, &mut round);
    }
    for (index, visit) in route.visits.iter().enumerate().skip(1) {
        let way = view.arc(before, visit.node);
        let arrives = leave + way.ticks;
        round.ridden += way.ticks as u64;
        before = visit.node;
        let Some(stop) = ground.stop_id(visit.node) else {
            round.returns = arrives as u32;
            break;
        };
        let node = ground.node(visit.node);
        let begins = arrives.max(node.open);
        leave = begins + node.service;
        round.visits.push(Visit {
            stop,
            arrives: arrives as u32,
            begins: begins as u32,
            leaves: leave as u32,
        });
        if route.rest == visit.node {
            leave = rest(&view, index, leave, &mut round);
        }
    }
    round.metres = metres(problem, bike, &round);
    Some(round)
}

fn metres(problem: &Problem, index: usize, round: &Round) -> u64 {
    let Some(bike) = problem.bikes.get(index) else { return 0 };
    let Some(matrix) = problem.profiles.get(bike.profile as usize) else { return 0 };
    let stops = round.visits.iter().filter_map(|visit| problem.stop(visit.stop));
    let places = stops.map(|stop| stop.place).chain(bike.end);
    let mut before = bike.start;
    let mut sum = 0;
    for place in places {
        sum += u64::from(matrix.metres(before, place).unwrap_or_default());
        before = place;
    }
    sum
}

fn rest(view: &View<'_>, after: usize, leave: i32, round: &mut Round) -> i32 {
    let Some(pause) = view.kind.pause else { return leave };
    let begins = leave.max(pause.open);
    let ends = begins + pause.lasts;
    round.rest = Some(Rest { after, begins: begins as u32, ends: ends as u32 });
    ends
}
