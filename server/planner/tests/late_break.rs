//! A break is no reason to leave out what comes after it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{Bike, Break, Problem, Window, check};
use sample::{bike, matrix, order, planned};

#[test]
fn who_has_nothing_to_do_before_her_break_is_due_takes_it_first() {
    for (opens, rests) in [(0, false), (30_000, true), (47_280, true)] {
        let mut late = order(&[1], 2);
        late.pickups[0].0.window.earliest = opens;
        let problem = Problem {
            orders: vec![late],
            bikes: vec![Bike {
                shift: Window { earliest: 0, latest: 86_340 },
                pause: Some(Break { begins: Window { earliest: 0, latest: 21_600 }, lasts: 1_200 }),
                ..bike()
            }],
            profiles: vec![matrix(&[(0, 0), (300, 0), (600, 0)])],
            ..Problem::default()
        };
        let plan = planned(&problem, 1, 50);
        assert_eq!(check(&problem, &plan), Ok(()));
        assert_eq!(plan.left_out, [], "{opens}");
        assert_eq!(plan.rounds[0].rest.is_some(), rests, "{opens}");
    }
}
