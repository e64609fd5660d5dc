//! `GET /v1/board?after=`: every round of the co-op at one moment, or nothing if nothing happened since.

use core_sync::domain::ids::CoopId;
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::board::Board;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::round::RoundView;

use super::folded::Folded;
use super::round_view::view;
use crate::app::error::AppError;
use crate::db::connection::Snapshot;
use crate::db::document::{self, DocumentRow};
use crate::log::read::{co_op_end, is_of_co_op};

/// How long a round stays on the board after it was made: today's, yesterday's that still rides, tomorrow's.
pub const ROUND_SHOWN_FOR: Milliseconds = Milliseconds::hours(48);

/// What a board is drawn from.
pub struct Drawing<'a, 'c> {
    /// A moment of what is committed.
    pub snapshot: &'a Snapshot<'c>,
    /// The rounds that were folded before.
    pub folded: &'a Folded,
    /// Whether somebody still waits for it.
    pub wanted: &'a dyn Fn() -> bool,
}

impl Drawing<'_, '_> {
    /// Draws one round. `after` is the place in the co-op's log from which acts are counted.
    pub fn round(&self, document: &DocumentRow, after: Option<u64>) -> Result<RoundView, AppError> {
        Ok(view(self.snapshot, &self.folded.read(self.snapshot, document)?, after)?)
    }
}

/// The board. `None` if `after` is where the co-op's log stands. A cursor of another log (a restored
/// server, another co-op) is as good as none: the snapshot replaces whatever the caller had.
pub fn board(
    drawing: &Drawing<'_, '_>,
    co_op: CoopId,
    after: Option<Cursor>,
    now: Timestamp,
) -> Result<Option<Board>, AppError> {
    let snapshot = drawing.snapshot;
    let cursor = co_op_end(snapshot, co_op)?.ok_or(AppError::NotFound)?.short();
    if after == Some(cursor) {
        return Ok(None);
    }
    let after = match after {
        Some(after) if is_of_co_op(snapshot, co_op, after)? => Some(after.position),
        Some(_) | None => None,
    };
    let since = now.plus(Milliseconds(-ROUND_SHOWN_FOR.0));
    let mut rounds = Vec::new();
    for document in document::made_since(snapshot, co_op, since)? {
        if !(drawing.wanted)() {
            // Nobody will see it: the rest is not worth folding.
            break;
        }
        rounds.push(drawing.round(&document, after)?);
    }
    rounds.sort_by(|a, b| (a.courier_name.reveal(), a.id).cmp(&(b.courier_name.reveal(), b.id)));
    Ok(Some(Board { cursor, now_ms: now, rounds }))
}
