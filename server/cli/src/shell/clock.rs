//! The system's clocks: wall time, and monotonic time with the boot it counts from.
#![allow(clippy::disallowed_methods, reason = "the one place of this program that asks clocks")]

use std::time::{SystemTime, UNIX_EPOCH};

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::BootId;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use rustix::time::{ClockId, clock_gettime};

/// A clock. Cheap to clone; all clones agree.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    boot: BootId,
}

impl Clock {
    /// Starts the clock. Where the system names its boots, several runs of a terminal courier share one count.
    pub(crate) fn start() -> Self {
        let boot_text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .unwrap_or_else(|_| format!("{} {}", std::process::id(), since_epoch().as_nanos()));
        Self { boot: BootId(Hash::of("tournee/boot/1", &[boot_text.trim().as_bytes()]).first()) }
    }

    /// The moment now. Boot time goes on while the machine sleeps; plain monotonic time would not.
    pub(crate) fn moment(&self) -> Moment {
        let since_boot = clock_gettime(ClockId::Boottime);
        let seconds = u64::try_from(since_boot.tv_sec).unwrap_or(0);
        let milliseconds = u64::try_from(since_boot.tv_nsec / 1_000_000).unwrap_or(0);
        let time = i64::try_from(since_epoch().as_millis()).unwrap_or(i64::MAX);
        Moment { time: Timestamp(time), boot: self.boot, monotonic_ms: seconds * 1_000 + milliseconds }
    }
}

/// Zero for clocks set before 1970, which happens after a flat battery.
fn since_epoch() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clocks_of_one_boot_share_their_count() {
        let (first, second) = (Clock::start().moment(), Clock::start().moment());
        assert_eq!(first.boot, second.boot);
        assert!(second.monotonic_ms >= first.monotonic_ms && first.monotonic_ms > 0);
    }
}
