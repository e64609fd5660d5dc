//! When the solver stops: at a time, whichever clock counts it.

use std::sync::Arc;
use std::time::Duration;

use rustix::time::{ClockId, Timespec, clock_gettime};
use vrp_pragmatic::core::models::GoalContext;
use vrp_pragmatic::core::rosomaxa::prelude::Quota;
use vrp_pragmatic::core::rosomaxa::termination::Termination;
use vrp_pragmatic::core::solver::RefinementContext;

/// Which time counts: as in the planner's bench, but of the whole process, since the solver has a thread
/// of its own.
#[derive(Debug, Clone, Copy)]
pub struct Clock(ClockId);

impl Clock {
    /// The clock of that name.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "wall" => Some(Self(ClockId::Monotonic)),
            "processor" => Some(Self(ClockId::ProcessCPUTime)),
            _ => None,
        }
    }

    fn now(self) -> Duration {
        let Timespec { tv_sec, tv_nsec } = clock_gettime(self.0);
        Duration::new(u64::try_from(tv_sec).unwrap_or(0), u32::try_from(tv_nsec).unwrap_or(0))
    }
}

/// So many seconds from a beginning.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    clock: Clock,
    begun: Duration,
    seconds: f64,
}

impl Limit {
    /// Begins to count.
    pub fn begin(clock: Clock, seconds: f64) -> Self {
        Self { clock, begun: clock.now(), seconds }
    }

    /// The same, from now on.
    pub fn anew(self) -> Self {
        Self::begin(self.clock, self.seconds)
    }

    /// The share that is used, from 0.
    fn used(&self) -> f64 {
        self.clock.now().saturating_sub(self.begun).as_secs_f64() / self.seconds.max(f64::MIN_POSITIVE)
    }
}

impl Quota for Limit {
    fn is_reached(&self) -> bool {
        self.used() >= 1.0
    }
}

/// The same limit between two generations, with the share by which the solver cools down.
pub struct Ends(pub Arc<Limit>);

impl Termination for Ends {
    type Context = RefinementContext;
    type Objective = GoalContext;

    fn is_termination(&self, _: &mut RefinementContext) -> bool {
        self.0.is_reached()
    }

    fn estimate(&self, _: &RefinementContext) -> f64 {
        self.0.used().min(1.0)
    }
}
