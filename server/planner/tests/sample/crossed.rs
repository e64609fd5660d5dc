//! Two couriers under way who cross.

use planner::live::{RoundNow, Standing, Terms};
use planner::{Bike, Pace, Problem, StopId};

use super::{bike, matrix, order};

/// Anything goes within the windows.
pub const FREELY: Terms = Terms { gain_at_least: 1, gain_per_order: 0, later_at_most: 100_000 };
/// Nobody is later.
pub const ON_TIME: Terms = Terms { gain_at_least: 1, gain_per_order: 0, later_at_most: 0 };

/// A pickup.
pub fn pickup(order: usize, pickup: usize) -> StopId {
    StopId::Pickup { order, pickup }
}

/// A drop-off.
pub fn drop_off(order: usize) -> StopId {
    StopId::DropOff { order }
}

/// Never told to stop.
pub fn go_on(_: &planner::Progress) -> Pace {
    Pace::Used(0.0)
}

/// Two couriers on a line of places a hundred apart, at its ends, who each bring something to the other's end.
pub fn crossed() -> Standing {
    let points: Vec<(i32, i32)> = (0..10).map(|index| (index * 100, 0)).collect();
    let problem = Problem {
        orders: vec![order(&[0], 1), order(&[8], 9), order(&[1], 2), order(&[9], 8)],
        bikes: vec![Bike { end: None, ..bike() }, Bike { end: None, ..bike() }],
        profiles: vec![matrix(&points)],
        ..Problem::default()
    };
    let rounds = vec![
        RoundNow { bike: 0, at: 0, free: 1_000, stops: both(&[0, 1]), under_way: false },
        RoundNow { bike: 1, at: 9, free: 1_000, stops: both(&[3, 2]), under_way: false },
    ];
    Standing { problem, rounds }
}

/// Orders of one shop, one after another.
pub fn both(orders: &[usize]) -> Vec<StopId> {
    orders.iter().flat_map(|order| [pickup(*order, 0), drop_off(*order)]).collect()
}
