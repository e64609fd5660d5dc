//! When a device says something happened: its clock, its boot and its count of taps.
//!
//! Wall clocks are wrong and jump; durations use boot and monotonic time, order uses the count.
//! The server's receive time stands beside it and never replaces it.

use super::ids::BootId;
use super::time::{Milliseconds, Timestamp};

/// A device's moment, without the tap count: what a shell reads from the system at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The device's wall clock, right or wrong.
    pub time: Timestamp,
    /// The boot that `monotonic_ms` counts from.
    pub boot: BootId,
    /// Milliseconds since that boot.
    pub monotonic_ms: u64,
}

/// The moment of a tap and which tap of the device it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The device's wall clock.
    pub time: Timestamp,
    /// The boot that `monotonic_ms` counts from.
    pub boot: BootId,
    /// Milliseconds since that boot.
    pub monotonic_ms: u64,
    /// At a tap 1 + the greatest count that the device used or sees in the round, so that a courier's next phone
    /// goes on counting where the last one stopped. In plan records the position of their row, which only grows.
    pub n: u64,
}

impl Stamp {
    /// A stamp of this moment.
    #[must_use]
    pub fn new(moment: Moment, n: u64) -> Self {
        Self { time: moment.time, boot: moment.boot, monotonic_ms: moment.monotonic_ms, n }
    }

    /// How long after `earlier` this was, by the monotonic clock; `None` across boots, where only
    /// the wall clocks could tell and might lie.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Option<Milliseconds> {
        if self.boot != earlier.boot {
            return None;
        }
        let elapsed = self.monotonic_ms.checked_sub(earlier.monotonic_ms)?;
        i64::try_from(elapsed).ok().map(Milliseconds)
    }
}
