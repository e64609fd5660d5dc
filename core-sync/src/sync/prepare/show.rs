//! Which delegations a request shows to a server that may have lost devices in a rollback.

use std::collections::BTreeSet;

use crate::domain::ids::DeviceId;
use crate::domain::limits::{DELEGATIONS_SHOWN_MAX, ROUNDS_PER_REQUEST_MAX};
use crate::round_doc::change::ReadChange;
use crate::sync::outbox::{Identity, Outbox};
use crate::wire::signed_request::SignedRequest;

/// The delegations of other devices whose record ids stand in what this phone pushes as its own: acts that were
/// tapped on the phone it was before, or on another phone of its member. One place is left for its own.
pub(super) fn others(outbox: &Outbox) -> Vec<Vec<u8>> {
    let mut devices: BTreeSet<DeviceId> = BTreeSet::new();
    for round in outbox.rounds.iter().take(ROUNDS_PER_REQUEST_MAX) {
        for change in &round.pending {
            let Ok(read) = ReadChange::read(&change.envelope.change) else { continue };
            devices.extend(read.records(&round.document).iter().map(|(record, _)| record.device()));
        }
    }
    devices.remove(&outbox.identity.device);
    let shown = devices.iter().filter_map(|device| outbox.delegations.get(device).cloned());
    shown.take(DELEGATIONS_SHOWN_MAX - 1).collect()
}

/// The request with the sender's own delegation shown, first.
pub(super) fn own(request: &[u8], identity: &Identity) -> Option<Vec<u8>> {
    let mut signed = SignedRequest::from_bytes(request).ok()?;
    signed.delegations.insert(0, identity.delegation.clone());
    Some(signed.to_bytes())
}
