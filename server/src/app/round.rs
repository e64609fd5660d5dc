//! `GET /v1/rounds/{id}`, and what every command answers: a round as it is now.

use core_sync::domain::ids::RoundId;
use core_sync::wire::round::RoundView;

use super::authenticate::Caller;
use super::error::AppError;
use crate::board::read_round::read_round;
use crate::board::round_view::view;
use crate::db::connection::Snapshot;
use crate::db::document;

/// The round, if it is the caller's co-op's.
pub fn round(snapshot: &Snapshot<'_>, caller: Caller, id: RoundId) -> Result<RoundView, AppError> {
    let document = document::find(snapshot, caller.co_op, id)?.ok_or(AppError::NotFound)?;
    Ok(view(snapshot, &read_round(snapshot, &document)?, None)?)
}
