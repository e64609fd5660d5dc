//! Stage: size. Before anything is read.

use super::refusal::{Refusal, RefusalCode};
use crate::domain::limits::CHANGE_BYTES_MAX;

pub(super) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() > CHANGE_BYTES_MAX { Err(Refusal::of(RefusalCode::ChangeTooLarge)) } else { Ok(()) }
}
