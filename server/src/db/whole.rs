//! Whole tables for whoever checks or copies a database: rows as they stand, whatever they say.
//!
//! The other files of this room read what the server needs and trust it. These read leniently: content that is
//! missing is `None` and no error, so that a fault is named by its place instead of ending the check.

use core_sync::domain::ids::{CardHash, CoopId, DeviceId, MemberId, RecordId, RoundId};
use core_sync::domain::time::Timestamp;

use super::columns::Count;
use super::connection::Snapshot;
use super::error::{DbError, Doing};

/// Lines of `PRAGMA integrity_check` that are read: the first say what to do, which is to restore.
const SAID_MAX: u32 = 20;

/// What SQLite says of the file; empty if it is whole.
pub fn integrity(snapshot: &Snapshot<'_>) -> Result<Vec<String>, DbError> {
    let said: Vec<String> = snapshot
        .all(&format!("PRAGMA integrity_check({SAID_MAX})"), [], |row| row.get(0))
        .doing("checking the file")?;
    Ok(if said == ["ok"] { Vec::new() } else { said })
}

/// The tables with rows that name what is not there, each with how many.
pub fn foreign_keys(snapshot: &Snapshot<'_>) -> Result<Vec<(String, u64)>, DbError> {
    snapshot
        .all("SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1", [], |row| {
            Ok((row.get(0)?, row.get::<_, Count>(1)?.0))
        })
        .doing("checking what rows name")
}

/// The number of the last migration.
pub fn schema(snapshot: &Snapshot<'_>) -> Result<u64, DbError> {
    let found = snapshot
        .find("SELECT max(version) FROM refinery_schema_history", [], |row| row.get::<_, Option<Count>>(0));
    Ok(found.doing("reading the schema's number")?.flatten().map_or(0, |count| count.0))
}

/// When the newest row of any log came.
pub fn last_row(snapshot: &Snapshot<'_>) -> Result<Option<Timestamp>, DbError> {
    let found = snapshot.find("SELECT max(received_ms) FROM log", [], |row| row.get::<_, Option<i64>>(0));
    Ok(found.doing("reading when the newest row came")?.flatten().map(Timestamp))
}

/// The ids of the rounds of a co-op.
pub fn rounds(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Vec<RoundId>, DbError> {
    snapshot
        .all("SELECT document FROM document WHERE co_op = ?1 ORDER BY made_ms, document", [co_op.0], |row| {
            row.get(0).map(RoundId)
        })
        .doing("reading the rounds")
}

/// A row of a log with its content, if it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// Its position.
    pub position: u64,
    /// The number of its kind.
    pub kind: u64,
    /// The hash of its content.
    pub hash: [u8; 32],
    /// The lineage after it.
    pub lineage: [u8; 32],
    /// Its position in the co-op's log.
    pub co_op_position: u64,
    /// The change, if the row is one and it is there.
    pub change: Option<StoredChange>,
    /// The card, if the row is one and it is there; its bytes unless it is erased.
    pub card: Option<Option<Vec<u8>>>,
}

/// A change as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// Its greatest operation number.
    pub max_op: u64,
    /// The device that signed it.
    pub device: DeviceId,
    /// The signature.
    pub signature: [u8; 64],
    /// The signer's delegation.
    pub delegation: Option<Vec<u8>>,
    /// The change itself.
    pub bytes: Vec<u8>,
}

fn stored_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredRow> {
    let change = match row.get::<_, Option<Count>>(5)? {
        None => None,
        Some(Count(max_op)) => Some(StoredChange {
            max_op,
            device: DeviceId(row.get(6)?),
            signature: row.get(7)?,
            delegation: row.get(8)?,
            bytes: row.get(9)?,
        }),
    };
    let card = if row.get(10)? { Some(row.get(11)?) } else { None };
    Ok(StoredRow {
        position: row.get::<_, Count>(0)?.0,
        kind: row.get::<_, Count>(1)?.0,
        hash: row.get(2)?,
        lineage: row.get(3)?,
        co_op_position: row.get::<_, Count>(4)?.0,
        change,
        card,
    })
}

/// Every row of a document's log.
pub fn rows(snapshot: &Snapshot<'_>, co_op: CoopId, round: RoundId) -> Result<Vec<StoredRow>, DbError> {
    snapshot
        .all(
            "SELECT log.position, log.kind, log.hash, log.lineage, log.co_op_position,
                    change.max_op, change.device, change.signature, change.delegation, change.bytes,
                    card.hash IS NOT NULL, card.bytes
             FROM log
             LEFT JOIN change ON log.kind = 0 AND change.co_op = log.co_op AND change.document = log.document
                             AND change.hash = log.hash
             LEFT JOIN card ON log.kind = 1 AND card.co_op = log.co_op AND card.document = log.document
                           AND card.hash = log.hash
             WHERE log.co_op = ?1 AND log.document = ?2 ORDER BY log.position",
            (co_op.0, round.0),
            stored_row,
        )
        .doing("reading every row of a document")
}

/// The kind and hash of every row of a document's log.
pub fn contents(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
) -> Result<Vec<(u64, [u8; 32])>, DbError> {
    snapshot
        .all("SELECT kind, hash FROM log WHERE co_op = ?1 AND document = ?2", (co_op.0, round.0), |row| {
            Ok((row.get::<_, Count>(0)?.0, row.get(1)?))
        })
        .doing("reading what a log holds")
}

/// How many changes and cards of a document no row of its log names.
pub fn unnamed(snapshot: &Snapshot<'_>, co_op: CoopId, round: RoundId) -> Result<u64, DbError> {
    let found = snapshot.find(
        "SELECT (SELECT count(*) FROM change WHERE co_op = ?1 AND document = ?2)
              + (SELECT count(*) FROM card WHERE co_op = ?1 AND document = ?2)
              - (SELECT count(*) FROM log LEFT JOIN change USING (co_op, document, hash)
                                          LEFT JOIN card USING (co_op, document, hash)
                 WHERE co_op = ?1 AND document = ?2
                   AND ((kind = 0 AND change.bytes IS NOT NULL) OR (kind = 1 AND card.rowid IS NOT NULL)))",
        (co_op.0, round.0),
        |row| row.get::<_, i64>(0),
    );
    Ok(found.doing("counting what no row names")?.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
}

/// The keys that are taken in a document: record, hash of its bytes, position.
pub fn records(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
) -> Result<Vec<(RecordId, [u8; 32], u64)>, DbError> {
    snapshot
        .all(
            "SELECT record, hash, position FROM record WHERE co_op = ?1 AND document = ?2 ORDER BY record",
            (co_op.0, round.0),
            |row| Ok((RecordId(row.get(0)?), row.get(1)?, row.get::<_, Count>(2)?.0)),
        )
        .doing("reading the records of a document")
}

/// The cards that were erased.
pub fn erased_cards(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Vec<CardHash>, DbError> {
    snapshot
        .all("SELECT hash FROM erased_card WHERE co_op = ?1", [co_op.0], |row| row.get(0).map(CardHash))
        .doing("reading the erased cards")
}

/// An entry of a co-op's log with the content that its lineage is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its position.
    pub position: u64,
    /// The number of its kind.
    pub kind: u64,
    /// The round.
    pub round: RoundId,
    /// The lineage after it.
    pub lineage: [u8; 32],
    /// The hash of the round's row that it stands for, if that row is there and names this entry.
    pub content: Option<[u8; 32]>,
}

/// Hands every entry of a co-op's log, in its sequence, to `take`.
pub fn each_entry(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    mut take: impl FnMut(StoredEntry),
) -> Result<(), DbError> {
    let doing = "reading a co-op's log";
    let mut statement = snapshot
        .0
        .prepare_cached(
            "SELECT entry.position, entry.kind, entry.document, entry.lineage, log.hash
             FROM co_op_log AS entry
             LEFT JOIN log ON log.co_op = entry.co_op AND log.document = entry.document
                          AND log.position = entry.document_position AND log.kind = entry.kind
                          AND log.co_op_position = entry.position
             WHERE entry.co_op = ?1 ORDER BY entry.position",
        )
        .doing(doing)?;
    let mut rows = statement.query([co_op.0]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let read = || {
            Ok(StoredEntry {
                position: row.get::<_, Count>(0)?.0,
                kind: row.get::<_, Count>(1)?.0,
                round: RoundId(row.get(2)?),
                lineage: row.get(3)?,
                content: row.get(4)?,
            })
        };
        take(read().doing(doing)?);
    }
    Ok(())
}

/// How many rows the logs of a co-op's rounds have.
pub fn count_rows(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<u64, DbError> {
    let count = snapshot
        .find("SELECT count(*) FROM log WHERE co_op = ?1", [co_op.0], |row| row.get::<_, Count>(0))
        .doing("counting rows")?;
    Ok(count.map_or(0, |count| count.0))
}

/// The members whose devices were heard after a moment.
pub fn heard_after(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    moment: Timestamp,
) -> Result<Vec<MemberId>, DbError> {
    snapshot
        .all(
            "SELECT DISTINCT member FROM device
             WHERE co_op = ?1 AND last_heard_ms > ?2 AND member IS NOT NULL ORDER BY member",
            (co_op.0, moment.0),
            |row| row.get(0).map(MemberId),
        )
        .doing("reading who was heard")
}
