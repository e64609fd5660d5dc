//! Syncs take turns. Whoever asks while one runs gets the next, and all who wait for that one share it: ten taps
//! in a cellar cost one attempt, not ten.

use std::sync::Weak;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::open_phone::OpenPhone;
use crate::{AppError, SyncEnd, SyncReport, runtime, sync_wake};

/// The turns of one phone.
#[derive(Default)]
pub(crate) struct SyncTurns {
    /// Syncs that were begun.
    begun: AtomicU64,
    /// How the last one ended; locked while one runs.
    last: Mutex<Option<Result<SyncReport, AppError>>>,
}

impl SyncTurns {
    /// What a caller takes at once, before waiting: any sync that begins from now on is hers too.
    pub(crate) fn ticket(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    /// Syncs, or waits for a sync that began after the ticket was taken.
    pub(crate) async fn take(
        &self,
        ticket: u64,
        phone: Weak<OpenPhone>,
        asked: bool,
    ) -> Result<SyncReport, AppError> {
        let mut last = self.last.lock().await;
        let shared = last.clone().filter(|_| self.ticket() > ticket);
        if let Some(ended) = shared.filter(|ended| !(asked && was_too_soon(ended))) {
            return ended;
        }
        self.begun.fetch_add(1, Ordering::SeqCst);
        let ended = runtime::blocking(move || sync_wake::run(&phone, asked)).await;
        last.insert(ended).clone()
    }
}

/// A person who asks does not share the wait of somebody who did not.
fn was_too_soon(ended: &Result<SyncReport, AppError>) -> bool {
    ended.as_ref().is_ok_and(|report| report.end == SyncEnd::TooSoon)
}
