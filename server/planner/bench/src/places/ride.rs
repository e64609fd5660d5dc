//! Sequences of stops ridden by our own matrix, so that another solver's plan is measured and checked as
//! ours are.

use planner::{LeftOut, Plan, Problem, Reason, Round, StopId, Visit};

/// Rides each sequence as early as can be; what cannot be ridden is for the checker to refuse.
pub fn ridden(problem: &Problem, sequences: Vec<(usize, Vec<StopId>)>) -> Plan {
    let mut plan = Plan::default();
    let mut served = vec![false; problem.orders.len()];
    for (bike, stops) in sequences {
        for stop in &stops {
            if let Some(served) = served.get_mut(stop.order()) {
                *served = true;
            }
        }
        plan.rounds.extend(round(problem, bike, &stops));
    }
    plan.rounds.sort_by_key(|round| round.bike);
    plan.cost = plan.rounds.iter().map(|round| round.ridden).sum();
    let absent = served.iter().enumerate().filter(|(_, served)| !**served);
    plan.left_out = absent.map(|(order, _)| LeftOut { order, reason: Reason::NotTried }).collect();
    plan
}

fn round(problem: &Problem, index: usize, stops: &[StopId]) -> Option<Round> {
    let bike = problem.bikes.get(index)?;
    let matrix = problem.profiles.get(bike.profile as usize)?;
    let departs = bike.shift.earliest;
    let mut round =
        Round { bike: index, departs, visits: Vec::new(), rest: None, returns: 0, ridden: 0, metres: 0 };
    let (mut place, mut free) = (bike.start, departs);
    let mut ride = |place: &mut u32, free: u32, to: u32| {
        let ticks = matrix.ticks(*place, to)?;
        round.ridden += u64::from(ticks);
        round.metres += u64::from(matrix.metres(*place, to)?);
        *place = to;
        Some(free + ticks)
    };
    for id in stops {
        let stop = problem.stop(*id)?;
        let arrives = ride(&mut place, free, stop.place)?;
        let begins = arrives.max(stop.window.earliest);
        free = begins + stop.service;
        round.visits.push(Visit { stop: *id, arrives, begins, leaves: free });
    }
    round.returns = ride(&mut place, free, bike.end?)?;
    Some(round)
}
