//! `GET /v1/members`: who is in the co-op, and how its times are drawn.

use core_sync::domain::ids::CoopId;
use core_sync::wire::members::Members;

use super::error::AppError;
use crate::db::connection::Snapshot;
use crate::db::{co_op, member};

/// The co-op and its members, by name.
pub fn members(snapshot: &Snapshot<'_>, id: CoopId) -> Result<Members, AppError> {
    let row = co_op::find(snapshot, id)?.ok_or(AppError::NotFound)?;
    Ok(Members {
        co_op: id,
        co_op_name: row.name,
        time_zone: row.time_zone,
        members: member::all(snapshot, id)?,
    })
}
