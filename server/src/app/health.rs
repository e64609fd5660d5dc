//! `GET /v1/health`: whether the database answers.

use super::error::AppError;
use crate::db::co_op;
use crate::db::connection::Snapshot;

/// Reads something.
pub fn health(snapshot: &Snapshot<'_>) -> Result<(), AppError> {
    co_op::all(snapshot)?;
    Ok(())
}
