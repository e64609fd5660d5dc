//! The commands `release` and `reject`: a coordinator decides about acts that stand aside.
//!
//! Released, a record goes into the round with its id and its bytes, in a change that the server signs; so the phone
//! that keeps it sees its row, and the act is done. The bytes that its courier signed stay aside, as the proof.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{ChangeHash, DeviceId, RecordId};
use core_sync::domain::kind::MapName;
use core_sync::round_doc::mint::NewRecord;
use core_sync::wire::aside::AsideState;

use super::acting::Acting;
use super::aside::TERM;
use super::aside_acts::{AsideAct, acts, why_not_this_change};
use super::error::AppError;
use crate::db::aside::{self, AsideRow};
use crate::db::device;
use crate::db::document::{self, MadeBy};
use crate::log::append::make_document;

/// What a decision is about.
struct Decision<'a> {
    acting: &'a Acting<'a>,
    row: AsideRow,
    acts: Vec<AsideAct>,
}

/// Lets the records named (none = all that are open) into the round.
pub fn release(
    acting: &Acting<'_>,
    device: DeviceId,
    change: ChangeHash,
    records: &[RecordId],
) -> Result<(), AppError> {
    let decision = Decision::find(acting, device, change)?;
    let Acting { tx, caller, at, .. } = *acting;
    let not = |expected: &str| AppError::NotReleasable(FieldError::new("command.release.records", expected));
    if let Some(expected) = why_not_this_change(tx, &decision.row)? {
        return Err(not(expected));
    }
    let chosen = decision.chosen("command.release.records", records)?;
    if chosen.is_empty() && decision.acts.is_empty() {
        return Err(not("an act that can be read"));
    }
    let mut new = Vec::new();
    for act in &chosen {
        match act.state {
            // The round has it; there is nothing to let in.
            AsideState::Done | AsideState::Released => continue,
            AsideState::Open | AsideState::Rejected => {}
        }
        if let Some(expected) = act.why_not(tx, &decision.row)? {
            return Err(not(expected));
        }
        new.push(NewRecord { map: MapName::Facts, id: act.id, bytes: act.bytes.clone() });
    }
    decision.make_round()?;
    if new.is_empty() {
        return Ok(());
    }
    acting.hand().append(acting.request.round, &[], &new)?;
    for record in &new {
        aside::decide(tx, decision.row.number, record.id, true, caller.member, at.time)?;
    }
    // What was let in keeps its proof.
    Ok(aside::set_until(tx, decision.row.number, None)?)
}

/// Leaves the records named (none = all that are open) out of the round. They are kept, and may be released yet.
pub fn reject(
    acting: &Acting<'_>,
    device: DeviceId,
    change: ChangeHash,
    records: &[RecordId],
) -> Result<(), AppError> {
    let decision = Decision::find(acting, device, change)?;
    let Acting { tx, caller, at, .. } = *acting;
    decision.make_round()?;
    let mut rejected = Vec::new();
    for act in decision.chosen("command.reject.records", records)? {
        match act.state {
            AsideState::Open | AsideState::Rejected => rejected.push(act.id),
            AsideState::Done | AsideState::Released => {
                let expected = "acts that the round does not have";
                return Err(FieldError::new("command.reject.records", expected).into());
            }
        }
    }
    for id in &rejected {
        aside::decide(tx, decision.row.number, *id, false, caller.member, at.time)?;
    }
    let left = decision.acts.iter().any(|act| match act.state {
        AsideState::Open => !rejected.contains(&act.id),
        AsideState::Released => true,
        AsideState::Rejected | AsideState::Done => false,
    });
    if !left && decision.row.change.until.is_none() {
        // Nothing is held any more: it has a term now, as what was refused has.
        aside::set_until(tx, decision.row.number, Some(at.time.plus(TERM)))?;
    }
    Ok(())
}

impl<'a> Decision<'a> {
    fn find(acting: &'a Acting<'a>, device: DeviceId, change: ChangeHash) -> Result<Self, AppError> {
        let Acting { tx, caller, request, .. } = *acting;
        let row = aside::find(tx, caller.co_op, device, request.round, change.0)?;
        let row = row.ok_or(AppError::NotFound)?;
        let acts = acts(tx, &row)?;
        Ok(Self { acting, row, acts })
    }

    /// The acts named, or all that are open.
    fn chosen(&self, field: &str, records: &[RecordId]) -> Result<Vec<&AsideAct>, AppError> {
        if records.is_empty() {
            return Ok(self.acts.iter().filter(|act| act.state == AsideState::Open).collect());
        }
        let find = |id: &RecordId| self.acts.iter().find(|act| act.id == *id);
        let found: Option<Vec<&AsideAct>> = records.iter().map(find).collect();
        found.ok_or_else(|| FieldError::new(field, "acts of this change").into())
    }

    /// The round that it was sent for, made if it is the sender's to make: a revoked device makes none by itself.
    fn make_round(&self) -> Result<(), AppError> {
        let Acting { tx, caller, at, .. } = *self.acting;
        let name = self.row.change.document;
        if let Some(known) = document::find(tx, caller.co_op, name.round)? {
            return if known.name == name { Ok(()) } else { Err(AppError::NotFound) };
        }
        let sender = device::find(tx, caller.co_op, self.row.change.device)?;
        let of_holder = sender.is_some_and(|sender| sender.member == Some(name.holder));
        if !of_holder || document::exists_anywhere(tx, name.round)? {
            return Err(AppError::NotFound);
        }
        make_document(tx, caller.co_op, name, MadeBy::Holder, at.time)?;
        Ok(())
    }
}
