//! Orders scattered over a square, from a formula.

use planner::{Problem, Window};

use super::{bike, matrix, order};

/// So many orders of one to four shops for a dozen bikes.
pub fn scattered(orders: u32) -> Problem {
    let mut points = vec![(0, 0)];
    let mut number: u32 = 1;
    let mut next = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        number >> 16
    };
    for _ in 0..60 {
        points.push((next() as i32 % 2_000 - 1_000, next() as i32 % 2_000 - 1_000));
    }
    let orders = (0..orders).map(|_| {
        let shops: Vec<u32> = (0..1 + next() % 4).map(|_| 1 + next() % 30).collect();
        order(&shops, 31 + next() % 30)
    });
    Problem {
        orders: orders.collect(),
        bikes: vec![bike(); 12],
        profiles: vec![matrix(&points)],
        ..Problem::default()
    }
}

/// Forty of them.
pub fn forty() -> Problem {
    scattered(40)
}

/// Those of one or two shops, in short shifts, for as few bikes as can be.
pub fn scarce() -> Problem {
    let mut problem = forty();
    problem.orders.retain(|order| order.pickups.len() <= 2);
    problem.bikes.iter_mut().for_each(|bike| bike.shift = Window { earliest: 0, latest: 7_000 });
    problem.aims.fewest_bikes = true;
    problem
}
