//! Stage: one uncompressed change chunk. Documents, bundles and deflated changes never reach the parser:
//! inflation there is unbounded.

use super::refusal::{Refusal, RefusalCode};
use crate::round_doc::change::is_one_change_chunk;

pub(super) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if is_one_change_chunk(bytes) { Ok(()) } else { Err(Refusal::of(RefusalCode::NotOneChange)) }
}
