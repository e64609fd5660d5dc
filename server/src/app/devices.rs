//! `GET /v1/devices`: whose phones there are, when they were heard, which were shut out or copied.

use core_sync::domain::ids::CoopId;
use core_sync::wire::devices::Devices;

use super::error::AppError;
use crate::db::connection::Snapshot;
use crate::db::device;

/// The devices of the co-op's members, by name and age.
pub fn devices(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Devices, AppError> {
    Ok(Devices { devices: device::all(snapshot, co_op)? })
}
