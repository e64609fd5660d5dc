//! What needs no log is judged ahead of the writer: the guard's costly stages, on the threads that read.
//!
//! There is one writer, and several threads that read. A verdict found here counts only if the writer finds the same
//! document and the same signer behind the change; else it judges again. So it is never older than the transaction.

use core_sync::domain::limits::PUSHES_PER_ROUND_MAX;
use core_sync::domain::time::Timestamp;
use core_sync::guard::refusal::Refusal;
use core_sync::guard::{self, Inspected, Signer};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::change_hash;
use core_sync::round_doc::lineage::RowKind;
use core_sync::signing::envelope::Envelope;
use core_sync::wire::sync_request::RoundAsk;

use super::push::signer;
use super::sender::Sender;
use crate::app::enrol::delegation;
use crate::app::error::AppError;
use crate::db::co_op::{self, CoopRow};
use crate::db::connection::Snapshot;
use crate::db::device::DeviceRow;
use crate::db::log_row;
use crate::keys::Keys;

/// What can be said of a request before the writer has it.
#[derive(Debug, Default)]
pub struct Ahead {
    /// What the guard says of its pushes, by round and push as they stand in it.
    judged: Vec<Vec<Option<Judged>>>,
    /// The sender's delegation, renewed: what the answer brings, unless the device is revoked.
    pub(super) delegation: Option<Vec<u8>>,
}

/// What the guard says of one change, and of whose.
#[derive(Debug)]
pub(super) struct Judged {
    document: DocumentName,
    signer: Signer,
    said: Result<Inspected, Refusal>,
}

impl Judged {
    /// What it said, if it was this document and this signer.
    pub(super) fn by(&self, document: &DocumentName, signer: &Signer) -> Option<&Result<Inspected, Refusal>> {
        (self.document == *document && self.signer == *signer).then_some(&self.said)
    }
}

impl Ahead {
    /// Judges what a sender pushes into rounds of its own, and signs its delegation. Anything else is left to the
    /// writer.
    pub fn of(
        snapshot: &Snapshot<'_>,
        keys: &Keys,
        sender: &Sender,
        now: Timestamp,
    ) -> Result<Self, AppError> {
        let Some(co_op) = co_op::find(snapshot, sender.device.co_op)? else { return Ok(Self::default()) };
        let rounds = sender.request.rounds.iter().map(|ask| {
            let pushes = ask.pushes.iter().take(PUSHES_PER_ROUND_MAX);
            if ask.document.holder != sender.member {
                return Ok(Vec::new());
            }
            pushes.map(|envelope| judged(snapshot, &co_op, ask, envelope)).collect()
        });
        let judged = rounds.collect::<Result<_, AppError>>()?;
        Ok(Self { judged, delegation: Some(renewed(keys, sender, now)?) })
    }

    /// What it says of the pushes of a round, by its place in the request.
    pub(super) fn of_round(&self, index: usize) -> &[Option<Judged>] {
        self.judged.get(index).map_or(&[], Vec::as_slice)
    }
}

/// The co-op's word for the sender, for another term.
pub(super) fn renewed(keys: &Keys, sender: &Sender, now: Timestamp) -> Result<Vec<u8>, AppError> {
    let DeviceRow { co_op, device, key, .. } = sender.device;
    delegation(keys, co_op, device, key, Some(sender.member), now)
}

/// `None` for what is in the log already, and for a device that nobody knows.
fn judged(
    snapshot: &Snapshot<'_>,
    co_op: &CoopRow,
    ask: &RoundAsk,
    envelope: &Envelope,
) -> Result<Option<Judged>, AppError> {
    let document = ask.document;
    let hash = change_hash(&envelope.change).unwrap_or_default();
    if log_row::contains(snapshot, co_op.id, document.round, RowKind::Change, hash)? {
        return Ok(None);
    }
    let Some(stands) = signer(snapshot, co_op, document, envelope)? else { return Ok(None) };
    let said = guard::inspect(&document, envelope, &stands.signer);
    Ok(Some(Judged { document, signer: stands.signer, said }))
}
