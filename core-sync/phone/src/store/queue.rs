//! The queue: acts that were saved here and are not yet seen in the confirmed log.

use core_sync::domain::ids::{RecordId, RoundId};
use core_sync::domain::stamp::{Moment, Stamp};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::lineage::Lineage;
use core_sync::wire::sync_answer::HELD;
use rusqlite::{Transaction, params};

use super::cells::{fixed, number, whole};
use super::{Store, StoreError};

/// An act as it was saved: what the phone may show as saved from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedAct {
    /// Its record.
    pub record: RecordId,
    /// The bytes that are frozen.
    pub bytes: Vec<u8>,
    /// Which tap of the device it was.
    pub n: u64,
}

/// An act in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedAct {
    /// Its round.
    pub document: DocumentName,
    /// Its record.
    pub record: RecordId,
    /// The bytes that are frozen.
    pub bytes: Vec<u8>,
    /// The refusal's code, if the server refused it.
    pub set_aside: Option<String>,
}

impl Store {
    /// Saves an act: counts the tap on from the greatest count `seen` in the round, freezes the bytes, commits.
    /// `freeze` makes the record's bytes from its stamp.
    pub fn save_act<E: From<StoreError>>(
        &mut self,
        round: RoundId,
        record: RecordId,
        moment: Moment,
        seen: u64,
        freeze: impl FnOnce(Stamp) -> Result<Vec<u8>, E>,
    ) -> Result<SavedAct, E> {
        let sqlite = |error: rusqlite::Error| E::from(StoreError::from(error));
        self.still_in_place()?;
        let write = self.connection.transaction().map_err(sqlite)?;
        let n = next_number(&write, seen).map_err(sqlite)?;
        let bytes = freeze(Stamp::new(moment, n))?;
        put(&write, n, round, record, &bytes).map_err(sqlite)?;
        write.commit().map_err(sqlite)?;
        Ok(SavedAct { record, bytes, n })
    }

    /// Puts acts of a sealed queue back. Those that are already here stay as they are.
    pub fn requeue(&mut self, acts: &[QueuedAct]) -> Result<usize, StoreError> {
        self.still_in_place()?;
        let write = self.connection.transaction()?;
        let mut added = 0;
        for act in acts {
            ensure_round(&write, &act.document)?;
            added += insert(&write, act.document.round, act.record, &act.bytes)?;
        }
        write.commit()?;
        Ok(added)
    }

    /// Every act in the queue, as tapped.
    pub fn queue(&self) -> Result<Vec<QueuedAct>, StoreError> {
        let sql = "SELECT queue.round, holder, schema, record, bytes, set_aside
                   FROM queue JOIN round USING (round) ORDER BY place";
        let mut statement = self.connection.prepare_cached(sql)?;
        let acts = statement.query_map([], |row| {
            let set_aside: String = row.get(5)?;
            Ok(QueuedAct {
                document: super::rounds::document(row)?,
                record: RecordId(fixed(row, 3)?),
                bytes: row.get(4)?,
                set_aside: (!set_aside.is_empty()).then_some(set_aside),
            })
        })?;
        Ok(acts.collect::<Result<_, _>>()?)
    }

    /// How many acts wait, and how many the server refused.
    pub fn queue_counts(&self) -> Result<(usize, usize), StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE set_aside = ''), count(*) FILTER (WHERE set_aside <> '') FROM queue";
        let count = |row: &rusqlite::Row<'_>, column| {
            whole(row, column).map(|count| usize::try_from(count).unwrap_or(usize::MAX))
        };
        Ok(self.connection.query_row(sql, [], |row| Ok((count(row, 0)?, count(row, 1)?)))?)
    }
}

/// What the server held because the device was revoked is sent, and given back, again.
pub(super) fn send_held_again(write: &Transaction<'_>) -> rusqlite::Result<()> {
    write.execute("UPDATE queue SET set_aside = '' WHERE set_aside = ?1", [HELD])?;
    write.execute("UPDATE spare SET declined = '' WHERE declined = ?1", [HELD])?;
    Ok(())
}

/// The number of the next tap: above every one of this phone and of those seen.
fn next_number(write: &Transaction<'_>, seen: u64) -> rusqlite::Result<u64> {
    // What has left the queue is counted in the phone's row, by a trigger.
    let sql = "SELECT 1 + max(taps, ?1, ifnull((SELECT max(place) FROM queue), 0)) FROM phone";
    write.prepare_cached(sql)?.query_row([number(seen)], |row| whole(row, 0))
}

/// Counts on without an act in the queue; gives the number.
pub(super) fn count_on(write: &Transaction<'_>, seen: u64) -> rusqlite::Result<u64> {
    let next = next_number(write, seen)?;
    write.execute("UPDATE phone SET taps = ?1", [number(next)])?;
    Ok(next)
}

/// Adds an act behind all others; 0 if it is there already.
pub(super) fn insert(
    write: &Transaction<'_>,
    round: RoundId,
    record: RecordId,
    bytes: &[u8],
) -> rusqlite::Result<usize> {
    let there = "SELECT EXISTS (SELECT 1 FROM queue WHERE round = ?1 AND record = ?2 AND bytes = ?3)";
    let there =
        write.prepare_cached(there)?.query_row(params![round.0, record.0, bytes], |row| row.get(0))?;
    if there { Ok(0) } else { put(write, next_number(write, 0)?, round, record, bytes) }
}

fn put(
    write: &Transaction<'_>,
    place: u64,
    round: RoundId,
    record: RecordId,
    bytes: &[u8],
) -> rusqlite::Result<usize> {
    let sql = "INSERT INTO queue (place, round, record, bytes) VALUES (?1, ?2, ?3, ?4)";
    write.prepare_cached(sql)?.execute(params![number(place), round.0, record.0, bytes])
}

/// Makes the round's row if it is not there: an empty log with genesis as its head.
pub(super) fn ensure_round(write: &Transaction<'_>, document: &DocumentName) -> Result<(), StoreError> {
    let sql =
        "INSERT OR IGNORE INTO round (round, holder, schema, position, lineage) VALUES (?1, ?2, ?3, 0, ?4)";
    let lineage = Lineage::start(document).0.0;
    let made =
        write.execute(sql, params![document.round.0, document.holder.0, number(document.schema), lineage])?;
    if made == 1 {
        super::heads::write_heads(write, document, &core_sync::sync::outbox::first_tip(document))?;
    }
    Ok(())
}
