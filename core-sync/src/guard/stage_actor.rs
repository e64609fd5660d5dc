//! Stage: actor. Recomputed from the signing device, deps, start_op and records.

use super::refusal::{Refusal, RefusalCode};
use super::stage_operations::KeyedPut;
use crate::domain::ids::DeviceId;
use crate::round_doc::change::ReadChange;
use crate::round_doc::mint::derive_actor;

pub(super) fn check(change: &ReadChange, signer: DeviceId, puts: &[KeyedPut<'_>]) -> Result<(), Refusal> {
    let records = puts.iter().map(|put| (put.map, put.key, put.bytes));
    if change.actor() == derive_actor(signer, &change.deps(), change.start_op(), records) {
        Ok(())
    } else {
        Err(Refusal::of(RefusalCode::Actor))
    }
}
