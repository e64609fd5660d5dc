//! Stage: deps. Some, strictly ascending, not too many; those that are not in this log are missing, not refused.

use super::Known;
use super::refusal::{Refusal, RefusalCode};
use crate::domain::limits::DEPS_PER_CHANGE_MAX;

pub(super) fn check(deps: &[[u8; 32]], known: &Known) -> Result<Vec<[u8; 32]>, Refusal> {
    let ascending = deps.is_sorted_by(|before, after| before < after);
    if deps.is_empty() || deps.len() > DEPS_PER_CHANGE_MAX || !ascending {
        return Err(Refusal::of(RefusalCode::Deps));
    }
    Ok(deps.iter().copied().filter(|dep| !known.max_ops.contains_key(dep)).collect())
}
