//! The clock a run is stopped by.

use std::time::Duration;

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Which time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// What passes on the wall.
    Wall,
    /// What this thread had of the processor: on a machine with other work.
    Processor,
}

impl Clock {
    /// Time since some beginning.
    pub fn now(self) -> Duration {
        let id = match self {
            Self::Wall => ClockId::Monotonic,
            Self::Processor => ClockId::ThreadCPUTime,
        };
        let Timespec { tv_sec, tv_nsec } = clock_gettime(id);
        Duration::new(u64::try_from(tv_sec).unwrap_or(0), u32::try_from(tv_nsec).unwrap_or(0))
    }
}
