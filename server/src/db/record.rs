//! Table `record`: the keys that are taken in a document. The bytes stand in the changes that carry them.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, RecordId, RoundId};

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// The hash of the bytes at a key, if it is taken.
pub fn hash_at(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    record: RecordId,
) -> Result<Option<Hash>, DbError> {
    snapshot
        .find(
            "SELECT hash FROM record WHERE co_op = ?1 AND document = ?2 AND record = ?3",
            (co_op.0, round.0, record.0),
            |row| row.get(0).map(Hash),
        )
        .doing("reading a record's hash")
}

/// Takes a key. One that is taken already keeps its first position: the record only came again.
pub fn insert(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    record: RecordId,
    hash: Hash,
    position: u64,
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO record (co_op, document, record, hash, position) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
        (co_op.0, round.0, record.0, hash.0, Count(position)),
    )
    .doing("adding a record")
    .map(drop)
}
