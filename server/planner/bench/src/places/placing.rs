//! One more order in a plan that stands: how long that takes.

use std::time::Duration;

use planner::{Plan, check, place};

use super::scenario::Scenario;
use super::trouble::Trouble;
use crate::clock::Clock;

/// Orders that are placed, each alone into the same plan.
pub const PLACED: usize = 200;

/// What came of them.
#[derive(Debug)]
pub struct Placing {
    pub median: Duration,
    pub worst: Duration,
    pub left_out: usize,
}

/// Draws orders and places each into the plan; every plan passes the checker, outside the time.
pub fn placing(scenario: &mut Scenario, standing: &Plan, clock: Clock) -> Result<Placing, Trouble> {
    let new = scenario.problem.orders.len();
    let mut times = Vec::with_capacity(PLACED);
    let mut left_out = 0;
    for _ in 0..PLACED {
        let order = scenario.order();
        scenario.problem.orders.push(order);
        let begun = clock.now();
        let placed = place(&scenario.problem, standing, new)?;
        times.push(clock.now() - begun);
        check(&scenario.problem, &placed)?;
        left_out += usize::from(placed.left_out.len() > standing.left_out.len());
        scenario.problem.orders.pop();
    }
    times.sort_unstable();
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    Ok(Placing { median: at(PLACED / 2), worst: at(PLACED - 1), left_out })
}
