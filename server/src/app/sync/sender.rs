//! Who sends: from the outside of a request to a device whose signature is checked, and only then its body.

use core_sync::domain::ids::MemberId;
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_request::SyncRequest;

use crate::app::error::AppError;
use crate::db::connection::Snapshot;
use crate::db::device::{self, DeviceRow};

/// A device that signed a request, and what it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The device.
    pub device: DeviceRow,
    /// Whose it is.
    pub member: MemberId,
    /// Its count of requests.
    pub counter: u64,
    /// What it asks.
    pub request: SyncRequest,
}

/// Reads a request. An unknown device and a wrong signature look the same from outside. The server's own
/// device never syncs.
pub fn identify(snapshot: &Snapshot<'_>, bytes: &[u8]) -> Result<Sender, AppError> {
    let signed = SignedRequest::from_bytes(bytes)?;
    let device = device::find_anywhere(snapshot, signed.device)?;
    let device = device.filter(|device| signed.is_signed_by(&device.key)).ok_or(AppError::DeviceUnknown)?;
    let member = device.member.ok_or(AppError::DeviceUnknown)?;
    let request = SyncRequest::from_bytes(&signed.body, member)?;
    Ok(Sender { device, member, counter: signed.counter, request })
}
