//! Tables `aside` and `aside_record`: changes outside the documents, and what people decided about their records.

use std::collections::BTreeMap;

use core_sync::domain::ids::{CoopId, DeviceId, MemberId, RecordId, RoundId};
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A change aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsideRow {
    /// What people call it by.
    pub number: u64,
    /// Its co-op.
    pub co_op: CoopId,
    /// What was put aside.
    pub change: NewAside,
}

/// A change to put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAside {
    /// Who sent it.
    pub device: DeviceId,
    /// The document it was sent for, which may not exist.
    pub document: DocumentName,
    /// Its hash.
    pub hash: [u8; 32],
    /// The refusal's code, or `held`.
    pub code: String,
    /// The records that the refusal names.
    pub records: Vec<RecordId>,
    /// The version of the guard that judged it.
    pub guard: u64,
    /// The envelope's bytes.
    pub envelope: Vec<u8>,
    /// When it came.
    pub received: Timestamp,
    /// The end of its term, if it has one.
    pub until: Option<Timestamp>,
}

/// How much of a device is aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Changes.
    pub rows: u64,
    /// Bytes of their envelopes.
    pub bytes: u64,
}

/// Record ids in one blob, one after the other.
struct RecordIds(Vec<RecordId>);

impl ToSql for RecordIds {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.iter().flat_map(|id| id.0).collect::<Vec<u8>>().into())
    }
}

impl FromSql for RecordIds {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let (ids, rest) = value.as_blob()?.as_chunks::<24>();
        let whole = rest.is_empty().then(|| Self(ids.iter().copied().map(RecordId).collect()));
        whole.ok_or(FromSqlError::InvalidType)
    }
}

const COLUMNS: &str = "number, co_op, device, document, holder, schema, hash, code, records, guard, envelope,
                       received_ms, until_ms";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<AsideRow> {
    Ok(AsideRow {
        number: row.get::<_, Count>(0)?.0,
        co_op: CoopId(row.get(1)?),
        change: NewAside {
            device: DeviceId(row.get(2)?),
            document: DocumentName {
                round: RoundId(row.get(3)?),
                holder: MemberId(row.get(4)?),
                schema: row.get::<_, Count>(5)?.0,
            },
            hash: row.get(6)?,
            code: row.get(7)?,
            records: row.get::<_, RecordIds>(8)?.0,
            guard: row.get::<_, Count>(9)?.0,
            envelope: row.get(10)?,
            received: Timestamp(row.get(11)?),
            until: row.get::<_, Option<i64>>(12)?.map(Timestamp),
        },
    })
}

/// Puts a change aside. The same change of the same device for the same document stays one row, judged anew; when it
/// came and its term stay those of the first time, but what is held has no term any more. What has no term is never put
/// over: its hash does not cover its signature, and a worse one may come.
pub fn put(tx: &Tx<'_>, co_op: CoopId, new: &NewAside) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO aside (co_op, device, document, holder, schema, hash, code, records, guard, envelope,
                            received_ms, until_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (co_op, device, document, hash) DO UPDATE
         SET code = excluded.code, records = excluded.records, guard = excluded.guard,
             envelope = excluded.envelope,
             until_ms = CASE WHEN excluded.until_ms IS NULL THEN NULL ELSE until_ms END
         WHERE until_ms IS NOT NULL OR excluded.until_ms IS NULL",
        rusqlite::params![
            co_op.0,
            new.device.0,
            new.document.round.0,
            new.document.holder.0,
            Count(new.document.schema),
            new.hash,
            new.code,
            RecordIds(new.records.clone()),
            Count(new.guard),
            new.envelope,
            new.received.0,
            new.until.map(|until| until.0),
        ],
    )
    .doing("putting a change aside")
    .map(drop)
}

/// The change of this device aside for this document.
pub fn find(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    device: DeviceId,
    round: RoundId,
    hash: [u8; 32],
) -> Result<Option<AsideRow>, DbError> {
    snapshot
        .find(
            &format!(
                "SELECT {COLUMNS} FROM aside WHERE co_op = ?1 AND device = ?2 AND document = ?3 AND hash = ?4"
            ),
            (co_op.0, device.0, round.0, hash),
            row,
        )
        .doing("reading a change aside")
}

/// The changes aside, the newest first, at most so many.
pub fn newest(snapshot: &Snapshot<'_>, co_op: CoopId, most: usize) -> Result<Vec<AsideRow>, DbError> {
    snapshot
        .all(
            &format!("SELECT {COLUMNS} FROM aside WHERE co_op = ?1 ORDER BY number DESC LIMIT ?2"),
            (co_op.0, Count(most as u64)),
            row,
        )
        .doing("reading the changes aside")
}

/// One change after `number`, in any co-op, that a guard of an older version refused. What is held was not judged.
pub fn next_judged_before(
    snapshot: &Snapshot<'_>,
    guard: u64,
    number: u64,
) -> Result<Option<AsideRow>, DbError> {
    snapshot
        .find(
            &format!(
                "SELECT {COLUMNS} FROM aside WHERE guard < ?1 AND number > ?2 AND code <> 'held'
                 ORDER BY number LIMIT 1"
            ),
            (Count(guard), Count(number)),
            row,
        )
        .doing("reading what an older guard refused")
}

/// How much of a device is aside: what may stay (`kept`: without a term), or the rest.
pub fn total(snapshot: &Snapshot<'_>, co_op: CoopId, device: DeviceId, kept: bool) -> Result<Total, DbError> {
    let total = snapshot.find(
        "SELECT count(*), ifnull(sum(length(envelope)), 0) FROM aside
         WHERE co_op = ?1 AND device = ?2 AND (until_ms IS NULL) = ?3",
        (co_op.0, device.0, kept),
        |row| Ok(Total { rows: row.get::<_, Count>(0)?.0, bytes: row.get::<_, Count>(1)?.0 }),
    );
    Ok(total.doing("counting what is aside")?.unwrap_or(Total { rows: 0, bytes: 0 }))
}

/// Forgets the device's oldest change that has a term; `false` if there is none.
pub fn forget_oldest(tx: &Tx<'_>, co_op: CoopId, device: DeviceId) -> Result<bool, DbError> {
    let gone = tx.execute(
        "DELETE FROM aside WHERE number = (
             SELECT min(number) FROM aside WHERE co_op = ?1 AND device = ?2 AND until_ms IS NOT NULL)",
        (co_op.0, device.0),
    );
    Ok(gone.doing("forgetting the oldest change aside")? == 1)
}

/// Forgets whatever is past its term, in every co-op.
pub fn purge(tx: &Tx<'_>, now: Timestamp) -> Result<usize, DbError> {
    tx.execute("DELETE FROM aside WHERE until_ms <= ?1", [now.0]).doing("forgetting what is past its term")
}

/// Forgets a change that stands in a log now.
pub fn delete(tx: &Tx<'_>, number: u64) -> Result<(), DbError> {
    tx.execute("DELETE FROM aside WHERE number = ?1", [Count(number)]).doing("taking a change back").map(drop)
}

/// Says that a guard of this version judged a change, and what it said if that is another than before.
pub fn judged(
    tx: &Tx<'_>,
    number: u64,
    guard: u64,
    refusal: Option<(&str, &[RecordId])>,
) -> Result<(), DbError> {
    let (code, records) =
        refusal.map_or((None, None), |(code, records)| (Some(code), Some(RecordIds(records.to_vec()))));
    tx.execute(
        "UPDATE aside SET guard = ?2, code = ifnull(?3, code), records = ifnull(?4, records) WHERE number = ?1",
        rusqlite::params![Count(number), Count(guard), code, records],
    )
    .doing("saying that a change was judged again")
    .map(drop)
}

/// Sets the end of a change's term, or takes it away.
pub fn set_until(tx: &Tx<'_>, number: u64, until: Option<Timestamp>) -> Result<(), DbError> {
    tx.execute(
        "UPDATE aside SET until_ms = ?2 WHERE number = ?1",
        (Count(number), until.map(|until| until.0)),
    )
    .doing("setting a term")
    .map(drop)
}

/// What was decided about the records of a change: released or not.
pub fn decisions(snapshot: &Snapshot<'_>, number: u64) -> Result<BTreeMap<RecordId, bool>, DbError> {
    snapshot
        .all("SELECT record, released FROM aside_record WHERE number = ?1", [Count(number)], |row| {
            Ok((RecordId(row.get(0)?), row.get(1)?))
        })
        .doing("reading what was decided")
}

/// Says what was decided about a record. What was released stays so.
pub fn decide(
    tx: &Tx<'_>,
    number: u64,
    record: RecordId,
    released: bool,
    by: MemberId,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO aside_record (number, record, released, decided_by, decided_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (number, record) DO UPDATE
         SET released = excluded.released, decided_by = excluded.decided_by, decided_ms = excluded.decided_ms
         WHERE released = 0",
        (Count(number), record.0, released, by.0, now.0),
    )
    .doing("saying what was decided")
    .map(drop)
}
