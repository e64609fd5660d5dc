//! Reading a log from a place in it, as far as an answer has room.

use core_sync::domain::ids::CoopId;
use core_sync::round_doc::lineage::Lineage;
use core_sync::wire::cursor::Cursor;

use super::co_op_lineage;
use super::cursor::LogCursor;
use crate::db::connection::Snapshot;
use crate::db::document::DocumentRow;
use crate::db::error::DbError;
use crate::db::log_row::{self, LogRow};
use crate::db::{co_op, co_op_log};

/// What an answer still has room for. One row always fits an untouched room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Rows.
    pub rows: usize,
    /// Bytes of rows, about.
    pub bytes: usize,
}

/// Some rows of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows, in their sequence.
    pub rows: Vec<LogRow>,
    /// The place after the last of them.
    pub end: LogCursor,
    /// Whether more rows follow.
    pub more: bool,
}

impl Room {
    /// Room for everything: for views, which need whole rounds.
    pub const UNBOUNDED: Self = Self { rows: usize::MAX, bytes: usize::MAX };

    /// Takes room for a row; `false` if there is none left.
    fn take(&mut self, bytes: usize) -> bool {
        match (self.rows.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(rows), Some(bytes)) => {
                *self = Self { rows, bytes };
                true
            }
            _ => false,
        }
    }
}

/// The rows after `from` (a place in this log), as many as `room` has room for; the room shrinks by them. Damage is
/// handed to nobody: it is an error that names it.
pub fn rows_after(
    snapshot: &Snapshot<'_>,
    document: &DocumentRow,
    from: LogCursor,
    room: &mut Room,
) -> Result<Page, DbError> {
    let round = document.name.round;
    let mut found = None;
    let mut page = Page { rows: Vec::new(), end: from, more: false };
    log_row::each_after(snapshot, document.co_op, round, from.position, |row| {
        found = row.damage();
        if found.is_some() {
            return false;
        }
        if !room.take(row.content.bytes()) {
            // Full is full: a smaller row of another round shall not slip in before this one.
            *room = Room { rows: 0, bytes: 0 };
            page.more = true;
            return false;
        }
        page.end = LogCursor { position: row.position, lineage: row.lineage };
        page.rows.push(row);
        true
    })?;
    if let Some(damage) = found {
        return Err(DbError::Damaged { round, damage });
    }
    Ok(page)
}

/// Where in this log a phone's cursor points; the start if it was cut from another log.
pub fn resume(snapshot: &Snapshot<'_>, document: &DocumentRow, cursor: Cursor) -> Result<LogCursor, DbError> {
    let start = LogCursor { position: 0, lineage: Lineage::start(&document.name) };
    let found = if cursor.position == 0 {
        None
    } else {
        log_row::lineage_at(snapshot, document.co_op, document.name.round, cursor.position)?
    };
    Ok(found
        .filter(|lineage| lineage.short() == cursor.lineage)
        .map_or(start, |lineage| LogCursor { position: cursor.position, lineage }))
}

/// Where the co-op's log stands. `None` if there is no such co-op.
pub fn co_op_end(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Option<LogCursor>, DbError> {
    let end = co_op::log_end(snapshot, co_op)?;
    Ok(end.map(|(position, lineage)| LogCursor { position, lineage }))
}

/// Whether a board's cursor was cut from this co-op's log.
pub fn is_of_co_op(snapshot: &Snapshot<'_>, co_op: CoopId, cursor: Cursor) -> Result<bool, DbError> {
    let lineage = match cursor.position {
        0 => Some(co_op_lineage::start(co_op)),
        position => co_op_log::lineage_at(snapshot, co_op, position)?,
    };
    Ok(lineage.is_some_and(|lineage| lineage.short() == cursor.lineage))
}
