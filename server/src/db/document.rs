//! Table `document`: the rounds, whose they are for ever, and where the log of each stands.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, MemberId, RoundId};
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::lineage::Lineage;

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its co-op.
    pub co_op: CoopId,
    /// Its id, its holder and its schema.
    pub name: DocumentName,
    /// The position of the last row of its log; 0 while there is none.
    pub position: u64,
    /// The lineage there.
    pub lineage: Lineage,
    /// When the server first had it.
    pub made: Timestamp,
}

/// Who made a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeBy {
    /// A coordinator's command.
    Coordinator,
    /// A device of the holder, by asking for it. These are counted.
    Holder,
}

const COLUMNS: &str = "co_op, document, holder, schema, position, lineage, made_ms";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<DocumentRow> {
    Ok(DocumentRow {
        co_op: CoopId(row.get(0)?),
        name: DocumentName {
            round: RoundId(row.get(1)?),
            holder: MemberId(row.get(2)?),
            schema: row.get::<_, Count>(3)?.0,
        },
        position: row.get::<_, Count>(4)?.0,
        lineage: Lineage(Hash(row.get(5)?)),
        made: Timestamp(row.get(6)?),
    })
}

/// The document of this id, if it is the co-op's.
pub fn find(snapshot: &Snapshot<'_>, co_op: CoopId, round: RoundId) -> Result<Option<DocumentRow>, DbError> {
    snapshot
        .find(
            &format!("SELECT {COLUMNS} FROM document WHERE co_op = ?1 AND document = ?2"),
            (co_op.0, round.0),
            row,
        )
        .doing("reading a document")
}

/// Whether any co-op has a document of this id: it cannot be made again.
pub fn exists_anywhere(snapshot: &Snapshot<'_>, round: RoundId) -> Result<bool, DbError> {
    let found = snapshot.find("SELECT 1 FROM document WHERE document = ?1", [round.0], |_| Ok(()));
    Ok(found.doing("looking for a document")?.is_some())
}

/// The co-op's documents made at or after `since`, oldest first.
pub fn made_since(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    since: Timestamp,
) -> Result<Vec<DocumentRow>, DbError> {
    snapshot
        .all(
            &format!(
                "SELECT {COLUMNS} FROM document WHERE co_op = ?1 AND made_ms >= ?2 ORDER BY made_ms, document"
            ),
            (co_op.0, since.0),
            row,
        )
        .doing("reading the documents of a co-op")
}

/// The newest documents of a holder made at or after `since`, at most `max`, newest first.
pub fn of_holder_since(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    holder: MemberId,
    since: Timestamp,
    max: usize,
) -> Result<Vec<DocumentRow>, DbError> {
    snapshot
        .all(
            &format!(
                "SELECT {COLUMNS} FROM document WHERE co_op = ?1 AND holder = ?2 AND made_ms >= ?3
                 ORDER BY made_ms DESC, document LIMIT ?4"
            ),
            (co_op.0, holder.0, since.0, Count(max as u64)),
            row,
        )
        .doing("reading the documents of a holder")
}

/// How many documents a holder's devices made after `since`.
pub fn count_made_by_holder(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    holder: MemberId,
    since: Timestamp,
) -> Result<u64, DbError> {
    let count = snapshot
        .find(
            "SELECT count(*) FROM document
             WHERE co_op = ?1 AND holder = ?2 AND made_ms > ?3 AND made_by_holder = 1",
            (co_op.0, holder.0, since.0),
            |row| row.get::<_, Count>(0),
        )
        .doing("counting the documents of a holder")?;
    Ok(count.map_or(0, |count| count.0))
}

/// How much is in a document's changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Records, each as often as a change carries it.
    pub records: u64,
    /// Bytes of the changes.
    pub bytes: u64,
}

/// How much is in the document's changes; nothing if there is no such document.
pub fn size(snapshot: &Snapshot<'_>, co_op: CoopId, round: RoundId) -> Result<Size, DbError> {
    let size = snapshot.find(
        "SELECT records, change_bytes FROM document WHERE co_op = ?1 AND document = ?2",
        (co_op.0, round.0),
        |row| Ok(Size { records: row.get::<_, Count>(0)?.0, bytes: row.get::<_, Count>(1)?.0 }),
    );
    Ok(size.doing("reading the size of a document")?.unwrap_or_default())
}

/// Notes that a change of this size came.
pub fn grow(tx: &Tx<'_>, co_op: CoopId, round: RoundId, by: Size) -> Result<(), DbError> {
    tx.execute(
        "UPDATE document SET records = records + ?3, change_bytes = change_bytes + ?4
         WHERE co_op = ?1 AND document = ?2",
        (co_op.0, round.0, Count(by.records), Count(by.bytes)),
    )
    .doing("noting the size of a document")
    .map(drop)
}

/// Adds a document. Its id must be free.
pub fn insert(tx: &Tx<'_>, document: &DocumentRow, made_by: MadeBy) -> Result<(), DbError> {
    let made_by_holder = match made_by {
        MadeBy::Coordinator => false,
        MadeBy::Holder => true,
    };
    tx.execute(
        "INSERT INTO document (co_op, document, holder, schema, position, lineage, made_ms, made_by_holder)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            document.co_op.0,
            document.name.round.0,
            document.name.holder.0,
            Count(document.name.schema),
            Count(document.position),
            document.lineage.0.0,
            document.made.0,
            made_by_holder,
        ),
    )
    .doing("adding a document")
    .map(drop)
}

/// Says where the document's log stands now.
pub fn set_log_end(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    position: u64,
    lineage: Lineage,
) -> Result<(), DbError> {
    tx.execute(
        "UPDATE document SET position = ?3, lineage = ?4 WHERE co_op = ?1 AND document = ?2",
        (co_op.0, round.0, Count(position), lineage.0.0),
    )
    .doing("moving a document's log on")
    .map(drop)
}
