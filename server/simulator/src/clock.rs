//! Virtual time: one true clock, and the wrong ones that people and machines read.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use core_sync::domain::ids::BootId;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::{Milliseconds, Timestamp};
use server::Clock;

/// Half past eight on a day in November, UTC: when every run begins.
pub(crate) const MORNING: Timestamp = Timestamp(1_795_336_200_000);

/// The true time, and what the server's machine takes it for.
#[derive(Debug, Clone)]
pub(crate) struct TrueClock {
    now_ms: Arc<AtomicI64>,
    server_offset_ms: Arc<AtomicI64>,
    server_boot: Arc<AtomicI64>,
}

impl TrueClock {
    pub(crate) fn new() -> Self {
        Self {
            now_ms: Arc::new(AtomicI64::new(MORNING.0)),
            server_offset_ms: Arc::default(),
            server_boot: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.now_ms.load(Ordering::SeqCst))
    }

    pub(crate) fn pass(&self, by: Milliseconds) {
        self.now_ms.fetch_add(by.0, Ordering::SeqCst);
    }

    /// The server's wall clock jumps.
    pub(crate) fn shift_server(&self, by: Milliseconds) {
        self.server_offset_ms.fetch_add(by.0, Ordering::SeqCst);
    }

    /// The server's wall clock is set right.
    pub(crate) fn right_server(&self) {
        self.server_offset_ms.store(0, Ordering::SeqCst);
    }

    /// The server's machine starts anew.
    pub(crate) fn reboot_server(&self) {
        self.server_boot.fetch_add(1, Ordering::SeqCst);
    }

    /// What the server's machine says the time is.
    pub(crate) fn server_time(&self) -> Timestamp {
        self.now().plus(Milliseconds(self.server_offset_ms.load(Ordering::SeqCst)))
    }

    /// The server's clocks, as it is given them.
    pub(crate) fn for_server(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || {
            let since = clock.now().since(MORNING).0;
            Moment {
                time: clock.server_time(),
                boot: BootId(clock.server_boot.load(Ordering::SeqCst).to_be_bytes()),
                monotonic_ms: u64::try_from(since).unwrap_or(0) + 1_000,
            }
        })
    }

    /// The true time as people write it: minutes and seconds since the run began, from half past eight.
    pub(crate) fn told(&self) -> String {
        let seconds = self.now().since(MORNING).0 / 1_000 + (8 * 60 + 30) * 60;
        format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }
}

/// The clock of a phone, which may be wrong, and counts from each of its starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PhoneClock {
    pub(crate) offset_ms: i64,
    pub(crate) boots: u64,
    pub(crate) booted: Timestamp,
}

impl PhoneClock {
    pub(crate) fn moment(&self, now: Timestamp) -> Moment {
        Moment {
            time: now.plus(Milliseconds(self.offset_ms)),
            boot: BootId(self.boots.to_be_bytes()),
            monotonic_ms: u64::try_from(now.since(self.booted).0).unwrap_or(0),
        }
    }
}
