//! Table `device`: whose key is whose. Rows are never deleted and ids never used twice.

use std::collections::BTreeSet;

use core_sync::domain::ids::{CoopId, DeviceId, MemberId};
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Timestamp;
use core_sync::signing::key::PublicKey;
use core_sync::wire::devices::Device;

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its co-op.
    pub co_op: CoopId,
    /// Its id.
    pub device: DeviceId,
    /// Whose it is; `None` for the server's own.
    pub member: Option<MemberId>,
    /// Its key.
    pub key: PublicKey,
    /// When it was enrolled.
    pub enrolled: Timestamp,
    /// The greatest request counter it was heard with.
    pub last_counter: u64,
}

const COLUMNS: &str = "co_op, device, member, public_key, enrolled_ms, last_counter";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<DeviceRow> {
    Ok(DeviceRow {
        co_op: CoopId(row.get(0)?),
        device: DeviceId(row.get(1)?),
        member: row.get::<_, Option<[u8; 16]>>(2)?.map(MemberId),
        key: PublicKey(row.get(3)?),
        enrolled: Timestamp(row.get(4)?),
        last_counter: row.get::<_, Count>(5)?.0,
    })
}

/// The device of this id in whichever co-op it belongs to: before its signature is checked, nobody knows.
pub fn find_anywhere(snapshot: &Snapshot<'_>, device: DeviceId) -> Result<Option<DeviceRow>, DbError> {
    snapshot
        .find(&format!("SELECT {COLUMNS} FROM device WHERE device = ?1"), [device.0], row)
        .doing("reading a device")
}

/// The device of this id, if it is the co-op's.
pub fn find(snapshot: &Snapshot<'_>, co_op: CoopId, device: DeviceId) -> Result<Option<DeviceRow>, DbError> {
    snapshot
        .find(
            &format!("SELECT {COLUMNS} FROM device WHERE co_op = ?1 AND device = ?2"),
            (co_op.0, device.0),
            row,
        )
        .doing("reading a device of a co-op")
}

/// The devices of a member. No clock orders them: acts captured on one are sent by whichever the member has.
pub fn of_member(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    member: MemberId,
) -> Result<BTreeSet<DeviceId>, DbError> {
    snapshot
        .all("SELECT device FROM device WHERE co_op = ?1 AND member = ?2", (co_op.0, member.0), |row| {
            row.get(0).map(DeviceId)
        })
        .doing("reading the devices of a member")
}

/// When one of a member's devices was last heard.
pub fn last_heard(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    member: MemberId,
) -> Result<Option<Timestamp>, DbError> {
    let last = snapshot
        .find(
            "SELECT max(last_heard_ms) FROM device WHERE co_op = ?1 AND member = ?2",
            (co_op.0, member.0),
            |row| row.get::<_, Option<i64>>(0),
        )
        .doing("reading when a member was last heard")?;
    Ok(last.flatten().map(Timestamp))
}

/// Adds a device. Its id must be free.
pub fn insert(tx: &Tx<'_>, device: &DeviceRow) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO device (co_op, device, member, public_key, enrolled_ms, last_counter)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            device.co_op.0,
            device.device.0,
            device.member.map(|member| member.0),
            device.key.0,
            device.enrolled.0,
            Count(device.last_counter),
        ),
    )
    .doing("adding a device")
    .map(drop)
}

/// Says when the device was heard and with which counter. Neither ever goes back.
pub fn heard(
    tx: &Tx<'_>,
    co_op: CoopId,
    device: DeviceId,
    counter: u64,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.execute(
        "UPDATE device SET last_counter = max(last_counter, ?3), last_heard_ms = max(ifnull(last_heard_ms, ?4), ?4)
         WHERE co_op = ?1 AND device = ?2",
        (co_op.0, device.0, Count(counter), now.0),
    )
    .doing("saying that a device was heard")
    .map(drop)
}

/// When two phones were noticed that send as this device, if they were.
pub fn cloned(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    device: DeviceId,
) -> Result<Option<Timestamp>, DbError> {
    let cloned = snapshot
        .find("SELECT cloned_ms FROM device WHERE co_op = ?1 AND device = ?2", (co_op.0, device.0), |row| {
            row.get::<_, Option<i64>>(0)
        })
        .doing("reading whether a device was cloned")?;
    Ok(cloned.flatten().map(Timestamp))
}

/// Says that two phones send as this device. The first time stays.
pub fn set_cloned(tx: &Tx<'_>, co_op: CoopId, device: DeviceId, now: Timestamp) -> Result<(), DbError> {
    tx.execute(
        "UPDATE device SET cloned_ms = ifnull(cloned_ms, ?3) WHERE co_op = ?1 AND device = ?2",
        (co_op.0, device.0, now.0),
    )
    .doing("saying that a device was cloned")
    .map(drop)
}

/// Whether any device of any co-op has this key.
pub fn has_key(snapshot: &Snapshot<'_>, key: PublicKey) -> Result<bool, DbError> {
    let found = snapshot.find("SELECT 1 FROM device WHERE public_key = ?1 LIMIT 1", [key.0], |_| Ok(()));
    Ok(found.doing("looking for a key")?.is_some())
}

/// The devices of members, by name and age, then revoked ones that are not known otherwise.
pub fn all(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Vec<Device>, DbError> {
    snapshot
        .all(
            "SELECT device.device, device.member, member.name, device.enrolled_ms, device.last_heard_ms,
                    revocation.revoked_ms, device.cloned_ms
             FROM device
             JOIN member ON member.co_op = device.co_op AND member.member = device.member
             LEFT JOIN revocation ON revocation.co_op = device.co_op AND revocation.device = device.device
             WHERE device.co_op = ?1
             UNION ALL
             SELECT revocation.device, NULL, NULL, NULL, NULL, revocation.revoked_ms, NULL
             FROM revocation
             WHERE revocation.co_op = ?1 AND NOT EXISTS (
                 SELECT 1 FROM device WHERE device.co_op = ?1 AND device.device = revocation.device)
             ORDER BY 3 NULLS LAST, 4, 1",
            [co_op.0],
            |row| {
                let time = |column| row.get::<_, Option<i64>>(column).map(|time| time.map(Timestamp));
                Ok(Device {
                    device: DeviceId(row.get(0)?),
                    member: row.get::<_, Option<[u8; 16]>>(1)?.map(MemberId),
                    name: row.get::<_, Option<String>>(2)?.map(Personal::new),
                    enrolled_ms: time(3)?,
                    last_heard_ms: time(4)?,
                    revoked_ms: time(5)?,
                    cloned_ms: time(6)?,
                })
            },
        )
        .doing("reading the devices")
}
