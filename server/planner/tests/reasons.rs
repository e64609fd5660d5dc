//! Why an order is left out, and what one that nobody can bring does to the plan of the others: nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{Budget, LeftOut, Matrix, Pace, Problem, Reason, TICKS_MAX, UNREACHABLE, Window, check, plan};
use sample::scattered::{forty, scarce};
use sample::{bike, matrix, order, planned};

/// Shops at 1 and 2, a door at 3, all on one street from the hub.
fn street() -> Problem {
    Problem {
        orders: vec![order(&[1], 3), order(&[2], 3)],
        bikes: vec![bike()],
        profiles: vec![matrix(&[(0, 0), (100, 0), (200, 0), (300, 0)])],
        ..Problem::default()
    }
}

fn left_out(problem: &Problem) -> Vec<LeftOut> {
    let plan = planned(problem, 1, 500);
    assert_eq!(check(problem, &plan), Ok(()));
    plan.left_out
}

#[test]
fn each_reason_is_given_where_it_is_the_first_that_no_bike_gets_past() {
    let far: Vec<u32> =
        (0..16).map(|pair| if pair % 4 == 2 && pair != 10 { UNREACHABLE } else { 50 }).collect();
    type Harm<'a> = &'a dyn Fn(&mut Problem);
    let harms: [(Reason, Harm<'_>); 7] = [
        (Reason::Skills, &|problem| problem.orders[1].skills = 1),
        (Reason::Flags, &|problem| problem.orders[1].flags = 1),
        (Reason::TooLarge, &|problem| problem.orders[1].pickups[0].1.litres = 101),
        (Reason::WindowNeverOpen, &|problem| {
            problem.orders[1].drop_off.window = Window { earliest: 9, latest: 8 };
        }),
        (Reason::Unreachable, &|problem| {
            problem.profiles[0] = Matrix::new(4, far.clone(), far.clone()).unwrap()
        }),
        (Reason::NoTimeAlone, &|problem| {
            problem.orders[1].drop_off.window = Window { earliest: 0, latest: 359 }
        }),
        // Alone there would be time: 200 to the shop, 60 there, 100 to the door.
        (Reason::NoRoomBesideOthers, &|problem| {
            problem.orders[0].drop_off.window = Window { earliest: 0, latest: 360 };
            problem.orders[1].drop_off.window = Window { earliest: 0, latest: 360 };
            problem.orders[1].pickups[0].0.window = Window { earliest: 0, latest: 200 };
        }),
    ];
    for (reason, harm) in harms {
        let mut problem = street();
        harm(&mut problem);
        let left = left_out(&problem);
        assert_eq!(left.iter().map(|left| left.reason).collect::<Vec<_>>(), [reason]);
        if reason != Reason::NoRoomBesideOthers {
            assert_eq!(left[0].order, 1);
        }
    }
    let none = Problem { bikes: Vec::new(), ..street() };
    assert!(left_out(&none).iter().all(|left| left.reason == Reason::NoBikes));
}

#[test]
fn alone_every_sequence_of_five_pickups_is_tried() {
    // Ridden once from end to end: one sequence of 120 is in time.
    let points: Vec<(i32, i32)> = (0..8).map(|index| (index * 100, 0)).collect();
    let mut tight = order(&[4, 2, 5, 1, 3], 6);
    for (stop, _) in &mut tight.pickups {
        stop.window = Window { earliest: 0, latest: stop.place * 100 + (stop.place - 1) * 60 };
    }
    let mut problem = Problem {
        orders: vec![tight],
        bikes: vec![bike()],
        profiles: vec![matrix(&points)],
        ..Problem::default()
    };
    assert_eq!(left_out(&problem), []);
    problem.orders[0].pickups[2].0.window.latest -= 1;
    assert_eq!(left_out(&problem), [LeftOut { order: 0, reason: Reason::NoTimeAlone }]);
}

#[test]
fn one_order_that_nobody_can_bring_changes_nothing_for_the_others() {
    let problem = scarce();
    let mut giant = problem.clone();
    let mut order = order(&[1], 31);
    order.pickups[0].1.litres = TICKS_MAX;
    giant.orders.push(order);
    let (with, without) = (planned(&giant, 1, 12_000), planned(&problem, 1, 12_000));
    assert_eq!(with.rounds, without.rounds);
    assert_eq!(with.left_out, [LeftOut { order: problem.orders.len(), reason: Reason::TooLarge }]);
}

#[test]
fn what_a_stopped_plan_did_not_come_to_is_said_to_be_not_tried() {
    let problem = forty();
    let mut begun = false;
    for most in (1..400).step_by(7) {
        let mut asked = 0;
        let plan = plan(&problem, 1, Budget::Asked, &mut |_| {
            asked += 1;
            if asked > most { Pace::Stop } else { Pace::Used(0.0) }
        });
        let plan = plan.unwrap();
        assert_eq!(check(&problem, &plan), Ok(()));
        begun |= !plan.rounds.is_empty() && !plan.left_out.is_empty();
        // There is room for each of them.
        assert!(plan.left_out.iter().all(|left| left.reason == Reason::NotTried), "{most}: {plan:?}");
    }
    assert!(begun);
}

#[test]
fn a_round_has_no_more_stops_than_its_bike_may_have() {
    let mut problem = street();
    problem.orders.push(order(&[1, 2], 3));
    problem.bikes[0].stops_max = Some(5);
    let left = left_out(&problem);
    assert_eq!(left.iter().map(|left| left.reason).collect::<Vec<_>>(), [Reason::NoRoomBesideOthers]);
    problem.bikes.push(problem.bikes[0].clone());
    assert_eq!(left_out(&problem), []);
    problem.bikes.truncate(1);
    problem.bikes[0].stops_max = Some(2);
    assert!(left_out(&problem).contains(&LeftOut { order: 2, reason: Reason::NoTimeAlone }));
}
