//! Stage: nothing but operations. No time, message, author or extra bytes; seq 1; genesis the only other actor.

use super::refusal::{Refusal, RefusalCode};
use crate::round_doc::DocumentName;
use crate::round_doc::change::ReadChange;

pub(super) fn check(change: &ReadChange, document: &DocumentName) -> Result<(), Refusal> {
    if change.is_bare() && change.seq() == 1 && change.names_only_genesis(document) {
        Ok(())
    } else {
        Err(Refusal::of(RefusalCode::NotBare))
    }
}
