//! Table `change`: the signed changes, byte for byte as they came. Nothing here is ever updated or deleted.

use core_sync::domain::ids::{CoopId, DeviceId, RoundId};
use core_sync::signing::envelope::Envelope;

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// The greatest operation number of a change, if it is in the document's log.
pub fn max_op(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    hash: [u8; 32],
) -> Result<Option<u64>, DbError> {
    snapshot
        .find(
            "SELECT max_op FROM change WHERE co_op = ?1 AND document = ?2 AND hash = ?3",
            (co_op.0, round.0, hash),
            |row| row.get::<_, Count>(0).map(|count| count.0),
        )
        .doing("reading a change's operation number")
}

/// Whether the device signed a change of the document already: only its first carries its delegation.
pub fn exists_of(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    device: DeviceId,
) -> Result<bool, DbError> {
    let found = snapshot.find(
        "SELECT 1 FROM change WHERE co_op = ?1 AND document = ?2 AND device = ?3 LIMIT 1",
        (co_op.0, round.0, device.0),
        |_| Ok(()),
    );
    Ok(found.doing("looking for a device's changes")?.is_some())
}

/// Adds a change.
pub fn insert(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    hash: [u8; 32],
    max_op: u64,
    envelope: &Envelope,
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO change (co_op, document, hash, max_op, device, signature, delegation, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            co_op.0,
            round.0,
            hash,
            Count(max_op),
            envelope.device.0,
            envelope.signature.0,
            envelope.delegation.as_ref(),
            &envelope.change,
        ),
    )
    .doing("adding a change")
    .map(drop)
}
