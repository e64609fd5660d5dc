//! Stage: start_op. 1 + the greatest operation number of its deps, and far from the end of the numbers.

use super::refusal::{Refusal, RefusalCode};
use super::{Inspected, Known};

/// Operation numbers beyond this are refused: the document library keeps them in 32 bits.
const OPERATION_NUMBER_MAX: u64 = u32::MAX as u64 / 2;

pub(super) fn check(change: &Inspected, known: &Known) -> Result<(), Refusal> {
    let greatest = change.deps.iter().filter_map(|dep| known.max_ops.get(dep)).max().copied();
    let expected = greatest.and_then(|greatest| greatest.checked_add(1));
    if expected == Some(change.start_op) && change.max_op <= OPERATION_NUMBER_MAX {
        Ok(())
    } else {
        Err(Refusal::of(RefusalCode::StartOp))
    }
}
