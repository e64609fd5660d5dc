//! Target `sync_request`: any bytes as the body of a sync, on the server's app layer and a real database.
//!
//! First as they came. Then, as far as they can be read, signed anew by an enrolled phone, with every change that they
//! push hashed and signed anew, so that the guard and the log are reached. The server must answer or refuse, and never
//! find a fault of its own; what it answers a phone must read; what it takes in must load.

use core_sync::round_doc::change::change_hash;
use core_sync::round_doc::trial::try_document;
use core_sync::signing::envelope::{Envelope, sign};
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_answer::{SyncAnswer, Verdict};
use core_sync::wire::sync_request::{RoundAsk, SyncRequest};
use server::app::error::AppError;
use server::app::sync::ahead::Ahead;
use server::app::sync::{sender, sync};
use server::db::connection::Tx;
use server::db::log_row::{LogContent, each_after};

use super::coop::{self, People, no_fault};
use super::document::MORNING;
use super::round_doc::crafted::with_checksum;

pub(super) fn run(bytes: &[u8]) {
    let _changes = committed(bytes);
}

/// How many of the changes that it pushes are taken in, once it is signed anew.
pub(crate) fn committed(bytes: &[u8]) -> usize {
    coop::with(|coop| {
        no_fault(coop.attempt(|tx, people| answer(tx, people, bytes)));
        let Ok(read) = SignedRequest::from_bytes(bytes) else { return 0 };
        assert_eq!(read.to_bytes(), bytes, "a request is written otherwise than it was read");
        let mended = signed_anew(&coop.people, read);
        no_fault(coop.attempt(|tx, people| answer(tx, people, &mended))).unwrap_or(0)
    })
}

/// The server's answer, looked at; how many changes it took in.
fn answer(tx: &Tx<'_>, people: &People, bytes: &[u8]) -> Result<usize, AppError> {
    let sender = sender::identify(tx, bytes)?;
    let ahead = Ahead::of(tx, &people.keys, &sender, MORNING)?;
    let answer = sync(tx, &people.keys, &sender, &ahead, MORNING)?;
    let read = SyncAnswer::from_bytes(&answer.to_bytes());
    assert_eq!(read.as_ref(), Ok(&answer), "an answer is read otherwise than it was meant");
    // A round that fails by the server's own fault is left out of the answer, and that is all a phone sees of it.
    for of in sender.request.rounds.iter().map(|ask| ask.document.round) {
        let asks = sender.request.rounds.iter().filter(|ask| ask.document.round == of);
        let pushed: usize = asks.map(|ask| ask.pushes.len()).sum();
        let answers = answer.rounds.iter().filter(|round| round.document.round == of);
        let judged: usize = answers.map(|round| round.verdicts.len()).sum();
        assert_eq!(judged, pushed, "a change without a verdict, or a verdict on what nobody pushed");
    }
    let mut taken = 0;
    for round in &answer.rounds {
        let committed = round.verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Committed).count();
        taken += committed;
        if committed > 0 {
            let mut changes = Vec::new();
            each_after(tx, people.courier.co_op, round.document.round, 0, |row| {
                if let LogContent::Change { envelope, .. } = &row.content {
                    changes.push(envelope.change.clone());
                }
                true
            })?;
            try_document(&round.document, &changes).expect("what was taken in loads");
        }
    }
    Ok(taken)
}

/// The same request by the phone, its changes by the phone too.
fn signed_anew(people: &People, read: SignedRequest) -> Vec<u8> {
    let sender = people.courier.member;
    let body = match SyncRequest::from_bytes(&read.body, sender) {
        Ok(request) => {
            let bytes = request.to_bytes(sender);
            // A holder may be named who need not be: the sender. All else has one spelling.
            assert!(bytes.len() <= read.body.len(), "a body grew");
            assert_eq!(
                SyncRequest::from_bytes(&bytes, sender).as_ref(),
                Ok(&request),
                "a body is read otherwise"
            );
            let rounds = request.rounds.into_iter().map(|ask| pushes_signed(people, ask)).collect();
            SyncRequest { rounds, ..request }.to_bytes(sender)
        }
        Err(_) => read.body,
    };
    let mut signed = SignedRequest::sign(&people.key, people.device, read.counter, body);
    signed.delegations = read.delegations;
    signed.to_bytes()
}

fn pushes_signed(people: &People, ask: RoundAsk) -> RoundAsk {
    let round = ask.document.round;
    let signed = |envelope: Envelope| {
        let change = with_checksum(envelope.change);
        let hash = change_hash(&change).unwrap_or_default();
        let signature = sign(&people.key, round, &hash, people.device);
        Envelope { change, device: people.device, signature, delegation: envelope.delegation }
    };
    RoundAsk { pushes: ask.pushes.into_iter().map(signed).collect(), ..ask }
}
