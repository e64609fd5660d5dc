//! `GET /v1/health`: whether the database answers, and how many alarms stand.

use super::error::AppError;
use crate::db::alarm;
use crate::db::connection::Snapshot;

/// Counts the alarms of all co-ops.
pub fn health(snapshot: &Snapshot<'_>) -> Result<u64, AppError> {
    Ok(alarm::count(snapshot)?)
}
