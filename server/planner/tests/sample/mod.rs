//! Small problems for tests: points on a plane, a second a metre, metres by the chessboard's tower.
#![allow(dead_code, reason = "each test file takes what it needs")]

pub mod crossed;
pub mod scattered;

use planner::{
    Aims, Bike, Break, Budget, Capacity, Matrix, Order, Pace, Plan, Problem, Size, Stop, Window, plan,
};

/// The ways between points.
pub fn matrix(points: &[(i32, i32)]) -> Matrix {
    let mut ticks = Vec::new();
    for (x, y) in points {
        for (other_x, other_y) in points {
            ticks.push((x - other_x).unsigned_abs() + (y - other_y).unsigned_abs());
        }
    }
    Matrix::new(points.len(), ticks.clone(), ticks).unwrap()
}

/// A stop without a window.
pub fn stop(place: u32) -> Stop {
    Stop { place, window: Window::ALWAYS, service: 60, approach: 0 }
}

/// An order of ten litres and one kilogram from each shop.
pub fn order(shops: &[u32], door: u32) -> Order {
    let size = Size { litres: 10, kilograms: 1 };
    Order {
        pickups: shops.iter().map(|shop| (stop(*shop), size)).collect(),
        drop_off: stop(door),
        skills: 0,
        flags: 0,
    }
}

/// A bike of the hub at place 0.
pub fn bike() -> Bike {
    Bike { capacity: Capacity { litres: 100, kilograms: 50 }, ..Bike::default() }
}

/// The hub, five shops and six doors of [`town`].
pub const TOWN: [(i32, i32); 12] = [
    (0, 0),
    (300, 0),
    (0, 300),
    (-300, 0),
    (0, -300),
    (200, 200),
    (500, 100),
    (100, 500),
    (-500, 100),
    (-100, -500),
    (600, 600),
    (-600, 300),
];

/// Six orders from five shops, three bikes; one bike alone is cold and skilled, and every bike has a shift,
/// a break and a range.
pub fn town() -> Problem {
    let mut orders = vec![
        order(&[1, 2], 6),
        order(&[2, 3, 4], 7),
        order(&[5], 8),
        order(&[1, 4], 9),
        order(&[3, 5], 10),
        order(&[2], 11),
    ];
    orders[0].drop_off.window = Window { earliest: 2_000, latest: 9_000 };
    orders[1].skills = 1;
    orders[2].flags = 2;
    orders[4].pickups[0].0.approach = 30;
    let shift = Window { earliest: 600, latest: 12_000 };
    let pause = Some(Break { begins: Window { earliest: 3_000, latest: 5_000 }, lasts: 1_200 });
    let bike = Bike { shift, pause, range_metres: Some(9_000), ..bike() };
    Problem {
        orders,
        bikes: vec![
            Bike { skills: 1, flags: 2, ..bike.clone() },
            bike.clone(),
            Bike { speed_per_mille: 800, ..bike },
        ],
        profiles: vec![matrix(&TOWN)],
        aims: Aims { per_tick_out: 1, ..Aims::default() },
    }
}

/// Plans with a number of steps.
pub fn planned(problem: &Problem, seed: u64, steps: u64) -> Plan {
    plan(problem, seed, Budget::Steps(steps), &mut |_| Pace::Used(0.0)).unwrap()
}
