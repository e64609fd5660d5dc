//! The acts in a change aside: what can be read of it, what became of each, and whether it may be let in.

use std::collections::BTreeMap;

use core_sync::cbor;
use core_sync::domain::ids::RecordId;
use core_sync::domain::kind::{Family, Kind, MapName};
use core_sync::domain::limits::{RECORDS_PER_CHANGE_MAX, SCHEMA};
use core_sync::domain::permissions::{Writer, may_write};
use core_sync::domain::record::Record;
use core_sync::guard::{self, record_hash};
use core_sync::round_doc::change::ReadChange;
use core_sync::signing::envelope::Envelope;
use core_sync::wire::aside::AsideState;

use super::error::AppError;
use crate::db::aside::{self, AsideRow};
use crate::db::connection::Snapshot;
use crate::db::{device, record};

/// A record of a change aside.
#[derive(Debug, Clone)]
pub struct AsideAct {
    /// Its key.
    pub id: RecordId,
    /// The map it was put into.
    pub map: MapName,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What became of it.
    pub state: AsideState,
    /// Whether another act has its id, in this change or in the round.
    rewrites: bool,
}

/// The envelope as it came. `None` if it cannot be read, which only a damaged database makes it.
#[must_use]
pub fn envelope(row: &AsideRow) -> Option<Envelope> {
    let value = cbor::decode(&row.change.envelope).ok()?;
    Envelope::from_cbor(&value, "envelope").ok()
}

/// The records that can be told apart in a change: as many as an app puts into one, each id once.
pub fn acts(snapshot: &Snapshot<'_>, row: &AsideRow) -> Result<Vec<AsideAct>, AppError> {
    let Some(change) = envelope(row).and_then(|envelope| ReadChange::read(&envelope.change).ok()) else {
        return Ok(Vec::new());
    };
    let decisions = aside::decisions(snapshot, row.number)?;
    let document = row.change.document;
    let mut acts: Vec<AsideAct> = Vec::new();
    for put in change.puts(&document).into_iter().flatten() {
        let Ok(id) = put.key.parse::<RecordId>() else { continue };
        if let Some(known) = acts.iter_mut().find(|act| act.id == id) {
            known.rewrites |= known.bytes != put.bytes || known.map != put.map;
            continue;
        }
        if acts.len() == RECORDS_PER_CHANGE_MAX {
            break;
        }
        let taken = record::hash_at(snapshot, row.co_op, document.round, id)?;
        let done = taken.is_some_and(|hash| hash == record_hash(put.bytes));
        let state = state(&decisions, id, done);
        let rewrites = taken.is_some() && !done;
        acts.push(AsideAct { id, map: put.map, bytes: put.bytes.to_vec(), state, rewrites });
    }
    Ok(acts)
}

fn state(decisions: &BTreeMap<RecordId, bool>, id: RecordId, done: bool) -> AsideState {
    match decisions.get(&id) {
        Some(true) => AsideState::Released,
        _ if done => AsideState::Done,
        Some(false) => AsideState::Rejected,
        None => AsideState::Open,
    }
}

/// Why nothing of a change may be let in, if so: it must be signed by a device of the holder, whoever sent it.
pub fn why_not_this_change(
    snapshot: &Snapshot<'_>,
    row: &AsideRow,
) -> Result<Option<&'static str>, AppError> {
    let document = row.change.document;
    let Some(envelope) = envelope(row) else { return Ok(Some("a change that can be read")) };
    let signer = device::find(snapshot, row.co_op, envelope.device)?;
    let of_holder = signer.filter(|signer| signer.member == Some(document.holder));
    Ok(match of_holder {
        Some(signer) if guard::signed(&document, &envelope, &signer.key).is_err() => {
            Some("a change whose signature holds")
        }
        Some(_) if document.schema != SCHEMA => Some("a round of this server's schema"),
        Some(_) => None,
        None => Some("a change signed by a device of whoever holds the round"),
    })
}

impl AsideAct {
    /// Why this record may not be let in, if so: it must be a courier's fact of the holder, under an id of theirs.
    pub fn why_not(&self, snapshot: &Snapshot<'_>, row: &AsideRow) -> Result<Option<&'static str>, AppError> {
        let holder = row.change.document.holder;
        if self.rewrites {
            return Ok(Some("an act whose id no other act has"));
        }
        let Ok(record) = Record::from_bytes(&self.bytes) else { return Ok(Some("an act that can be read")) };
        let kind = record.kind();
        let is_fact = kind.is_some_and(|kind| kind.family() == Family::Fact);
        if !is_fact || !may_write(Writer::Holder, self.map, kind) {
            return Ok(Some("something that a courier does"));
        }
        if self.bytes.len() > Kind::bytes_max(kind) {
            return Ok(Some("an act of a size that may be"));
        }
        if !matches!(record, Record::Act { member, .. } if member == holder) {
            return Ok(Some("an act of whoever holds the round"));
        }
        let devices = device::of_member(snapshot, row.co_op, holder)?;
        Ok((!devices.contains(&self.id.device())).then_some("an act under an id of the holder's devices"))
    }
}
