//! What the session read and folded since the store was last written: a tap falls on what the screen was drawn from,
//! and neither waits for that to be read and folded again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use core_sync::domain::ids::RoundId;
use core_sync::domain::kind::Family;
use core_sync::domain::records::Records;
use core_sync::domain::round_state::RoundState;
use core_sync::view::plan_diff::SeenPlan;

use crate::error::SessionError;
use crate::store::Store;

/// Counts beyond this are nobody's taps: a million a second for a week. One planted in the round must not use up
/// the numbers of every later tap.
const TAP_COUNT_MAX: u64 = 1 << 40;

/// A round as it stands, folded.
#[derive(Debug)]
pub(super) struct KnownRound {
    /// Its state.
    pub(super) state: RoundState,
    /// The greatest tap count of any fact in it, whichever phone counted.
    pub(super) greatest_count: u64,
    /// What the courier last said she saw of the plan.
    pub(super) seen: Option<SeenPlan>,
    /// Changes that this version cannot read.
    pub(super) unreadable: usize,
}

/// What was read, and of which state of the store.
#[derive(Debug, Default)]
pub(super) struct Known(RefCell<Read>);

#[derive(Debug, Default)]
struct Read {
    /// Rows that the store had written by then: nobody else writes to it, so one number names what stands in it.
    written: u64,
    rounds: BTreeMap<RoundId, Arc<KnownRound>>,
}

impl Read {
    /// Forgets what an older state of the store said.
    fn of(&mut self, store: &Store) {
        let written = store.rows_written();
        if self.written != written {
            *self = Self { written, ..Self::default() };
        }
    }
}

impl Known {
    /// A round of the store.
    pub(super) fn round(&self, store: &Store, round: RoundId) -> Result<Arc<KnownRound>, SessionError> {
        let mut read = self.0.borrow_mut();
        read.of(store);
        if let Some(known) = read.rounds.get(&round) {
            return Ok(Arc::clone(known));
        }
        let stored = store.round(round)?.ok_or(SessionError::NoSuchRound)?;
        let known = Arc::new(KnownRound {
            state: RoundState::of(&stored.records),
            greatest_count: greatest_count(&stored.records),
            seen: stored.seen,
            unreadable: stored.unreadable,
        });
        read.rounds.insert(round, Arc::clone(&known));
        Ok(known)
    }
}

/// The greatest tap count of any fact in a round, whichever phone counted.
fn greatest_count(records: &Records) -> u64 {
    let counts = records
        .iter()
        .filter(|(_, entry)| entry.record.kind().is_some_and(|kind| kind.family() == Family::Fact));
    let counts = counts.filter_map(|(_, entry)| Some(entry.record.stamp()?.n));
    counts.filter(|count| *count < TAP_COUNT_MAX).max().unwrap_or(0)
}
