//! Why a run ends before its end.

use std::fmt;

/// A promise that was not kept: what a failing seed is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which promise, in a word or two. A shorter script must fail by the same one.
    pub promise: &'static str,
    /// What was seen.
    pub seen: String,
}

/// Why a run ended early.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// A promise was not kept.
    #[error("{0}")]
    Found(Finding),
    /// The simulator itself could not go on: a folder that cannot be written, a request it builds wrongly.
    #[error("the simulator cannot go on: {0}")]
    Broken(String),
}

/// What a step gives.
pub(crate) type Played<T> = Result<T, Halt>;

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.seen)
    }
}

/// A promise that was not kept.
pub(crate) fn found(promise: &'static str, seen: impl Into<String>) -> Halt {
    Halt::Found(Finding { promise, seen: seen.into() })
}

/// The simulator cannot go on.
pub(crate) fn broken(doing: &'static str) -> impl FnOnce(&dyn fmt::Debug) -> Halt {
    move |error| Halt::Broken(format!("{doing}: {error:?}"))
}

/// Turns an error into the end of the run.
pub(crate) trait OrBroken<T> {
    /// What was being done when it failed.
    fn or_broken(self, doing: &'static str) -> Played<T>;
}

impl<T, E: fmt::Debug> OrBroken<T> for Result<T, E> {
    fn or_broken(self, doing: &'static str) -> Played<T> {
        self.map_err(|error| broken(doing)(&error))
    }
}

impl<T> OrBroken<T> for Option<T> {
    fn or_broken(self, doing: &'static str) -> Played<T> {
        self.ok_or_else(|| Halt::Broken(doing.to_owned()))
    }
}
