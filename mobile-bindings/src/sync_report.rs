//! How a sync ended, and when the next one makes sense.

/// What became of a sync.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// How it ended.
    pub end: SyncEnd,
    /// Milliseconds until the next sync makes sense: the poll for news, or the wait after a failure, longer
    /// each time. Absent: only when the link is up again.
    pub again_in_ms: Option<i64>,
}

/// How a sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SyncEnd {
    /// The server was asked and everything it said is on disk.
    Synced,
    /// There was no answer that counts. Nothing is lost: everything goes with a later sync.
    NoAnswer,
    /// Nothing was tried, because the wait after a failure still runs and no person asked.
    TooSoon,
    /// Nothing was tried, because the link is down by the courier's own switch.
    LinkDown,
    /// The switch, an enrolment, a log-out or the closing of the phone came in between: what the server said
    /// since is thrown away and comes again with the next sync.
    Interrupted,
}
