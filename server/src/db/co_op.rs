//! Table `co_op`: who the server serves, and where the co-op's own log stands.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, DeviceId};
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::lineage::Lineage;
use core_sync::signing::key::PublicKey;

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A co-op.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoopRow {
    /// Its id.
    pub id: CoopId,
    /// Its name: public, it stands on every screen.
    pub name: String,
    /// The time zone that draws its times (IANA name).
    pub time_zone: String,
    /// The public half of the key that signs delegations.
    pub public_key: PublicKey,
    /// The server's own device here, which signs plan records.
    pub server_device: DeviceId,
    /// When it was made.
    pub made: Timestamp,
}

const COLUMNS: &str = "co_op, name, time_zone, public_key, server_device, made_ms";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<CoopRow> {
    Ok(CoopRow {
        id: CoopId(row.get(0)?),
        name: row.get(1)?,
        time_zone: row.get(2)?,
        public_key: PublicKey(row.get(3)?),
        server_device: DeviceId(row.get(4)?),
        made: Timestamp(row.get(5)?),
    })
}

/// The co-op of this id.
pub fn find(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Option<CoopRow>, DbError> {
    snapshot
        .find(&format!("SELECT {COLUMNS} FROM co_op WHERE co_op = ?1"), [co_op.0], row)
        .doing("reading a co-op")
}

/// Every co-op of the folder, by id.
pub fn all(snapshot: &Snapshot<'_>) -> Result<Vec<CoopRow>, DbError> {
    snapshot.all(&format!("SELECT {COLUMNS} FROM co_op ORDER BY co_op"), [], row).doing("reading the co-ops")
}

/// Adds a co-op with an empty log.
pub fn insert(tx: &Tx<'_>, co_op: &CoopRow, start: Lineage) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO co_op (co_op, name, time_zone, public_key, server_device, position, lineage, made_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)",
        (
            co_op.id.0,
            &co_op.name,
            &co_op.time_zone,
            co_op.public_key.0,
            co_op.server_device.0,
            start.0.0,
            co_op.made.0,
        ),
    )
    .doing("adding a co-op")
    .map(drop)
}

/// Position and lineage of the last row of the co-op's log. `None` if there is no such co-op.
pub fn log_end(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Option<(u64, Lineage)>, DbError> {
    snapshot
        .find("SELECT position, lineage FROM co_op WHERE co_op = ?1", [co_op.0], |row| {
            Ok((row.get::<_, Count>(0)?.0, Lineage(Hash(row.get(1)?))))
        })
        .doing("reading where a co-op's log stands")
}

/// Position and lineage of the last row of every co-op's log.
pub fn log_ends(snapshot: &Snapshot<'_>) -> Result<Vec<(CoopId, u64, Lineage)>, DbError> {
    snapshot
        .all("SELECT co_op, position, lineage FROM co_op", [], |row| {
            Ok((CoopId(row.get(0)?), row.get::<_, Count>(1)?.0, Lineage(Hash(row.get(2)?))))
        })
        .doing("reading where the co-ops' logs stand")
}

/// Says where the co-op's log stands now.
pub fn set_log_end(tx: &Tx<'_>, co_op: CoopId, position: u64, lineage: Lineage) -> Result<(), DbError> {
    tx.execute(
        "UPDATE co_op SET position = ?2, lineage = ?3 WHERE co_op = ?1",
        (co_op.0, Count(position), lineage.0.0),
    )
    .doing("moving a co-op's log on")
    .map(drop)
}

/// The position in the co-op's log up to which reactions were derived.
pub fn reacted(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<u64, DbError> {
    let reacted =
        snapshot.find("SELECT reacted FROM co_op WHERE co_op = ?1", [co_op.0], |row| row.get::<_, Count>(0));
    Ok(reacted.doing("reading how far reactions were derived")?.map_or(0, |count| count.0))
}

/// Says up to where reactions were derived.
pub fn set_reacted(tx: &Tx<'_>, co_op: CoopId, position: u64) -> Result<(), DbError> {
    tx.execute("UPDATE co_op SET reacted = ?2 WHERE co_op = ?1", (co_op.0, Count(position)))
        .doing("moving on how far reactions were derived")
        .map(drop)
}
