//! `GET /v1/board?after=`: every round of the co-op at one moment, or nothing if nothing happened since.

use core_sync::domain::ids::CoopId;
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::board::Board;
use core_sync::wire::cursor::Cursor;

use super::read_round::read_round;
use super::round_view::view;
use crate::app::error::AppError;
use crate::db::connection::Snapshot;
use crate::db::document;
use crate::log::read::{co_op_end, is_of_co_op};

/// How long a round stays on the board after it was made: today's, yesterday's that still rides, tomorrow's.
pub const ROUND_SHOWN_FOR: Milliseconds = Milliseconds::hours(48);

/// The board. `None` if `after` is where the co-op's log stands. A cursor of another log (a restored
/// server, another co-op) is as good as none: the snapshot replaces whatever the caller had.
pub fn board(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    after: Option<Cursor>,
    now: Timestamp,
) -> Result<Option<Board>, AppError> {
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
        rounds.push(view(snapshot, &read_round(snapshot, &document)?, after)?);
    }
    rounds.sort_by(|a, b| (a.courier_name.reveal(), a.id).cmp(&(b.courier_name.reveal(), b.id)));
    Ok(Some(Board { cursor, now_ms: now, rounds }))
}
