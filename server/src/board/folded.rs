//! Rounds folded before, for the board: a round whose log has not moved is not folded again, and of one that has moved
//! only the rows that are new are read. A courier may fill some dozens of rounds, each 0.1 s to read and fold; a board of
//! fifty long days takes 0.5 s the first time and 10 ms from then on.
//!
//! Kept by document and the lineage at its end, which names everything a fold reads: two logs with one lineage are
//! the same log. Filled from committed snapshots only, because the times and places in the co-op's log of rows that
//! were rolled back are nobody's. Cards are read anew each time: what was erased is not to be found in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_sync::domain::ids::{CoopId, RoundId};

use super::read_round::{ReadLog, ReadRound};
use crate::db::connection::Snapshot;
use crate::db::document::DocumentRow;
use crate::db::error::DbError;

/// Rounds kept: a day of two hundred couriers, and the rounds of the day before that still ride. Fewer than a board has
/// would be worse than none, since a board reads all of them one after the other. A usual round takes 150 kB; one with as much in it as a
/// round may have takes 4 MB, and nobody fills more of them than a courier may make in two days.
const ROUNDS_MAX: usize = 256;

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
    used: u64,
    log: ReadLog,
    round: Arc<ReadRound>,
}

/// What is kept of a round.
enum Found {
    /// It, as it is.
    Same(Arc<ReadRound>),
    /// Its log up to some place; it is not kept any more.
    Earlier(ReadLog),
    Nothing,
}

impl Folded {
    /// Reads a round as it is in this snapshot, which must be committed.
    pub fn read(&self, snapshot: &Snapshot<'_>, document: &DocumentRow) -> Result<ReadRound, DbError> {
        // Read and folded without the lock: two who need the same round at once both do it, and nobody waits.
        let log = match self.find(document) {
            Found::Same(round) => return ReadRound::clone(&round).with_cards(snapshot),
            Found::Earlier(log) if log.begins(snapshot, document)? => Some(log),
            Found::Earlier(_) | Found::Nothing => None,
        };
        let mut log = log.unwrap_or_default();
        log.read_on(snapshot, document)?;
        let round = Arc::new(log.fold(document));
        // What is damaged is read anew each time, so that it is seen to be mended.
        if round.damage.is_none() {
            self.keep(document, log, Arc::clone(&round));
        }
        ReadRound::clone(&round).with_cards(snapshot)
    }

    /// Forgets everything: somebody met damage, and what was read before it is no more than what was.
    pub fn forget(&self) {
        self.shelf().rounds.clear();
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, document: &DocumentRow) -> Found {
        let mut shelf = self.shelf();
        shelf.turn += 1;
        let turn = shelf.turn;
        let key = (document.co_op, document.name.round);
        match shelf.rounds.get_mut(&key) {
            None => Found::Nothing,
            Some(kept) if kept.log.lineage == Some(document.lineage) => {
                kept.used = turn;
                Found::Same(Arc::clone(&kept.round))
            }
            Some(_) => shelf.rounds.remove(&key).map_or(Found::Nothing, |kept| Found::Earlier(kept.log)),
        }
    }

    fn keep(&self, document: &DocumentRow, log: ReadLog, round: Arc<ReadRound>) {
        let mut shelf = self.shelf();
        let used = shelf.turn;
        let key = (document.co_op, document.name.round);
        shelf.rounds.insert(key, Kept { used, log, round });
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
    fn what_was_kept_of_another_log_is_not_read_on() {
        let mut riding = Riding::with_stops(2);
        let other = riding.coop.round_of(riding.courier, 1).id;
        let folded = Folded::default();
        let round = riding.round.id;
        let (read, anew) = riding
            .coop
            .write(|tx, world| {
                let [this, other] = [round, other].map(|id| document::find(tx, world.id, id));
                let (this, other) = (this?.unwrap(), other?.unwrap());
                // As after the server was put back: under this round's name stands what a log said that is gone.
                let mut log = ReadLog::default();
                log.read_on(tx, &other)?;
                let kept = Arc::new(log.fold(&other));
                folded.keep(&this, log, kept);
                Ok((folded.read(tx, &this)?, read_round(tx, &this)?))
            })
            .unwrap();
        assert_eq!(read.state, anew.state);
        assert_eq!(read.state.stops.len(), 2);
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
