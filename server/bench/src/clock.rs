//! The clock of the bench: time that passes, and the wall's time for phones.

use std::time::Duration;

use core_sync::domain::ids::BootId;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Time since some beginning; never goes back.
pub fn now() -> Duration {
    read(ClockId::Monotonic)
}

/// Seconds that `work` takes, with what it gives.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let begun = now();
    let done = work();
    ((now() - begun).as_secs_f64(), done)
}

/// Today in UTC, as `2026-11-28`.
pub fn today() -> String {
    jiff::Timestamp::from_millisecond(moment().time.0)
        .map_or_else(|_| "an unknown day".to_owned(), |now| now.strftime("%Y-%m-%d").to_string())
}

/// What a phone's shell would read from its system.
pub fn moment() -> Moment {
    let wall_ms = read(ClockId::Realtime).as_millis();
    Moment {
        time: Timestamp(i64::try_from(wall_ms).unwrap_or(i64::MAX)),
        boot: BootId(*b"bench---"),
        monotonic_ms: u64::try_from(now().as_millis()).unwrap_or(u64::MAX),
    }
}

/// Lets so much time pass.
#[allow(
    clippy::disallowed_methods,
    reason = "waits for another process to come to rest, which nobody signals"
)]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn read(id: ClockId) -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(id);
    Duration::new(u64::try_from(tv_sec).unwrap_or(0), u32::try_from(tv_nsec).unwrap_or(0))
}
