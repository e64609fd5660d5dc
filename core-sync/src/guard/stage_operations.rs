//! Stage: operations. 1 to 50, each a put of bytes with empty pred at a record id of the signer's, no key twice.

use std::collections::BTreeSet;

use super::Signer;
use super::refusal::{Refusal, RefusalCode};
use crate::domain::ids::RecordId;
use crate::domain::kind::MapName;
use crate::domain::limits::RECORDS_PER_CHANGE_MAX;
use crate::domain::permissions::Writer;
use crate::round_doc::change::Put;

/// A put whose key is a record id.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyedPut<'a> {
    pub(super) map: MapName,
    pub(super) key: &'a str,
    pub(super) id: RecordId,
    pub(super) bytes: &'a [u8],
}

pub(super) fn check<'a>(puts: &[Option<Put<'a>>], signer: &Signer) -> Result<Vec<KeyedPut<'a>>, Refusal> {
    if puts.is_empty() || puts.len() > RECORDS_PER_CHANGE_MAX {
        return Err(Refusal::of(RefusalCode::OperationCount));
    }
    let mut seen = BTreeSet::new();
    puts.iter()
        .map(|put| {
            let put = put.ok_or_else(|| Refusal::of(RefusalCode::NotAPut))?;
            let id: RecordId = put.key.parse().map_err(|_| Refusal::of(RefusalCode::Key))?;
            // The two maps share one space of ids: a record is written once, anywhere.
            if !seen.insert(id) {
                return Err(Refusal::for_record(RefusalCode::KeyTwice, id));
            }
            // What a shop says the server brings under the shop's id: judged with what it says.
            if signer.writer != Writer::Server && !signer.devices.contains(&id.device()) {
                return Err(Refusal::for_record(RefusalCode::KeyOfAnother, id));
            }
            Ok(KeyedPut { map: put.map, key: put.key, id, bytes: put.bytes })
        })
        .collect()
}
