//! Stage: canonical encoding. What was read, built again, must give the same bytes and hash.

use super::refusal::{Refusal, RefusalCode};
use crate::round_doc::change::ReadChange;

pub(super) fn check(change: &ReadChange, bytes: &[u8], hash: &[u8; 32]) -> Result<(), Refusal> {
    if change.hash() == *hash && change.canonical_bytes().as_deref() == Some(bytes) {
        Ok(())
    } else {
        Err(Refusal::of(RefusalCode::NotCanonical))
    }
}
