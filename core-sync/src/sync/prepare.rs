//! From an outbox to one request: mints what is queued and signs what goes.

use crate::domain::ids::RoundId;
use crate::domain::limits::{
    CHANGE_BYTES_MAX, PUSHES_PER_ROUND_MAX, RECORDS_PER_CHANGE_MAX, ROUNDS_PER_REQUEST_MAX, SCHEMA,
};
use crate::round_doc::mint::{MintError, NewRecord, mint};
use crate::signing::envelope::{self, Envelope};
use crate::wire::cursor::Cursor;
use crate::wire::signed_request::SignedRequest;
use crate::wire::sync_request::{RoundAsk, SyncRequest};

use super::outbox::{Identity, Outbox, PendingChange, RoundOutbox};

mod give_back;
mod show;

/// Bytes of a change that are not its records' own: header, key and column of each, generously.
const BYTES_BESIDE_A_RECORD: usize = 64;

/// A request, and what must be saved before it is sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The counter it carries; saved first, so that a copied folder is found.
    pub counter: u64,
    /// The changes minted for it; saved first, so that a repeat is the same byte for byte.
    pub minted: Vec<(RoundId, PendingChange)>,
    /// Whether something is left for a next request: queued records, or what is given back.
    pub left: bool,
    /// The outbox, with what was minted among its pending changes, and of what is given back only what goes now.
    pub outbox: Outbox,
    /// The bytes to post, before compression.
    pub request: Vec<u8>,
}

impl Prepared {
    /// The same request for a server that does not know this device: with the co-op's word for it. Nothing that was
    /// signed changes, so nothing has to be saved anew.
    #[must_use]
    pub fn introduced(&self) -> Option<Vec<u8>> {
        show::own(&self.request, &self.outbox.identity)
    }
}

/// Prepares a request.
pub fn prepare(mut outbox: Outbox) -> Result<Prepared, MintError> {
    let mut minted = Vec::new();
    let mut left = take_turns(&mut outbox) > ROUNDS_PER_REQUEST_MAX;
    left |= give_back::limit(&mut outbox);
    for round in outbox.rounds.iter_mut().take(ROUNDS_PER_REQUEST_MAX) {
        let waiting = round.spare.len() + round.pending.len();
        let room = PUSHES_PER_ROUND_MAX.saturating_sub(waiting);
        let chunks = chunks(&round.queued);
        left |= chunks.len() > room || waiting > PUSHES_PER_ROUND_MAX;
        for chunk in chunks.into_iter().take(room) {
            let change = sign(&outbox.identity, round, chunk)?;
            minted.push((round.document.round, change.clone()));
            round.pending.push(change);
        }
    }
    let rounds =
        outbox.rounds.iter().take(ROUNDS_PER_REQUEST_MAX).map(|round| ask(&outbox.identity, round)).collect();
    let counter = outbox.counter.saturating_add(1);
    let Identity { member, device, key, .. } = &outbox.identity;
    let body = SyncRequest { schema: SCHEMA, rounds }.to_bytes(*member);
    let mut signed = SignedRequest::sign(key, *device, counter, body);
    signed.delegations = show::others(&outbox);
    let request = signed.to_bytes();
    Ok(Prepared { counter, minted, left, outbox, request })
}

/// Puts rounds with something to say first, so that more rounds than fit never hold an act back for ever; gives
/// how many they are. The others follow in another turn each time, so that each is asked for now and then.
fn take_turns(outbox: &mut Outbox) -> usize {
    let idle = |round: &RoundOutbox| {
        round.pending.is_empty()
            && round.queued.is_empty()
            && round.spare.is_empty()
            && round.spare_cards.is_empty()
    };
    outbox.rounds.sort_by_key(|round| (idle(round), round.document.round));
    let busy = outbox.rounds.partition_point(|round| !idle(round));
    let room = ROUNDS_PER_REQUEST_MAX.saturating_sub(busy);
    let (_, waiting) = outbox.rounds.split_at_mut(busy);
    if waiting.len() > room {
        let requests = usize::try_from(outbox.counter).unwrap_or(0);
        waiting.rotate_left(requests.wrapping_mul(room) % waiting.len());
    }
    busy
}

/// Splits a queue into changes: at most 50 records and 64 KiB each. Siblings on the same heads, not a chain.
#[must_use]
pub fn chunks(queued: &[NewRecord]) -> Vec<&[NewRecord]> {
    let mut chunks = Vec::new();
    let mut rest = queued;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest
            .iter()
            .take(RECORDS_PER_CHANGE_MAX)
            .take_while(|record| {
                bytes += record.bytes.len() + BYTES_BESIDE_A_RECORD;
                bytes <= CHANGE_BYTES_MAX / 2
            })
            .count();
        // A record is far smaller than a change: at least one always fits.
        let (chunk, after) = rest.split_at(fits.clamp(1, rest.len()));
        chunks.push(chunk);
        rest = after;
    }
    chunks
}

fn sign(identity: &Identity, round: &RoundOutbox, records: &[NewRecord]) -> Result<PendingChange, MintError> {
    let minted = mint(&round.document, identity.device, &round.tip, records)?;
    let signature = envelope::sign(&identity.key, round.document.round, &minted.hash, identity.device);
    let envelope = Envelope { change: minted.bytes, device: identity.device, signature, delegation: None };
    Ok(PendingChange { hash: minted.hash, envelope })
}

fn ask(identity: &Identity, round: &RoundOutbox) -> RoundAsk {
    let mut pushes: Vec<Envelope> = round.spare.iter().map(|change| change.envelope.clone()).collect();
    for change in &round.pending {
        let mut push = change.envelope.clone();
        if !round.introduced {
            // On each of them: whichever is the first to be stored must say whose key signed it.
            push.delegation = Some(identity.delegation.clone());
        }
        pushes.push(push);
    }
    // What is given back goes first: what was minted since may stand on it.
    pushes.truncate(PUSHES_PER_ROUND_MAX);
    let cursor = Cursor { position: round.position, lineage: round.lineage.short() };
    let cards = round.spare_cards.iter().map(|(_, bytes)| bytes.clone()).collect();
    RoundAsk { document: round.document, cursor, pushes, cards }
}

#[cfg(test)]
mod give_back_tests;
#[cfg(test)]
mod tests;
