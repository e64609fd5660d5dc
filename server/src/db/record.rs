//! Table `record`: the keys that are taken in a document. The bytes stand in the changes that carry them.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, RecordId, RoundId};

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

const HASH_AT: &str = "SELECT hash FROM record WHERE co_op = ?1 AND document = ?2 AND record = ?3";

/// The hash of the bytes at a key, if it is taken.
pub fn hash_at(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    record: RecordId,
) -> Result<Option<Hash>, DbError> {
    snapshot
        .find(HASH_AT, (co_op.0, round.0, record.0), |row| row.get(0).map(Hash))
        .doing("reading a record's hash")
}

/// The hashes at those of the keys that are taken, by one statement that is looked up once.
pub fn hashes_at(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    records: impl IntoIterator<Item = RecordId>,
) -> Result<Vec<(RecordId, Hash)>, DbError> {
    let keys = records.into_iter().map(|record| (record, (co_op.0, round.0, record.0)));
    snapshot.find_each(HASH_AT, keys, |row| row.get(0).map(Hash)).doing("reading records' hashes")
}

/// Takes keys. One that is taken already keeps its first position: the record only came again.
pub fn insert_all(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    records: impl IntoIterator<Item = (RecordId, Hash)>,
    position: u64,
) -> Result<(), DbError> {
    let rows =
        records.into_iter().map(|(record, hash)| (co_op.0, round.0, record.0, hash.0, Count(position)));
    tx.execute_each(
        "INSERT INTO record (co_op, document, record, hash, position) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
        rows,
    )
    .doing("adding records")
}
