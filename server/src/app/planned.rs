//! A planned record: what a command wants written, and how it becomes records of its act.

use core_sync::domain::card::{Card, card_hash};
use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{ActId, RecordId, RoundId};
use core_sync::domain::kind::MapName;
use core_sync::domain::limits::CARD_BYTES_MAX;
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::stamp::Stamp;
use core_sync::round_doc::mint::NewRecord;

use super::acting::Acting;
use super::error::AppError;
use super::own_change::NewCard;
use crate::db::document;

/// What a command wants written into a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The record's body.
    pub record: PlanRecord,
    /// The card that it names for the first time, if it does.
    pub card: Option<NewCard>,
}

impl Planned {
    /// A record that brings no card.
    #[must_use]
    pub fn bare(record: PlanRecord) -> Self {
        Self { record, card: None }
    }
}

/// The card as bytes; `field` is where it stands in the command.
pub fn new_card(card: &Card, field: &'static str) -> Result<NewCard, FieldError> {
    let bytes = card.to_bytes();
    if bytes.len() > CARD_BYTES_MAX {
        return Err(FieldError::new(field, format!("{CARD_BYTES_MAX} bytes at most; shorten its texts")));
    }
    Ok(NewCard { hash: card_hash(&bytes), bytes })
}

/// The first 16 bytes of the id of an act's record number `index` in a document: the act's own for the first,
/// for the others a hash of both, so that the act sent twice writes the same ids.
#[must_use]
pub fn part_of(act: ActId, index: usize) -> ActId {
    if index == 0 {
        return act;
    }
    // An act writes a few hundred records at the very most.
    let index = u32::try_from(index).unwrap_or(u32::MAX).to_be_bytes();
    ActId(Hash::of("tournee/act-part/1", &[&act.0, &index]).first())
}

/// Writes what is planned into a round's log, as records of this act.
pub fn write(acting: &Acting<'_>, round: RoundId, planned: Vec<Planned>) -> Result<(), AppError> {
    let act = acting.request.act;
    let named = planned.into_iter().enumerate();
    write_as(acting, round, named.map(|(index, planned)| (part_of(act, index), planned)).collect())
}

/// Writes what is planned, each record under the id given.
pub fn write_as(acting: &Acting<'_>, round: RoundId, planned: Vec<(ActId, Planned)>) -> Result<(), AppError> {
    let hand = acting.hand();
    let server = hand.device()?;
    let position = document::find(hand.tx, hand.co_op, round)?.ok_or(AppError::NotFound)?.position;
    let cards: Vec<NewCard> = planned.iter().filter_map(|(_, planned)| planned.card.clone()).collect();
    let cards = hand.new_cards(round, &cards)?;
    let records: Vec<NewRecord> = planned
        .into_iter()
        .zip(0..)
        .map(|((id, planned), index): (_, u64)| {
            let record = Record::Act {
                member: acting.caller.member,
                // Counted on, so that stops added together are numbered in this sequence, but never past the
                // rows written here, so that whatever comes next is numbered after them.
                stamp: Stamp::new(acting.at, position + 1 + index.min(cards.len() as u64)),
                body: ActBody::Plan(planned.record),
            };
            NewRecord {
                map: MapName::Plan,
                id: RecordId::new(id, server),
                // Only a record of an unknown kind has no bytes, and this one is of ours.
                bytes: record.to_bytes().unwrap_or_default(),
            }
        })
        .collect();
    hand.append(round, &cards, &records)
}
