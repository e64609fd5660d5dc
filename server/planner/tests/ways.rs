//! However a grid keeps its ways, the plan is the same.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{Aims, Plan, Problem, check};
use sample::{TOWN, matrix, planned, town};

const STEPS: u64 = 1_000;

/// The town where a metre takes a tick, and nothing is added to either.
fn plain() -> Problem {
    let mut problem = town();
    problem.orders[4].pickups[0].0.approach = 0;
    problem.bikes.iter_mut().for_each(|bike| bike.speed_per_mille = 1_000);
    problem
}

fn planned_for(per_tick_ridden: u32, per_metre: u32) -> Plan {
    let aims = Aims { per_tick_ridden, per_metre, per_tick_out: 1, ..Aims::default() };
    let problem = Problem { aims, ..plain() };
    let plan = planned(&problem, 3, STEPS);
    assert_eq!(check(&problem, &plan), Ok(()));
    plan
}

#[test]
fn costs_of_metres_and_of_ticks_make_the_same_plan_where_a_metre_takes_a_tick() {
    assert_eq!(planned_for(1, 0), planned_for(0, 1));
    assert_eq!(planned_for(3, 0), planned_for(1, 2));
    assert_ne!(planned_for(3, 0), planned_for(1, 0));
}

#[test]
fn stops_of_one_shop_make_the_same_plan_as_shops_side_by_side() {
    let together = plain();
    let mut points = vec![TOWN[0]];
    let mut apart = together.clone();
    let stops = apart.orders.iter_mut().flat_map(|order| {
        let pickups = order.pickups.iter_mut().map(|(stop, _)| stop);
        pickups.chain(std::iter::once(&mut order.drop_off))
    });
    for stop in stops {
        points.push(TOWN[stop.place as usize]);
        stop.place = points.len() as u32 - 1;
    }
    apart.profiles = vec![matrix(&points)];
    assert!(points.len() > TOWN.len());
    assert_eq!(planned(&apart, 3, STEPS), planned(&together, 3, STEPS));
}
