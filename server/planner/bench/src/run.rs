//! One instance planned once with one seed.

use std::time::Duration;

use planner::{Budget, Pace, Plan, ProblemError, check, plan};

use crate::best_known::Best;
use crate::clock::Clock;
use crate::instance::Instance;

/// Steps between two looks at the clock: some tenths of a millisecond.
const STEPS_UNSEEN: u64 = 16;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub clock: Clock,
    pub time: Duration,
    /// So many steps, if the time allows.
    pub steps: Option<u64>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Run {
    pub left_out: usize,
    pub vehicles: usize,
    pub length: f64,
    pub best: Option<Best>,
    pub steps: u64,
    /// What the checker says against it, if anything.
    pub fault: Option<String>,
    pub plan: Plan,
}

impl Run {
    /// Vehicles beyond the best known.
    pub fn vehicles_too_many(&self) -> i64 {
        let best = self.best.and_then(|best| best.vehicles);
        best.map_or(0, |best| self.vehicles as i64 - best as i64)
    }

    /// How much longer than the best known, in percent; nothing where the vehicles are more.
    pub fn gap(&self) -> Option<f64> {
        let best = self.best.filter(|_| self.vehicles_too_many() <= 0 && self.left_out == 0)?;
        Some((self.length / best.cost - 1.0) * 100.0)
    }
}

/// Plans an instance and checks the plan.
pub fn run(instance: &Instance, best: Option<Best>, seed: u64, limit: Limit) -> Result<Run, ProblemError> {
    let begun = limit.clock.now();
    let mut asked = 0_u64;
    let mut steps = 0;
    let mut used = 0.0;
    let mut pace = |progress: &planner::Progress| {
        steps = progress.steps;
        if asked.is_multiple_of(STEPS_UNSEEN) {
            used = (limit.clock.now() - begun).as_secs_f64() / limit.time.as_secs_f64();
        }
        asked += 1;
        if used >= 1.0 { Pace::Stop } else { Pace::Used(used) }
    };
    let budget = limit.steps.map_or(Budget::Asked, Budget::Steps);
    let plan = plan(&instance.problem, seed, budget, &mut pace)?;
    Ok(Run {
        left_out: plan.left_out.len(),
        vehicles: plan.rounds.len(),
        length: instance.length(&plan),
        best,
        steps,
        fault: check(&instance.problem, &plan).err().map(|fault| fault.to_string()),
        plan,
    })
}
