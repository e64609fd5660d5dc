//! A revoked device: what it sends is kept outside the documents until a person decides, and it is told nothing.
//!
//! Its signature is checked and nothing else is judged. It may be a thief's by now; the acts on it may be the
//! courier's, tapped before.

use core_sync::domain::limits::PUSHES_PER_ROUND_MAX;
use core_sync::guard;
use core_sync::guard::refusal::{Refusal, RefusalCode};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::change_hash;
use core_sync::signing::envelope::Envelope;
use core_sync::wire::sync_answer::{Later, RoundAnswer, Verdict};

use super::pull;
use super::push::refused;
use super::sender::Sender;
use crate::app::aside::Putter;
use crate::app::error::AppError;
use crate::db::device;

/// A verdict for everything that a revoked device pushes, round by round.
pub(super) fn hold_all(putter: &Putter<'_>, sender: &Sender) -> Result<Vec<RoundAnswer>, AppError> {
    let mut rounds = Vec::new();
    for ask in sender.request.rounds.iter().filter(|ask| !ask.pushes.is_empty()) {
        let mut verdicts = Vec::new();
        for (index, envelope) in ask.pushes.iter().enumerate() {
            let verdict = if index < PUSHES_PER_ROUND_MAX {
                hold(putter, ask.document, envelope)?
            } else {
                Verdict::Later(Later::TooMany)
            };
            verdicts.push((change_hash(&envelope.change).unwrap_or_default(), verdict));
        }
        rounds.push(pull::nothing(ask, verdicts));
    }
    Ok(rounds)
}

fn hold(putter: &Putter<'_>, document: DocumentName, envelope: &Envelope) -> Result<Verdict, AppError> {
    let signer = device::find(putter.tx, putter.co_op, envelope.device)?;
    let signed = match signer {
        Some(signer) => guard::signed(&document, envelope, &signer.key),
        None => Err(Refusal::of(RefusalCode::Signature)),
    };
    match signed {
        Ok(hash) if putter.hold(document, envelope, hash)? => Ok(Verdict::Held),
        Ok(_) => Ok(Verdict::Later(Later::HeldFull)),
        Err(refusal) => {
            putter.refuse(document, envelope, refusal.code.code(), &refusal.records)?;
            Ok(refused(refusal))
        }
    }
}
