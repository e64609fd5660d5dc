//! One more order in a plan that stands: it comes in, and nothing else moves.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{
    Aims, Bike, Capacity, Fault, LeftOut, PlaceError, Plan, Problem, Reason, StopId, check, place,
};
use sample::{bike, matrix, order, planned, town};

/// A plan for all orders but the last, which the plan does not know of.
fn without_last(problem: &Problem) -> Plan {
    let mut fewer = problem.clone();
    fewer.orders.pop();
    planned(&fewer, 1, 500)
}

/// The stops of each bike, those of one order left away.
fn sequences(plan: &Plan, without: usize) -> Vec<(usize, Vec<StopId>)> {
    let stops = |round: &planner::Round| {
        let stops = round.visits.iter().map(|visit| visit.stop);
        (round.bike, stops.filter(|stop| stop.order() != without).collect::<Vec<_>>())
    };
    plan.rounds.iter().map(stops).filter(|(_, stops)| !stops.is_empty()).collect()
}

/// A line of places a hundred apart, and one bike.
fn line(orders: Vec<planner::Order>) -> Problem {
    let points: Vec<(i32, i32)> = (0..10).map(|index| (index * 100, 0)).collect();
    Problem { orders, bikes: vec![bike()], profiles: vec![matrix(&points)], ..Problem::default() }
}

#[test]
fn a_placed_order_is_planned_and_nothing_else_moves() {
    let mut problem = town();
    for last in 0..problem.orders.len() {
        problem.orders.rotate_left(1);
        let new = problem.orders.len() - 1;
        let standing = without_last(&problem);
        let placed = place(&problem, &standing, new).unwrap();
        assert_eq!(check(&problem, &placed), Ok(()), "{last}");
        assert!(placed.left_out.iter().all(|left_out| left_out.order != new), "{last}");
        assert_eq!(sequences(&placed, new), sequences(&standing, new), "{last}");
        let touched = placed.rounds.iter().filter(|round| !standing.rounds.contains(round));
        assert_eq!(touched.count(), 1, "{last}");
    }
}

#[test]
fn an_order_on_the_way_adds_nothing() {
    let problem = line(vec![order(&[2], 8), order(&[6, 3, 5, 4], 7)]);
    let standing = without_last(&problem);
    let placed = place(&problem, &standing, 1).unwrap();
    assert_eq!(check(&problem, &placed), Ok(()));
    assert_eq!(placed.cost, standing.cost);
    let pickups: Vec<StopId> = placed.rounds[0].visits.iter().map(|visit| visit.stop).collect();
    let pickup = |pickup| StopId::Pickup { order: 1, pickup };
    assert_eq!(pickups[1..5], [pickup(1), pickup(3), pickup(2), pickup(0)]);
}

#[test]
fn the_bike_that_stands_is_taken_where_the_other_is_full_or_farther() {
    let mut problem = line(vec![order(&[1], 2), order(&[8], 9)]);
    problem.bikes = vec![bike(), Bike { start: 8, end: Some(9), ..bike() }];
    let placed = place(&problem, &without_last(&problem), 1).unwrap();
    assert_eq!(placed.rounds.len(), 2);
    assert_eq!(check(&problem, &placed), Ok(()));

    problem.aims = Aims { fewest_bikes: true, ..Aims::default() };
    let placed = place(&problem, &without_last(&problem), 1).unwrap();
    assert_eq!(placed.rounds.len(), 1);
    assert_eq!(check(&problem, &placed), Ok(()));
}

#[test]
fn what_fits_nowhere_is_left_out_with_its_reason_and_the_plan_is_the_same() {
    let mut problem = line(vec![order(&[1], 2), order(&[3], 4)]);
    problem.orders[1].skills = 1;
    let standing = without_last(&problem);
    let placed = place(&problem, &standing, 1).unwrap();
    assert_eq!(placed.left_out, [LeftOut { order: 1, reason: Reason::Skills }]);
    assert_eq!((&placed.rounds, placed.cost), (&standing.rounds, standing.cost));

    problem.orders[1].skills = 0;
    problem.bikes[0].capacity = Capacity { litres: 9, kilograms: 50 };
    problem.orders.remove(0);
    let placed = place(&problem, &Plan::default(), 0).unwrap();
    assert_eq!(placed.left_out, [LeftOut { order: 0, reason: Reason::TooLarge }]);
}

#[test]
fn an_order_that_was_left_out_is_placed_once_there_is_a_bike() {
    let mut problem = line(vec![order(&[1], 2)]);
    let bikes = std::mem::take(&mut problem.bikes);
    let standing = planned(&problem, 1, 10);
    assert_eq!(standing.left_out, [LeftOut { order: 0, reason: Reason::NoBikes }]);
    problem.bikes = bikes;
    // The reason that stood is no longer true, and is not asked for again.
    let placed = place(&problem, &standing, 0).unwrap();
    assert_eq!(placed.left_out, []);
    assert_eq!(check(&problem, &placed), Ok(()));
}

#[test]
fn what_cannot_be_placed_is_said() {
    let problem = line(vec![order(&[1], 2), order(&[3], 4)]);
    let standing = without_last(&problem);
    assert_eq!(place(&problem, &standing, 2), Err(PlaceError::NoSuchOrder { order: 2 }));
    assert_eq!(place(&problem, &standing, 0), Err(PlaceError::Planned { order: 0 }));
    let mut wrong = standing.clone();
    wrong.cost += 1;
    let fault = Fault::CostWrong { said: wrong.cost };
    assert_eq!(place(&problem, &wrong, 1), Err(PlaceError::Plan(fault)));
}
