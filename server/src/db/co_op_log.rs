//! Table `co_op_log`: every row of every document of a co-op in one sequence, and the rounds that were made.
//!
//! Cursors of the board point into it. A made round has an entry of its own, because an empty round has no row.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, RoundId};
use core_sync::round_doc::lineage::{Lineage, RowKind};

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// What an entry stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A row of a document's log.
    Row(RowKind),
    /// A document was made.
    RoundMade,
}

impl EntryKind {
    /// The number in the table and in lineages: a row's own, or 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Row(kind) => kind.number(),
            Self::RoundMade => 3,
        }
    }
}

/// The lineage after the entry at a position.
pub fn lineage_at(snapshot: &Snapshot<'_>, co_op: CoopId, position: u64) -> Result<Option<Lineage>, DbError> {
    snapshot
        .find(
            "SELECT lineage FROM co_op_log WHERE co_op = ?1 AND position = ?2",
            (co_op.0, Count(position)),
            |row| row.get(0).map(|lineage| Lineage(Hash(lineage))),
        )
        .doing("reading a lineage of a co-op")
}

/// The documents that entries after `from` up to `until` are about, the one that changed last at the end.
pub fn documents_between(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    from: u64,
    until: u64,
) -> Result<Vec<RoundId>, DbError> {
    snapshot
        .all(
            "SELECT document FROM co_op_log WHERE co_op = ?1 AND position > ?2 AND position <= ?3
             GROUP BY document ORDER BY max(position)",
            (co_op.0, Count(from), Count(until)),
            |row| row.get(0).map(RoundId),
        )
        .doing("reading what changed in a co-op")
}

/// What a new entry says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEntry {
    /// Its position.
    pub position: u64,
    /// What it stands for.
    pub kind: EntryKind,
    /// The document it is about.
    pub round: RoundId,
    /// The position there; 0 for a made round.
    pub document_position: u64,
    /// The lineage after it.
    pub lineage: Lineage,
}

/// Adds an entry.
pub fn insert(tx: &Tx<'_>, co_op: CoopId, entry: &NewEntry) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO co_op_log (co_op, position, kind, document, document_position, lineage)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            co_op.0,
            Count(entry.position),
            entry.kind.number(),
            entry.round.0,
            Count(entry.document_position),
            entry.lineage.0.0,
        ),
    )
    .doing("adding an entry to a co-op's log")
    .map(drop)
}

/// The entries after a position: where each stands and which document it is about, at most `max`.
pub fn documents_after(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    position: u64,
    max: usize,
) -> Result<Vec<(u64, RoundId)>, DbError> {
    snapshot
        .all(
            "SELECT position, document FROM co_op_log WHERE co_op = ?1 AND position > ?2
             ORDER BY position LIMIT ?3",
            (co_op.0, Count(position), Count(max as u64)),
            |row| Ok((row.get::<_, Count>(0)?.0, RoundId(row.get(1)?))),
        )
        .doing("reading the log of a co-op")
}
