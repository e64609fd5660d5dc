//! Plans of a scenario, timed; each passes the checker or the bench ends.

use std::time::Duration;

use planner::{Budget, Pace, Phase, Plan, Problem, check, plan};

use super::trouble::Trouble;
use crate::clock::Clock;

/// Seconds a first full plan may take before it is said that there is none.
const FIRST_PLAN_SECONDS_MAX: u64 = 30;

/// A plan that passed the checker, and how long it took.
#[derive(Debug)]
pub struct Planned {
    pub plan: Plan,
    pub took: Duration,
}

impl Planned {
    /// Hours of riding.
    pub fn hours(&self) -> f64 {
        hours(&self.plan)
    }
}

/// Hours of riding of all bikes.
pub fn hours(plan: &Plan) -> f64 {
    plan.rounds.iter().map(|round| round.ridden).sum::<u64>() as f64 / 3_600.0
}

/// Plans for so long.
pub fn planned(problem: &Problem, seed: u64, clock: Clock, time: Duration) -> Result<Planned, Trouble> {
    let begun = clock.now();
    checked(problem, seed, clock, &mut |_| {
        let used = (clock.now() - begun).as_secs_f64() / time.as_secs_f64();
        if used >= 1.0 { Pace::Stop } else { Pace::Used(used) }
    })
}

/// The first plan that leaves no order out, or what there is of one in [`FIRST_PLAN_SECONDS_MAX`].
pub fn first_plan(problem: &Problem, seed: u64, clock: Clock) -> Result<Planned, Trouble> {
    let begun = clock.now();
    checked(problem, seed, clock, &mut |progress| {
        let full = progress.phase != Phase::First && progress.left_out == 0;
        let late = clock.now() - begun >= Duration::from_secs(FIRST_PLAN_SECONDS_MAX);
        if full || late { Pace::Stop } else { Pace::Used(0.0) }
    })
}

fn checked(
    problem: &Problem,
    seed: u64,
    clock: Clock,
    pace: &mut dyn FnMut(&planner::Progress) -> Pace,
) -> Result<Planned, Trouble> {
    let begun = clock.now();
    let plan = plan(problem, seed, Budget::Asked, pace)?;
    let took = clock.now() - begun;
    check(problem, &plan)?;
    Ok(Planned { plan, took })
}
