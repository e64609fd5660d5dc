//! Table `revocation`: devices that were shut out, by id alone. Nothing here is ever updated or deleted.

use core_sync::domain::ids::{CoopId, DeviceId, MemberId};
use core_sync::domain::time::Timestamp;

use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// When the device was shut out, if it was.
pub fn find(snapshot: &Snapshot<'_>, co_op: CoopId, device: DeviceId) -> Result<Option<Timestamp>, DbError> {
    snapshot
        .find(
            "SELECT revoked_ms FROM revocation WHERE co_op = ?1 AND device = ?2",
            (co_op.0, device.0),
            |row| row.get(0).map(Timestamp),
        )
        .doing("looking for a revocation")
}

/// Shuts a device out; `false` if it was before. `by` is not known of every one that a file brings back.
pub fn insert(
    tx: &Tx<'_>,
    co_op: CoopId,
    device: DeviceId,
    by: Option<MemberId>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = tx.execute(
        "INSERT INTO revocation (co_op, device, revoked_by, revoked_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
        (co_op.0, device.0, by.map(|member| member.0), now.0),
    );
    Ok(added.doing("shutting a device out")? == 1)
}
