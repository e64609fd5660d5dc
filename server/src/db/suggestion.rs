//! Table `suggestion`: what the planner found for rounds under way, with what was asked and what became of it.

use std::collections::BTreeSet;

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, MemberId, SuggestionId};
use core_sync::domain::time::Timestamp;
use core_sync::wire::suggestion::Became;

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestionRow {
    /// Its id.
    pub suggestion: SuggestionId,
    /// When it was found.
    pub found: Timestamp,
    /// Who asked.
    pub asked_by: MemberId,
    /// A hash over what it stands on and does.
    pub basis: Hash,
    /// The suggestion, as JSON.
    pub said: String,
    /// What was asked, as JSON.
    pub asked: String,
    /// What became of it.
    pub became: Became,
}

const COLUMNS: &str = "suggestion, found_ms, asked_by, basis, said, asked, became, decided_by, decided_ms";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<SuggestionRow> {
    let by: Option<[u8; 16]> = row.get(7)?;
    let at: Option<i64> = row.get(8)?;
    let decided = by.zip(at).map(|(by, at)| (MemberId(by), Timestamp(at)));
    let became = Became::from_code(row.get_ref(6)?.as_str()?, decided);
    Ok(SuggestionRow {
        suggestion: SuggestionId(row.get(0)?),
        found: Timestamp(row.get(1)?),
        asked_by: MemberId(row.get(2)?),
        basis: Hash(row.get(3)?),
        said: row.get(4)?,
        asked: row.get(5)?,
        // The table's own checks let nothing else in.
        became: became.ok_or(rusqlite::Error::InvalidQuery)?,
    })
}

/// The suggestion of this id, if it is the co-op's.
pub fn find(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    suggestion: SuggestionId,
) -> Result<Option<SuggestionRow>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM suggestion WHERE co_op = ?1 AND suggestion = ?2");
    snapshot.find(&sql, (co_op.0, suggestion.0), row).doing("reading a suggestion")
}

/// Suggestions found since then, the newest first, at most `max`.
pub fn all_since(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    since: Timestamp,
    max: usize,
) -> Result<Vec<SuggestionRow>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM suggestion WHERE co_op = ?1 AND found_ms >= ?2
         ORDER BY found_ms DESC, suggestion LIMIT ?3"
    );
    snapshot.all(&sql, (co_op.0, since.0, Count(max as u64)), row).doing("reading the suggestions of a co-op")
}

/// On what those stand that were found since then and refused.
pub fn refused_since(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    since: Timestamp,
) -> Result<BTreeSet<Hash>, DbError> {
    let sql = "SELECT basis FROM suggestion WHERE co_op = ?1 AND found_ms >= ?2 AND became = 'refused'";
    snapshot.all(sql, (co_op.0, since.0), |row| row.get(0).map(Hash)).doing("reading what a co-op refused")
}

/// Keeps one that waits for somebody; found again, it is as new.
pub fn put(tx: &Tx<'_>, co_op: CoopId, new: &SuggestionRow) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO suggestion (co_op, suggestion, found_ms, asked_by, basis, said, asked, became)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open')
         ON CONFLICT (co_op, suggestion) DO UPDATE SET found_ms = excluded.found_ms,
         asked_by = excluded.asked_by, said = excluded.said, asked = excluded.asked",
        (co_op.0, new.suggestion.0, new.found.0, new.asked_by.0, new.basis.0, &new.said, &new.asked),
    )
    .doing("keeping a suggestion")
    .map(drop)
}

/// Notes what became of one that waited.
pub fn decide(tx: &Tx<'_>, co_op: CoopId, suggestion: SuggestionId, became: Became) -> Result<(), DbError> {
    let (by, at) = became.decided().unzip();
    let (by, at) = (by.map(|by| by.0), at.map(|at| at.0));
    tx.execute(
        "UPDATE suggestion SET became = ?3, decided_by = ?4, decided_ms = ?5
         WHERE co_op = ?1 AND suggestion = ?2",
        (co_op.0, suggestion.0, became.code(), by, at),
    )
    .doing("deciding a suggestion")
    .map(drop)
}

/// Deletes those found before then.
pub fn delete_before(tx: &Tx<'_>, co_op: CoopId, before: Timestamp) -> Result<(), DbError> {
    tx.execute("DELETE FROM suggestion WHERE co_op = ?1 AND found_ms < ?2", (co_op.0, before.0))
        .doing("deleting old suggestions")
        .map(drop)
}
