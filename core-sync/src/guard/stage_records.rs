//! Stages: records. Sizes, places that parse, kinds that this writer may write here, whose name a fact bears,
//! keys written once. Gives the records, read.

use super::refusal::{Refusal, RefusalCode};
use super::stage_operations::KeyedPut;
use super::{Known, record_hash};
use crate::domain::ids::{DeviceId, MemberId, RecordId};
use crate::domain::kind::{Family, Kind, MapName};
use crate::domain::limits::SEQUENCE_BYTES_MAX;
use crate::domain::permissions::{Writer, may_write};
use crate::domain::record::Record;

pub(super) fn check(
    puts: &[KeyedPut<'_>],
    writer: Writer,
    signer: DeviceId,
    holder: MemberId,
) -> Result<Vec<Record>, Refusal> {
    let mut records = Vec::with_capacity(puts.len());
    for put in puts {
        let refuse = |code| Err(Refusal::for_record(code, put.id));
        if put.bytes.len() > SEQUENCE_BYTES_MAX {
            return refuse(RefusalCode::RecordTooLarge);
        }
        let Ok(record) = Record::from_bytes(put.bytes) else {
            return refuse(RefusalCode::RecordMalformed);
        };
        if put.bytes.len() > Kind::bytes_max(record.kind()) {
            return refuse(RefusalCode::RecordTooLarge);
        }
        if !may_write(writer, put.map, record.kind()) {
            return refuse(RefusalCode::KindNotAllowed);
        }
        let is_fact = record.kind().is_some_and(|kind| kind.family() == Family::Fact);
        // What the server plans stands under its own ids; it does nothing that a courier does, it lets it in.
        match (writer, put.map, put.id.device() == signer) {
            (Writer::Server, MapName::Plan, false) => return refuse(RefusalCode::KeyOfAnother),
            (Writer::Server, MapName::Facts, true) if is_fact => return refuse(RefusalCode::KindNotAllowed),
            (Writer::Server | Writer::Holder | Writer::Stranger, MapName::Plan | MapName::Facts, _) => {}
        }
        // A fact is the holder's, whoever brings it; what coordinators plan bears their own names.
        if let Record::Act { member, .. } = &record
            && (is_fact || writer == Writer::Holder)
            && *member != holder
        {
            return refuse(RefusalCode::MemberOfAnother);
        }
        records.push(record);
    }
    Ok(records)
}

pub(super) fn check_write_once(records: &[(RecordId, Vec<u8>)], known: &Known) -> Result<(), Refusal> {
    for (id, bytes) in records {
        if known.records.get(id).is_some_and(|hash| *hash != record_hash(bytes)) {
            return Err(Refusal::for_record(RefusalCode::RecordRewritten, *id));
        }
    }
    Ok(())
}
