//! What happened on a board since a cursor: which rounds to draw again, or that the cursor is of no use.

use core_sync::domain::ids::{CoopId, RoundId};
use core_sync::wire::cursor::Cursor;

use crate::app::error::AppError;
use crate::db::co_op_log;
use crate::db::connection::Snapshot;
use crate::log::read::{co_op_end, is_of_co_op};

/// Entries of the co-op's log that are followed one round after the other: a busy hour. Who is further behind gets
/// the whole board again, which is less.
pub const FOLLOWED_ENTRIES_MAX: u64 = 1_000;

/// What happened since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// Nothing.
    Nothing,
    /// These rounds, the one that changed last at the end, up to this cursor.
    Rounds(Vec<RoundId>, Cursor),
    /// The cursor is of another log, or too old.
    Unknown,
}

/// Finds out.
pub fn changed(snapshot: &Snapshot<'_>, co_op: CoopId, after: Cursor) -> Result<Changed, AppError> {
    let end = co_op_end(snapshot, co_op)?.ok_or(AppError::NotFound)?;
    if end.short() == after {
        return Ok(Changed::Nothing);
    }
    let Some(behind) = end.position.checked_sub(after.position) else { return Ok(Changed::Unknown) };
    if behind > FOLLOWED_ENTRIES_MAX || !is_of_co_op(snapshot, co_op, after)? {
        return Ok(Changed::Unknown);
    }
    let rounds = co_op_log::documents_between(snapshot, co_op, after.position, end.position)?;
    Ok(Changed::Rounds(rounds, end.short()))
}
