//! Stage: checksum, which the document library does not check. Gives the change's hash.

use super::refusal::{Refusal, RefusalCode};
use crate::round_doc::change::{change_hash, checksum};

pub(super) fn check(bytes: &[u8]) -> Result<[u8; 32], Refusal> {
    let refusal = || Refusal::of(RefusalCode::Checksum);
    let hash = change_hash(bytes).ok_or_else(refusal)?;
    if checksum(bytes).is_some_and(|checksum| hash.starts_with(&checksum)) {
        Ok(hash)
    } else {
        Err(refusal())
    }
}
