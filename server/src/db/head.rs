//! Table `head`: the changes of a document that no other change stands on, with their operation numbers.
//!
//! A new document has one: genesis. Whoever mints next names the heads.

use core_sync::domain::ids::{CoopId, RoundId};

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// The heads of a document with their greatest operation numbers, by hash.
pub fn all(snapshot: &Snapshot<'_>, co_op: CoopId, round: RoundId) -> Result<Vec<([u8; 32], u64)>, DbError> {
    snapshot
        .all(
            "SELECT hash, max_op FROM head WHERE co_op = ?1 AND document = ?2 ORDER BY hash",
            (co_op.0, round.0),
            |row| Ok((row.get(0)?, row.get::<_, Count>(1)?.0)),
        )
        .doing("reading the heads of a document")
}

/// Adds a head.
pub fn insert(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    hash: [u8; 32],
    max_op: u64,
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO head (co_op, document, hash, max_op) VALUES (?1, ?2, ?3, ?4)",
        (co_op.0, round.0, hash, Count(max_op)),
    )
    .doing("adding a head")
    .map(drop)
}

/// Takes a head away, if it is one: another change stands on it now.
pub fn delete(tx: &Tx<'_>, co_op: CoopId, round: RoundId, hash: [u8; 32]) -> Result<(), DbError> {
    tx.execute("DELETE FROM head WHERE co_op = ?1 AND document = ?2 AND hash = ?3", (co_op.0, round.0, hash))
        .doing("taking a head away")
        .map(drop)
}
