//! How long it takes until whoever stops a plan has it back.
//!
//! A person stops at any moment: until the planner asks, nobody hears it, and then it hands out what there
//! is. So the worst of both counts, each measured apart: the longest gap between two questions of a run, and the
//! longest way back of runs that are stopped all along it.

use std::time::Duration;

use planner::{Budget, Pace, Problem, check, plan};

use super::trouble::Trouble;
use crate::clock::Clock;

/// Steps after the first plan that belong to the run.
const STEPS: u64 = 2_000;

/// Runs that are stopped, at moments spread evenly over the questions.
const RUNS: u64 = 24;

/// The worst that was seen.
#[derive(Debug)]
pub struct Stopping {
    pub gap: Duration,
    pub way_back: Duration,
}

/// Runs once through, then stops at one moment after the other.
pub fn stopping(problem: &Problem, seed: u64, clock: Clock) -> Result<Stopping, Trouble> {
    let mut asked = 0_u64;
    let mut gap = Duration::ZERO;
    let mut last = clock.now();
    plan(problem, seed, Budget::Steps(STEPS), &mut |_| {
        let now = clock.now();
        gap = gap.max(now - last);
        last = now;
        asked += 1;
        Pace::Used(0.0)
    })?;
    let mut way_back = clock.now() - last;
    for run in 0..RUNS {
        let stop_at = asked * run / RUNS;
        let mut count = 0;
        let mut stopped = None;
        let plan = plan(problem, seed, Budget::Steps(STEPS), &mut |_| {
            count += 1;
            if count <= stop_at {
                return Pace::Used(0.0);
            }
            stopped.get_or_insert_with(|| clock.now());
            Pace::Stop
        })?;
        if let Some(stopped) = stopped {
            way_back = way_back.max(clock.now() - stopped);
        }
        check(problem, &plan)?;
    }
    Ok(Stopping { gap, way_back })
}
