//! Who sends: from the outside of a request to a device whose signature is checked, and only then its body.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::MemberId;
use core_sync::signing::delegation::Delegation;
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_request::SyncRequest;

use crate::app::error::AppError;
use crate::app::take_in::{believed, row_of};
use crate::db::co_op;
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
    /// The hash by which this very request is known again: of counter and body.
    pub heard: Hash,
    /// What it asks.
    pub request: SyncRequest,
    /// The co-op's words that it shows, for devices of its member that this server may have lost. Itself may be one.
    pub shown: Vec<Delegation>,
}

/// Reads a request. An unknown device and a wrong signature look the same from outside; an unknown device that shows
/// the co-op's word is known by that. The server's own device never syncs.
pub fn identify(snapshot: &Snapshot<'_>, bytes: &[u8]) -> Result<Sender, AppError> {
    let signed = SignedRequest::from_bytes(bytes)?;
    let device = match device::find_anywhere(snapshot, signed.device)? {
        // Under an id that is taken, no other key is let in, whoever vouched for it.
        Some(known) => known,
        None => introduced(snapshot, &signed)?.ok_or(AppError::DeviceUnknown)?,
    };
    if !signed.is_signed_by(&device.key) {
        return Err(AppError::DeviceUnknown);
    }
    let member = device.member.ok_or(AppError::DeviceUnknown)?;
    let request = SyncRequest::from_bytes(&signed.body, member)?;
    let shown = match co_op::find(snapshot, device.co_op)? {
        Some(co_op) => signed.delegations.iter().filter_map(|bytes| believed(&co_op, bytes)).collect(),
        None => Vec::new(),
    };
    let of_member = |word: &Delegation| word.member == Some(member);
    let shown = Vec::into_iter(shown).filter(of_member).collect();
    let heard = Hash::of("tournee/heard/1", &[&signed.counter.to_be_bytes(), &signed.body]);
    Ok(Sender { device, member, counter: signed.counter, heard, request, shown })
}

/// The sender as one of the delegations that it shows has it. This database was put back from before its enrolment.
fn introduced(snapshot: &Snapshot<'_>, signed: &SignedRequest) -> Result<Option<DeviceRow>, AppError> {
    if signed.delegations.is_empty() {
        return Ok(None);
    }
    for co_op in co_op::all(snapshot)? {
        let words = signed.delegations.iter().filter_map(|bytes| believed(&co_op, bytes));
        if let Some(word) = words.into_iter().find(|word| word.device == signed.device) {
            return Ok(Some(row_of(&word)));
        }
    }
    Ok(None)
}
