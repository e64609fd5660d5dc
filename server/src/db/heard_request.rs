//! Table `heard_request`: the last requests of each device, as hashes.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, DeviceId};

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// The request that was heard under this counter, if it is still remembered.
pub fn hash_of(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    device: DeviceId,
    counter: u64,
) -> Result<Option<Hash>, DbError> {
    snapshot
        .find(
            "SELECT hash FROM heard_request WHERE co_op = ?1 AND device = ?2 AND counter = ?3",
            (co_op.0, device.0, Count(counter)),
            |row| row.get(0).map(Hash),
        )
        .doing("looking for a request")
}

/// Remembers a request, unless another was heard under its counter, and forgets those below `keep_from`.
pub fn remember(
    tx: &Tx<'_>,
    co_op: CoopId,
    device: DeviceId,
    counter: u64,
    hash: Hash,
    keep_from: u64,
) -> Result<(), DbError> {
    let doing = "remembering a request";
    tx.execute(
        "INSERT INTO heard_request (co_op, device, counter, hash) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        (co_op.0, device.0, Count(counter), hash.0),
    )
    .doing(doing)?;
    tx.execute(
        "DELETE FROM heard_request WHERE co_op = ?1 AND device = ?2 AND counter < ?3",
        (co_op.0, device.0, Count(keep_from)),
    )
    .doing(doing)
    .map(drop)
}
