//! A drafted plan record and how it enters the log: minted on the heads, signed by the server, through the
//! guard, with its card before it.
//!
//! The guard judges the server's own changes too. It cannot refuse one unless there is a bug here, and then
//! nobody's log shall hold it.

use std::collections::BTreeSet;

use core_sync::domain::card::{Card, card_hash};
use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{CardHash, DeviceId, RecordId, RoundId};
use core_sync::domain::kind::MapName;
use core_sync::domain::limits::CARD_BYTES_MAX;
use core_sync::domain::permissions::Writer;
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::stamp::Stamp;
use core_sync::guard::{self, Judgement, Signer};
use core_sync::round_doc::mint::{Minted, NewRecord, Tip, mint};
use core_sync::signing::envelope::{Envelope, sign};

use super::acting::Acting;
use super::enrol::delegation;
use super::error::{AppError, Fault};
use super::known::known;
use crate::db::document::DocumentRow;
use crate::db::{change, co_op, head};
use crate::log::append::{NewChange, NewRow, append};
use crate::log::cursor::LogCursor;

/// What a command wants written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The record's body.
    pub record: PlanRecord,
    /// The card that it names for the first time, if it does.
    pub card: Option<NewCard>,
}

/// A new version of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCard {
    /// Its hash.
    pub hash: CardHash,
    /// Its bytes.
    bytes: Vec<u8>,
}

impl NewCard {
    /// The card as bytes; `field` is where it stands in the command.
    pub fn of(card: &Card, field: &'static str) -> Result<Self, FieldError> {
        let bytes = card.to_bytes();
        if bytes.len() > CARD_BYTES_MAX {
            return Err(FieldError::new(field, format!("{CARD_BYTES_MAX} bytes at most; shorten its texts")));
        }
        Ok(Self { hash: card_hash(&bytes), bytes })
    }
}

/// Writes a draft into a document's log, as a record of this act.
pub fn write(acting: &Acting<'_>, document: &DocumentRow, draft: Draft) -> Result<(), AppError> {
    let Acting { tx, caller, request, at, .. } = *acting;
    let server = co_op::find(tx, caller.co_op)?.ok_or(AppError::NotFound)?.server_device;
    let record = Record::Act {
        member: caller.member,
        stamp: Stamp::new(at, document.position + 1),
        body: ActBody::Plan(draft.record),
    };
    let record = NewRecord {
        map: MapName::Plan,
        id: RecordId::new(request.act, server),
        // Only a record of an unknown kind has no bytes, and this one is of ours.
        bytes: record.to_bytes().unwrap_or_default(),
    };
    let tip = Tip { heads: head::all(tx, caller.co_op, request.round)? };
    let minted = mint(&document.name, server, &tip, &[record])?;
    let envelope = signed(acting, server, request.round, &minted)?;
    let change = judged(acting, document, server, &envelope)?;
    let rows = [
        draft.card.as_ref().map(|card| NewRow::Card { hash: card.hash, bytes: &card.bytes }),
        Some(NewRow::Change(NewChange {
            envelope: &envelope,
            hash: minted.hash,
            max_op: minted.max_op,
            deps: &change.deps,
            records: &change.records,
        })),
    ];
    let rows: Vec<NewRow<'_>> = rows.into_iter().flatten().collect();
    append(tx, caller.co_op, request.round, LogCursor::end_of(document), &rows, at.time)?;
    Ok(())
}

/// The change with the server's signature and, at its first in the document, its delegation.
fn signed(
    acting: &Acting<'_>,
    server: DeviceId,
    round: RoundId,
    minted: &Minted,
) -> Result<Envelope, AppError> {
    let Acting { tx, keys, caller, at, .. } = *acting;
    let delegation = if change::exists_of(tx, caller.co_op, round, server)? {
        None
    } else {
        Some(delegation(keys, caller.co_op, server, keys.server.public(), None, at.time)?)
    };
    Ok(Envelope {
        change: minted.bytes.clone(),
        device: server,
        signature: sign(&keys.server, round, &minted.hash, server),
        delegation,
    })
}

fn judged(
    acting: &Acting<'_>,
    document: &DocumentRow,
    server: DeviceId,
    envelope: &Envelope,
) -> Result<guard::Inspected, AppError> {
    let refused = |refusal: guard::refusal::Refusal| AppError::Fault(Fault::OwnChange(refusal.code));
    let signer = Signer {
        key: acting.keys.server.public(),
        writer: Writer::Server,
        devices: BTreeSet::from([server]),
    };
    let change = guard::inspect(&document.name, envelope, &signer).map_err(refused)?;
    match guard::place(&change, &known(acting.tx, document, &change)?).map_err(refused)? {
        Judgement::Accepted { .. } => Ok(change),
        Judgement::Missing(_) => Err(AppError::Fault(Fault::OwnChangeStandsOnNothing)),
    }
}
