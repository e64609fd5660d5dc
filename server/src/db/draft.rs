//! Tables `draft` and `draft_stop`: rounds that nobody holds yet, and their stops with who and where.
//!
//! The stops go when somebody takes the draft: from then on the round's log has them, and a card can be erased there.

use core_sync::domain::ids::{CoopId, MemberId, RoundId, StopId};
use core_sync::domain::time::Timestamp;

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftRow {
    /// Its id, and that of the round it becomes.
    pub draft: RoundId,
    /// When it was made.
    pub made: Timestamp,
    /// How often it was changed.
    pub version: u64,
    /// Who took it, if somebody did.
    pub taken_by: Option<MemberId>,
}

/// A stop of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftStopRow {
    /// Its id.
    pub stop: StopId,
    /// Its number, from 1; the number of a stop taken out is not given again while a later one stands.
    pub place: u64,
    /// What was given of it, as JSON.
    pub terms: String,
}

const COLUMNS: &str = "draft, made_ms, version, taken_by";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<DraftRow> {
    Ok(DraftRow {
        draft: RoundId(row.get(0)?),
        made: Timestamp(row.get(1)?),
        version: row.get::<_, Count>(2)?.0,
        taken_by: row.get::<_, Option<[u8; 16]>>(3)?.map(MemberId),
    })
}

/// The draft of this id, taken or not, if it is the co-op's.
pub fn find(snapshot: &Snapshot<'_>, co_op: CoopId, draft: RoundId) -> Result<Option<DraftRow>, DbError> {
    snapshot
        .find(
            &format!("SELECT {COLUMNS} FROM draft WHERE co_op = ?1 AND draft = ?2"),
            (co_op.0, draft.0),
            row,
        )
        .doing("reading a draft")
}

/// Whether any co-op has or had a draft of this id.
pub fn exists_anywhere(snapshot: &Snapshot<'_>, draft: RoundId) -> Result<bool, DbError> {
    let found = snapshot.find("SELECT 1 FROM draft WHERE draft = ?1", [draft.0], |_| Ok(()));
    Ok(found.doing("looking for a draft")?.is_some())
}

/// The oldest drafts that nobody took, at most `max`.
pub fn all_open(snapshot: &Snapshot<'_>, co_op: CoopId, max: usize) -> Result<Vec<DraftRow>, DbError> {
    snapshot
        .all(
            &format!(
                "SELECT {COLUMNS} FROM draft WHERE co_op = ?1 AND taken_by IS NULL
                 ORDER BY made_ms, draft LIMIT ?2"
            ),
            (co_op.0, Count(max as u64)),
            row,
        )
        .doing("reading the drafts of a co-op")
}

/// Adds a draft. Its id must be free.
pub fn insert(tx: &Tx<'_>, co_op: CoopId, draft: RoundId, made: Timestamp) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO draft (co_op, draft, made_ms, version) VALUES (?1, ?2, ?3, 0)",
        (co_op.0, draft.0, made.0),
    )
    .doing("adding a draft")
    .map(drop)
}

/// Notes that a draft was changed once more.
pub fn changed(tx: &Tx<'_>, co_op: CoopId, draft: RoundId) -> Result<(), DbError> {
    tx.execute("UPDATE draft SET version = version + 1 WHERE co_op = ?1 AND draft = ?2", (co_op.0, draft.0))
        .doing("changing a draft")
        .map(drop)
}

/// Notes who took a draft, and deletes what it said of people.
pub fn take(tx: &Tx<'_>, co_op: CoopId, draft: RoundId, by: MemberId) -> Result<(), DbError> {
    let doing = "taking a draft";
    tx.execute("UPDATE draft SET taken_by = ?3 WHERE co_op = ?1 AND draft = ?2", (co_op.0, draft.0, by.0))
        .doing(doing)?;
    tx.execute("DELETE FROM draft_stop WHERE co_op = ?1 AND draft = ?2", (co_op.0, draft.0))
        .doing(doing)
        .map(drop)
}

/// The stops of a draft by their number.
pub fn stops(snapshot: &Snapshot<'_>, co_op: CoopId, draft: RoundId) -> Result<Vec<DraftStopRow>, DbError> {
    snapshot
        .all(
            "SELECT stop, place, terms FROM draft_stop WHERE co_op = ?1 AND draft = ?2 ORDER BY place",
            (co_op.0, draft.0),
            |row| {
                Ok(DraftStopRow {
                    stop: StopId(row.get(0)?),
                    place: row.get::<_, Count>(1)?.0,
                    terms: row.get(2)?,
                })
            },
        )
        .doing("reading the stops of a draft")
}

/// Adds a stop to a draft.
pub fn insert_stop(tx: &Tx<'_>, co_op: CoopId, draft: RoundId, stop: &DraftStopRow) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO draft_stop (co_op, draft, stop, place, terms) VALUES (?1, ?2, ?3, ?4, ?5)",
        (co_op.0, draft.0, stop.stop.0, Count(stop.place), &stop.terms),
    )
    .doing("adding a stop to a draft")
    .map(drop)
}

/// Takes a stop out of a draft. Returns whether it was there.
pub fn delete_stop(tx: &Tx<'_>, co_op: CoopId, draft: RoundId, stop: StopId) -> Result<bool, DbError> {
    tx.execute(
        "DELETE FROM draft_stop WHERE co_op = ?1 AND draft = ?2 AND stop = ?3",
        (co_op.0, draft.0, stop.0),
    )
    .doing("taking a stop out of a draft")
    .map(|deleted| deleted > 0)
}
