//! Rounds folded before, for the board: a round whose log has not moved is not folded again. A courier may fill some
//! dozens of rounds, each 0.1 s to fold; a board of fifty long days takes 0.5 s the first time and 10 ms from then on.
//!
//! Kept by document and the lineage at its end, which names everything a fold reads: two logs with one lineage are
//! the same log. Filled from committed snapshots only, because the times and places in the co-op's log of rows that
//! were rolled back are nobody's. Cards are read anew each time: what was erased is not to be found in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_sync::domain::ids::{CoopId, RoundId};
use core_sync::round_doc::lineage::Lineage;

use super::read_round::{ReadRound, fold};
use crate::db::connection::Snapshot;
use crate::db::document::DocumentRow;
use crate::db::error::DbError;

/// Rounds kept: the board of a co-op of fifty for two days. A usual round takes 100 kB; one with as much in it as a
/// round may have takes 2 MB, and nobody fills more of them than a courier may make in two days.
const ROUNDS_MAX: usize = 128;

/// The rounds.
#[derive(Debug, Default)]
pub struct Folded(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    /// Counts up with each use.
    turn: u64,
    rounds: BTreeMap<(CoopId, RoundId), Kept>,
}

#[derive(Debug)]
struct Kept {
    lineage: Lineage,
    used: u64,
    round: Arc<ReadRound>,
}

impl Folded {
    /// Reads a round as it is in this snapshot, which must be committed.
    pub fn read(&self, snapshot: &Snapshot<'_>, document: &DocumentRow) -> Result<ReadRound, DbError> {
        let round = match self.find(document) {
            Some(round) => round,
            None => {
                // Folded without the lock: two who need the same round at once fold it twice, and nobody waits.
                let round = Arc::new(fold(snapshot, document)?);
                // What is damaged is read anew each time, so that it is seen to be mended.
                if round.damage.is_none() {
                    self.keep(document, Arc::clone(&round));
                }
                round
            }
        };
        ReadRound::clone(&round).with_cards(snapshot)
    }

    /// Forgets everything: somebody met damage, and what was read before it is no more than what was.
    pub fn forget(&self) {
        self.shelf().rounds.clear();
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, document: &DocumentRow) -> Option<Arc<ReadRound>> {
        let mut shelf = self.shelf();
        shelf.turn += 1;
        let turn = shelf.turn;
        let kept = shelf.rounds.get_mut(&(document.co_op, document.name.round))?;
        if kept.lineage != document.lineage {
            return None;
        }
        kept.used = turn;
        Some(Arc::clone(&kept.round))
    }

    fn keep(&self, document: &DocumentRow, round: Arc<ReadRound>) {
        let mut shelf = self.shelf();
        let used = shelf.turn;
        let key = (document.co_op, document.name.round);
        shelf.rounds.insert(key, Kept { lineage: document.lineage, used, round });
        if shelf.rounds.len() > ROUNDS_MAX
            && let Some(oldest) = shelf.rounds.iter().min_by_key(|(_, kept)| kept.used).map(|(key, _)| *key)
        {
            shelf.rounds.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::read_round::read_round;
    use crate::db::connection::Tx;
    use crate::db::document;
    use crate::testing::Riding;

    #[test]
    fn a_round_is_read_as_it_is_however_often_it_was_read_before() {
        let mut riding = Riding::with_stops(2);
        let folded = Folded::default();
        for _ in 0..3 {
            let tap = riding.tap();
            riding.push(vec![tap]);
            let round = riding.round.id;
            let (kept, anew) = riding
                .coop
                .write(|tx, world| {
                    let document = document::find(tx, world.id, round)?.unwrap();
                    folded.read(tx, &document)?;
                    Ok((folded.read(tx, &document)?, read_round(tx, &document)?))
                })
                .unwrap();
            assert_eq!((kept.state.clone(), kept.cards.clone()), (anew.state.clone(), anew.cards.clone()));
            assert_eq!(kept.acts_since(None), anew.acts_since(None));
        }
        assert_eq!(folded.shelf().rounds.len(), 1);
    }

    #[test]
    fn so_many_are_kept_and_no_more() {
        let mut riding = Riding::with_stops(0);
        let folded = Folded::default();
        for n in 0..=ROUNDS_MAX {
            let round = riding.coop.round_of(riding.courier, 0).id;
            let read = |tx: &Tx<'_>, id| Ok(folded.read(tx, &document::find(tx, id, round)?.unwrap())?);
            riding.coop.write(|tx, world| read(tx, world.id)).unwrap();
            assert_eq!(folded.shelf().rounds.len(), (n + 1).min(ROUNDS_MAX));
        }
    }
}
