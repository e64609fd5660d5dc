//! `GET /v1/aside`: what stands outside the rounds, refused or held, for people to decide about.

use core_sync::domain::ids::CoopId;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::rules::strongest_fact::stop_and_status;
use core_sync::wire::aside::{Aside, AsideChange, AsideRecord, AsideState};
use core_sync::wire::sync_answer::HELD;

use super::aside_acts::{AsideAct, acts};
use super::error::AppError;
use crate::db::aside::{self, AsideRow};
use crate::db::connection::Snapshot;
use crate::db::{device, member};

/// Changes that are shown: as many as a person goes through, the newest. What is older shows when these are decided
/// or past their term.
const SHOWN_MAX: usize = 200;

/// The changes aside, the newest first.
pub fn list_aside(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Aside, AppError> {
    let mut rows = aside::newest(snapshot, co_op, SHOWN_MAX + 1)?;
    let more = rows.len() > SHOWN_MAX;
    rows.truncate(SHOWN_MAX);
    let changes = rows.iter().map(|row| change(snapshot, row)).collect::<Result<_, _>>()?;
    Ok(Aside { changes, more })
}

fn change(snapshot: &Snapshot<'_>, row: &AsideRow) -> Result<AsideChange, AppError> {
    let AsideRow { number, co_op, change } = row;
    let sender = device::find(snapshot, *co_op, change.device)?.and_then(|device| device.member);
    let name = match sender {
        Some(sender) => member::find(snapshot, *co_op, sender)?.map(|member| member.name),
        None => None,
    };
    let acts = acts(snapshot, row)?;
    let decided = if acts.is_empty() {
        change.code == HELD && change.until.is_some()
    } else {
        acts.iter().all(|act| act.state != AsideState::Open)
    };
    Ok(AsideChange {
        number: *number,
        round: change.document.round,
        member: sender,
        name,
        device: change.device,
        change: core_sync::domain::ids::ChangeHash(change.hash),
        code: change.code.clone(),
        received_ms: change.received,
        until_ms: change.until,
        decided,
        records: acts.iter().map(|act| record(act, row)).collect(),
    })
}

fn record(act: &AsideAct, row: &AsideRow) -> AsideRecord {
    let record = Record::from_bytes(&act.bytes).ok();
    let stop = if let Some(Record::Act { body: ActBody::Fact(fact), .. }) = &record {
        stop_and_status(fact).map(|(stop, _)| stop)
    } else {
        None
    };
    AsideRecord {
        record: act.id,
        kind: record.as_ref().and_then(Record::kind).map(|kind| kind.code().to_owned()),
        stop,
        tapped_ms: record.as_ref().and_then(Record::stamp).map(|stamp| stamp.time),
        named: row.change.records.contains(&act.id),
        state: act.state,
    }
}
