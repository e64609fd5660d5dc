//! A disk that refuses to write: the real system call fails, with another error than a full disk gives, so SQLite takes it
//! for a disk that fails. A disk that is really full is filled by `tests/crash`.
//!
//! The limit on the size of files is the process's, so one run at a time is played in a process.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::halt::{OrBroken as _, Played};

/// Keeps the signal that the system sends beside the error from ending the process. To be called once, before any run.
///
/// # Errors
/// The system refuses a handler.
pub(crate) fn prepare() -> std::io::Result<()> {
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false))).map(|_| ())
}

/// Does `work` while no file can be written.
pub(crate) fn while_refusing<T>(work: impl FnOnce() -> T) -> Played<T> {
    let before = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: Some(0), maximum: before.maximum })
        .or_broken("letting the disk refuse to write")?;
    let done = work();
    setrlimit(Resource::Fsize, before).or_broken("letting the disk write again")?;
    Ok(done)
}
