//! Stage: signature over document, change hash and device.

use super::Signer;
use super::refusal::{Refusal, RefusalCode};
use crate::round_doc::DocumentName;
use crate::signing::envelope::Envelope;

pub(super) fn check(
    document: &DocumentName,
    envelope: &Envelope,
    signer: &Signer,
    hash: &[u8; 32],
) -> Result<(), Refusal> {
    if envelope.is_signed_by(&signer.key, document.round, hash) {
        Ok(())
    } else {
        Err(Refusal::of(RefusalCode::Signature))
    }
}
