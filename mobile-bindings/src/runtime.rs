//! The one place that asks the system for time, chance and threads; everything below takes them as arguments.
//!
//! Async calls run on threads of our own (uniffi would poll them on the caller's): a call that the app drops
//! goes on to its end, alike on Kotlin and Swift. Durations come from the clock that counts while the phone
//! sleeps: `Instant` stands still in a courier's pocket. The runtime lives as long as the process, because
//! one that is dropped on its own threads panics.
#![allow(clippy::disallowed_methods, reason = "the outermost shell of the phones: it asks clocks and chance")]

use std::io;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::BootId;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{Builder, Runtime};

use crate::AppError;

/// Threads for sockets and timers: a phone syncs one thing at a time, and one that hangs must not stop the other.
const WORKER_THREADS: usize = 2;
/// Threads that may wait for the disk at once: an enrolment and a sync of each of a few phones in a test.
const BLOCKING_THREADS_MAX: usize = 8;

/// Milliseconds since the boot, sleep included.
#[cfg(any(target_os = "linux", target_os = "android"))]
const SINCE_BOOT: ClockId = ClockId::Boottime;
/// Milliseconds since the boot, sleep included: on Apple systems this clock counts it.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const SINCE_BOOT: ClockId = ClockId::Monotonic;

static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .thread_name("tournee-phone")
        .enable_all()
        .build()
});

static BOOT: LazyLock<Result<BootId, getrandom::Error>> = LazyLock::new(boot);

/// What the system did not give.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RuntimeError {
    /// No threads.
    #[error("the threads could not be started")]
    Threads(#[source] &'static io::Error),
    /// No randomness.
    #[error("the system gave no randomness")]
    Randomness(#[source] getrandom::Error),
    /// A fault of ours; what was being written was not.
    #[error("a call panicked")]
    Panicked,
}

impl RuntimeError {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Threads(_) => "threads",
            Self::Randomness(_) => "randomness",
            Self::Panicked => "panic",
        }
    }
}

/// Runs a future on our threads. If the caller loses interest, it goes on to its end all the same.
pub(crate) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, AppError>> + Send + 'static,
) -> Result<T, AppError> {
    threads()?.spawn(work).await.map_err(|_| RuntimeError::Panicked)?
}

/// Runs work that waits for the disk on a thread where that stops nobody else.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    threads()?.spawn_blocking(work).await.map_err(|_| RuntimeError::Panicked)?
}

/// Waits for a future on a thread that may block: one of [`blocking`], never one that polls futures.
pub(crate) fn wait_for<F: Future>(future: F) -> Result<F::Output, RuntimeError> {
    Ok(threads()?.block_on(future))
}

fn threads() -> Result<&'static Runtime, RuntimeError> {
    RUNTIME.as_ref().map_err(RuntimeError::Threads)
}

/// The moment now.
pub(crate) fn moment() -> Result<Moment, RuntimeError> {
    let since_boot = clock_gettime(SINCE_BOOT);
    let seconds = u64::try_from(since_boot.tv_sec).unwrap_or(0);
    let milliseconds = u64::try_from(since_boot.tv_nsec / 1_000_000).unwrap_or(0);
    Ok(Moment {
        time: wall_clock(),
        boot: BOOT.map_err(RuntimeError::Randomness)?,
        monotonic_ms: seconds.saturating_mul(1_000).saturating_add(milliseconds),
    })
}

/// A generator fit for keys, seeded by the system for this one call: a restored or copied process must not
/// repeat an id.
pub(crate) fn random() -> Result<ChaCha20Rng, RuntimeError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(RuntimeError::Randomness)?;
    Ok(ChaCha20Rng::from_seed(seed))
}

/// Before 1970 it is negative: a flat battery sets some clocks there.
fn wall_clock() -> Timestamp {
    let milliseconds =
        |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    Timestamp(match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => milliseconds(after),
        Err(before) => -milliseconds(before.duration()),
    })
}

/// The system's boot where it says which, else one of this process alone: then durations between two runs of
/// the app are flagged, never wrong.
fn boot() -> Result<BootId, getrandom::Error> {
    let known = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
    if let Some(text) = known.filter(|text| !text.trim().is_empty()) {
        return Ok(BootId(Hash::of("tournee/boot/1", &[text.trim().as_bytes()]).first()));
    }
    let mut boot = BootId([0; 8]);
    getrandom::fill(&mut boot.0)?;
    Ok(boot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_one_process_share_a_boot_and_never_run_backwards() {
        let (before, after) = (moment().unwrap(), moment().unwrap());
        assert_eq!(before.boot, after.boot);
        assert!(after.monotonic_ms >= before.monotonic_ms && before.monotonic_ms > 0);
        assert!(before.time.0 > 0);
    }

    #[test]
    fn work_runs_on_threads_of_our_own_name() {
        let name = || Ok(std::thread::current().name().map(str::to_owned));
        let polled = wait_for(to_its_end(async move { name() })).unwrap().unwrap();
        let blocked = wait_for(blocking(name)).unwrap().unwrap();
        assert_eq!((polled.as_deref(), blocked.as_deref()), (Some("tournee-phone"), Some("tournee-phone")));
    }

    #[test]
    fn a_call_whose_caller_lost_interest_goes_on_to_its_end() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let (go, went) = tokio::sync::oneshot::channel::<()>();
        let call = to_its_end(async move {
            let _ = went.await;
            let _ = sender.send("done");
            Ok(())
        });
        wait_for(async {
            let mut call = Box::pin(call);
            // Polled once, so that it has begun, and then dropped.
            tokio::select! { biased; _ = &mut call => {}, () = std::future::ready(()) => {} }
        })
        .unwrap();
        go.send(()).unwrap();
        assert_eq!(receiver.recv_timeout(std::time::Duration::from_secs(10)), Ok("done"));
    }

    #[test]
    fn a_panic_is_an_error_of_that_call_alone() {
        let error = wait_for(to_its_end::<()>(async { panic!("on purpose") })).unwrap().unwrap_err();
        assert_eq!(error.code(), "panic");
        assert_eq!(wait_for(to_its_end(async { Ok(1) })).unwrap(), Ok(1));
    }
}
