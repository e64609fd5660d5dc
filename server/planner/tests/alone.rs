//! One order of several pickups with deadlines: whatever sequence was tried first, one that fits is found.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{Bike, Problem, Window, check};
use sample::{bike, matrix, order, planned};

#[test]
fn an_order_that_fits_in_one_sequence_alone_is_planned() {
    // A line ridden once from end to end: each pickup closes as the bike gets there.
    let points: Vec<(i32, i32)> = (0..8).map(|index| (index * 100, 0)).collect();
    for seed in 0..20 {
        let mut tight = order(&[4, 2, 5, 1, 3, 6], 7);
        for (stop, _) in &mut tight.pickups {
            let there = stop.place * 100 + (stop.place - 1) * 60;
            stop.window = Window { earliest: 0, latest: there };
        }
        let problem = Problem {
            orders: vec![tight],
            bikes: vec![Bike { end: None, ..bike() }],
            profiles: vec![matrix(&points)],
            ..Problem::default()
        };
        let plan = planned(&problem, seed, 500);
        assert_eq!(check(&problem, &plan), Ok(()));
        assert_eq!(plan.left_out, [], "seed {seed}");
    }
}
