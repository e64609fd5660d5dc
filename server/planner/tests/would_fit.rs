//! What would make an order fit is tried: the change it names does it, and nothing smaller.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{Bike, Capacity, PlaceError, Plan, Problem, Window, WouldFit, place, would_fit};
use sample::{bike, matrix, order, planned};

/// A line of places a hundred apart and one bike, whose plan has all orders but the last.
fn line(orders: Vec<planner::Order>, bike: Bike) -> (Problem, Plan) {
    let points: Vec<(i32, i32)> = (0..10).map(|index| (index * 100, 0)).collect();
    let problem =
        Problem { orders, bikes: vec![bike], profiles: vec![matrix(&points)], ..Problem::default() };
    let mut fewer = problem.clone();
    fewer.orders.pop();
    let plan = planned(&fewer, 1, 200);
    (problem, plan)
}

fn of_last(problem: &Problem, plan: &Plan) -> Vec<WouldFit> {
    would_fit(problem, plan, problem.orders.len() - 1, &mut || false).unwrap()
}

#[test]
fn the_nearest_other_time_the_least_longer_shift_and_one_more_bike() {
    // The first fills the box from place 5 to place 9; the second wants to be at place 1 meanwhile.
    let (mut first, mut second) = (order(&[5], 9), order(&[1], 2));
    first.drop_off.window = Window { earliest: 1_000, latest: 1_000 };
    second.drop_off.window = Window { earliest: 900, latest: 1_100 };
    second.pickups[0].0.window = Window { earliest: 800, latest: 3_000 };
    let shift = Window { earliest: 0, latest: 4_000 };
    let (problem, plan) = line(vec![first, second], Bike { shift, ..bike() });
    let found = of_last(&problem, &plan);
    let [WouldFit::AnotherTime { bike: 0, begins }, WouldFit::OneMoreBike { like: 0 }] = found[..] else {
        unreachable!("{found:?}")
    };
    // From place 9 at 1,060: 800 to the shop, 60 there, 100 to the door.
    assert_eq!(begins, 1_060 + 800 + 60 + 100);
    let mut changed = problem.clone();
    for (latest, fits) in [(begins, true), (begins - 1, false)] {
        changed.orders[1].drop_off.window = Window { earliest: 900, latest };
        assert_eq!(place(&changed, &plan, 1).unwrap().left_out.is_empty(), fits, "{latest}");
    }
}

#[test]
fn told_to_stop_it_says_less_and_nothing_else() {
    let (mut first, mut second) = (order(&[5], 9), order(&[1], 2));
    first.drop_off.window = Window { earliest: 1_000, latest: 1_000 };
    second.drop_off.window = Window { earliest: 900, latest: 1_100 };
    let shift = Window { earliest: 0, latest: 4_000 };
    let (problem, plan) = line(vec![first, second], Bike { shift, ..bike() });
    let all = of_last(&problem, &plan);
    assert!(all.len() > 1);
    let mut said = Vec::new();
    for most in 0.. {
        let mut asked = 0;
        let mut halted = || {
            asked += 1;
            asked > most
        };
        let found = would_fit(&problem, &plan, 1, &mut halted).unwrap();
        assert!(found.iter().all(|one| all.contains(one)), "{most}: {found:?}");
        said.push(found.len());
        if found == all {
            break;
        }
    }
    assert!(said.is_sorted() && said[0] == 0, "{said:?}");
}

#[test]
fn a_shift_that_ends_too_soon() {
    let shift = Window { earliest: 0, latest: 300 };
    let (problem, plan) = line(vec![order(&[1], 2)], Bike { shift, ..bike() });
    let found = of_last(&problem, &plan);
    // 200 there, 200 back, 60 at each stop.
    assert_eq!(found, [WouldFit::LongerShift { bike: 0, returns: 520 }]);
    let mut changed = problem.clone();
    for (latest, fits) in [(520, true), (519, false)] {
        changed.bikes[0].shift.latest = latest;
        assert_eq!(place(&changed, &plan, 0).unwrap().left_out.is_empty(), fits, "{latest}");
    }
}

#[test]
fn what_a_bike_lacks_is_said_of_the_one_that_lacks_least() {
    let (mut problem, plan) = line(vec![order(&[1], 2)], bike());
    problem.bikes.push(Bike { skills: 0b10, flags: 0b1, ..bike() });
    problem.orders[0].skills = 0b110;
    assert_eq!(of_last(&problem, &plan), [WouldFit::Skills { bike: 1, lacks: 0b100 }]);
    problem.orders[0].skills = 0;
    problem.orders[0].flags = 0b11;
    assert_eq!(of_last(&problem, &plan), [WouldFit::Flags { bike: 1, lacks: 0b10 }]);
    problem.orders[0].flags = 0b1;
    problem.bikes[1].capacity = Capacity { litres: 4, kilograms: 9 };
    problem.bikes[0].capacity = Capacity { litres: 9, kilograms: 9 };
    assert_eq!(of_last(&problem, &plan), [WouldFit::LargerBox { bike: 1, litres: 6, kilograms: 0 }]);
    // A larger box on a bike that has no time for it is no help.
    problem.bikes[1].shift.latest = 10;
    assert_eq!(of_last(&problem, &plan), []);
}

#[test]
fn what_fits_needs_nothing_and_what_is_not_there_is_an_error() {
    let (problem, plan) = line(vec![order(&[1], 2)], bike());
    assert_eq!(of_last(&problem, &plan), []);
    assert_eq!(would_fit(&problem, &plan, 1, &mut || false), Err(PlaceError::NoSuchOrder { order: 1 }));
    let none = Problem { bikes: Vec::new(), ..problem };
    assert_eq!(of_last(&none, &Plan::default()), []);
}

#[test]
fn what_is_left_out_beside_it_for_the_same_reason_is_in_nobodys_way() {
    let (mut problem, _) = line(vec![order(&[1], 2), order(&[3, 4], 5)], bike());
    problem.bikes[0].capacity = Capacity { litres: 4, kilograms: 9 };
    let plan = planned(&problem, 1, 50);
    assert_eq!(plan.left_out.len(), 2);
    for (order, litres) in [(0, 6), (1, 16)] {
        let found = would_fit(&problem, &plan, order, &mut || false).unwrap();
        assert_eq!(found, [WouldFit::LargerBox { bike: 0, litres, kilograms: 0 }]);
    }
}
