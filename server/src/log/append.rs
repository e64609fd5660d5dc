//! Appending: the only way anything enters a log.
//!
//! Rows go in whole or not at all, at the place the caller expects, and everything that follows from a
//! row (positions, lineages, heads, taken keys) is written in the same transaction. Content is not judged here.

use std::collections::BTreeSet;

use core_sync::domain::ids::{CardHash, CoopId, RecordId, RoundId};
use core_sync::domain::limits::{RECORDS_PER_ROUND_MAX, ROUND_BYTES_MAX};
use core_sync::domain::record::Record;
use core_sync::domain::time::Timestamp;
use core_sync::guard::record_hash;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use core_sync::round_doc::lineage::{Lineage, RowKind};
use core_sync::signing::envelope::Envelope;

use super::co_op_lineage;
use super::cursor::LogCursor;
use super::shared::{Shared, shared};
use crate::db::co_op_log::{EntryKind, NewEntry};
use crate::db::connection::Tx;
use crate::db::document::{DocumentRow, MadeBy, Size};
use crate::db::error::DbError;
use crate::db::log_row::NewLogRow;
use crate::db::{card, change, co_op, co_op_log, document, head, log_row, parcel_round, record};

/// A row to append.
#[derive(Debug, Clone, Copy)]
pub enum NewRow<'a> {
    /// A change that the guard accepted.
    Change(NewChange<'a>),
    /// A version of a card.
    Card {
        /// Its hash.
        hash: CardHash,
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// The erasure of a card.
    Tombstone(CardHash),
}

/// A change that the guard accepted, with what it said of it.
#[derive(Debug, Clone, Copy)]
pub struct NewChange<'a> {
    /// The change with its signature.
    pub envelope: &'a Envelope,
    /// Its hash.
    pub hash: [u8; 32],
    /// Its greatest operation number.
    pub max_op: u64,
    /// The changes it stands on.
    pub deps: &'a [[u8; 32]],
    /// Its records.
    pub records: &'a [(RecordId, Vec<u8>)],
    /// The same, read, in the same sequence.
    pub read: &'a [Record],
}

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else appended since the caller looked.
    #[error("the log has moved on to position {}", current.position)]
    Moved {
        /// Where it stands now.
        current: LogCursor,
    },
    /// The log has this row already, or it is given twice.
    #[error("the log has this row already")]
    Doubled,
    /// The co-op has no such document.
    #[error("the co-op has no such document")]
    NoSuchDocument,
    /// The database did not do it.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl NewRow<'_> {
    fn kind_and_hash(&self) -> (RowKind, [u8; 32]) {
        match self {
            Self::Change(change) => (RowKind::Change, change.hash),
            Self::Card { hash, .. } => (RowKind::Card, hash.0),
            Self::Tombstone(hash) => (RowKind::Tombstone, hash.0),
        }
    }
}

/// Makes a document: an empty log with genesis as its only head. Its id must be free in every co-op.
pub fn make_document(
    tx: &Tx<'_>,
    co_op: CoopId,
    name: DocumentName,
    made_by: MadeBy,
    now: Timestamp,
) -> Result<DocumentRow, AppendError> {
    let genesis = genesis(&name);
    let row = DocumentRow { co_op, name, position: 0, lineage: Lineage::start(&name), made: now };
    document::insert(tx, &row, made_by)?;
    head::insert(tx, co_op, name.round, genesis.hash, GENESIS_MAX_OP)?;
    enter(tx, co_op, EntryKind::RoundMade, name.round, 0, &genesis.hash)?;
    Ok(row)
}

/// Appends rows after `expected`, which must be the end of the document's log, and returns the new end.
pub fn append(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    expected: LogCursor,
    rows: &[NewRow<'_>],
    now: Timestamp,
) -> Result<LogCursor, AppendError> {
    let document = document::find(tx, co_op, round)?.ok_or(AppendError::NoSuchDocument)?;
    let current = LogCursor::end_of(&document);
    if current != expected {
        return Err(AppendError::Moved { current });
    }
    check_doubles(tx, co_op, round, rows)?;
    let server = co_op::find(tx, co_op)?.ok_or(AppendError::NoSuchDocument)?.server_device;
    let mut end = current;
    for row in rows {
        end = append_row(tx, co_op, round, end, row, now)?;
        // Only what its holder's devices write fills a round: what the server writes back is caused by others, and
        // they shall not be able to close a round to the courier who rides it.
        if let NewRow::Change(new) = row
            && new.envelope.device != server
        {
            document::grow(tx, co_op, round, size_of(new))?;
        }
    }
    document::set_log_end(tx, co_op, round, end.position, end.lineage)?;
    Ok(end)
}

/// Before anything is written: the caller may go on in the same transaction after this error.
fn check_doubles(tx: &Tx<'_>, co_op: CoopId, round: RoundId, rows: &[NewRow<'_>]) -> Result<(), AppendError> {
    let mut seen = BTreeSet::new();
    for (kind, hash) in rows.iter().map(NewRow::kind_and_hash) {
        if !seen.insert((kind, hash)) || log_row::contains(tx, co_op, round, kind, hash)? {
            return Err(AppendError::Doubled);
        }
    }
    Ok(())
}

fn append_row(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    before: LogCursor,
    row: &NewRow<'_>,
    now: Timestamp,
) -> Result<LogCursor, AppendError> {
    let (kind, hash) = row.kind_and_hash();
    let position = before.position + 1;
    let lineage = before.lineage.after(kind, &hash);
    let co_op_position = enter(tx, co_op, EntryKind::Row(kind), round, position, &hash)?;
    let new = NewLogRow { position, kind, hash, lineage, co_op_position, received: now };
    log_row::insert(tx, co_op, round, &new)?;
    match row {
        NewRow::Change(new) => {
            change::insert(tx, co_op, round, hash, new.max_op, new.envelope)?;
            for dep in new.deps {
                head::delete(tx, co_op, round, *dep)?;
            }
            head::insert(tx, co_op, round, hash, new.max_op)?;
            let records = new.records.iter().map(|(id, bytes)| (*id, record_hash(bytes)));
            record::insert_all(tx, co_op, round, records, position)?;
            index(tx, co_op, round, new.read)?;
        }
        NewRow::Card { hash, bytes } => card::insert(tx, co_op, round, *hash, bytes)?,
        NewRow::Tombstone(hash) => card::erase(tx, co_op, round, *hash)?,
    }
    Ok(LogCursor { position, lineage })
}

/// Notes what records of a round share with other rounds. Noted twice it is noted once.
pub fn index<'r>(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    read: impl IntoIterator<Item = &'r Record>,
) -> Result<(), DbError> {
    // A parcel is in several acts of one change: collected, delivered.
    let mut noted = BTreeSet::new();
    for Shared { parcels, from } in read.into_iter().map(shared) {
        noted.extend(parcels.into_iter().map(|parcel| (parcel.0, round)));
        if let Some((before, stop)) = from {
            // The stop links both, even if it has no parcel; the round it came from may be unknown after a rollback.
            noted.insert((stop, round));
            if document::find(tx, co_op, before)?.is_some() {
                noted.insert((stop, before));
            }
        }
    }
    noted.into_iter().try_for_each(|(shared, of)| parcel_round::insert(tx, co_op, shared, of))
}

fn size_of(change: &NewChange<'_>) -> Size {
    Size { records: change.records.len() as u64, bytes: change.envelope.change.len() as u64 }
}

/// Whether the document may take this change from a device. What is more than a round may have is not judged and
/// not refused: it stays where it is until there is room.
pub fn has_room(tx: &Tx<'_>, co_op: CoopId, round: RoundId, change: &NewChange<'_>) -> Result<bool, DbError> {
    let (has, more) = (document::size(tx, co_op, round)?, size_of(change));
    Ok(has.records.saturating_add(more.records) <= RECORDS_PER_ROUND_MAX
        && has.bytes.saturating_add(more.bytes) <= ROUND_BYTES_MAX)
}

/// Adds the entry to the co-op's log and returns its position there.
fn enter(
    tx: &Tx<'_>,
    co_op: CoopId,
    kind: EntryKind,
    round: RoundId,
    document_position: u64,
    content: &[u8; 32],
) -> Result<u64, AppendError> {
    let (end, before) = co_op::log_end(tx, co_op)?.ok_or(AppendError::NoSuchDocument)?;
    let position = end + 1;
    let lineage = co_op_lineage::after(before, kind, round, content);
    co_op_log::insert(tx, co_op, &NewEntry { position, kind, round, document_position, lineage })?;
    co_op::set_log_end(tx, co_op, position, lineage)?;
    Ok(position)
}
