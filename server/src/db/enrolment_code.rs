//! Table `enrolment_code`: one-time codes, as hashes only, and the device that each one made.
//!
//! A plain hash is enough: 128 random bits that live ten minutes cannot be found by trying.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, DeviceId, MemberId};
use core_sync::domain::time::Timestamp;

use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A code, as kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeRow {
    /// Where it works.
    pub co_op: CoopId,
    /// Who shall have the device.
    pub member: MemberId,
    /// It works before, not from then on.
    pub until: Timestamp,
    /// The device that it made; `None` while unused.
    pub device: Option<DeviceId>,
}

/// The code with this hash, used or not.
pub fn find(snapshot: &Snapshot<'_>, hash: Hash) -> Result<Option<CodeRow>, DbError> {
    snapshot
        .find("SELECT co_op, member, until_ms, device FROM enrolment_code WHERE hash = ?1", [hash.0], |row| {
            Ok(CodeRow {
                co_op: CoopId(row.get(0)?),
                member: MemberId(row.get(1)?),
                until: Timestamp(row.get(2)?),
                device: row.get::<_, Option<[u8; 8]>>(3)?.map(DeviceId),
            })
        })
        .doing("reading an enrolment code")
}

/// Adds a code that is not used yet.
pub fn insert(
    tx: &Tx<'_>,
    co_op: CoopId,
    hash: Hash,
    member: MemberId,
    until: Timestamp,
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO enrolment_code (co_op, hash, member, until_ms) VALUES (?1, ?2, ?3, ?4)",
        (co_op.0, hash.0, member.0, until.0),
    )
    .doing("adding an enrolment code")
    .map(drop)
}

/// Says which device the code made.
pub fn use_up(
    tx: &Tx<'_>,
    co_op: CoopId,
    hash: Hash,
    device: DeviceId,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.execute(
        "UPDATE enrolment_code SET device = ?3, used_ms = ?4 WHERE co_op = ?1 AND hash = ?2",
        (co_op.0, hash.0, device.0, now.0),
    )
    .doing("using an enrolment code up")
    .map(drop)
}
