//! Stage: shop facts. The server brings them, so their ids end in the shop's device; that device's signature and
//! the co-op's word for it stand in the record itself. Whatever else the server writes bears its own device's id, or,
//! let in by a coordinator, that of a device of the holder.

use super::Signer;
use super::refusal::{Refusal, RefusalCode};
use super::stage_operations::KeyedPut;
use crate::domain::kind::Family;
use crate::domain::record::Record;
use crate::signing::shop_fact;

pub(super) fn check(puts: &[KeyedPut<'_>], read: &[Record], signer: &Signer) -> Result<(), Refusal> {
    for (put, record) in puts.iter().zip(read) {
        if record.kind().is_some_and(|kind| kind.family() == Family::ShopFact) {
            shop_fact::verify(put.id, put.bytes, &signer.co_op)
                .map_err(|_| Refusal::for_record(RefusalCode::ShopFact, put.id))?;
        } else if !signer.devices.contains(&put.id.device()) {
            return Err(Refusal::for_record(RefusalCode::KeyOfAnother, put.id));
        }
    }
    Ok(())
}
