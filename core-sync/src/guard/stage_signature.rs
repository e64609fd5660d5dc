//! Stage: signature over document, change hash and device.

use super::refusal::{Refusal, RefusalCode};
use crate::round_doc::DocumentName;
use crate::signing::envelope::Envelope;
use crate::signing::key::PublicKey;

pub(super) fn check(
    document: &DocumentName,
    envelope: &Envelope,
    key: &PublicKey,
    hash: &[u8; 32],
) -> Result<(), Refusal> {
    if envelope.is_signed_by(key, document.round, hash) {
        Ok(())
    } else {
        Err(Refusal::of(RefusalCode::Signature))
    }
}
