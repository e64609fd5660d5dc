//! A round read whole from its log: records with the times the server had them, state and cards.

use std::collections::BTreeMap;

use core_sync::domain::card::{Card, CardText};
use core_sync::domain::ids::{CardHash, RecordId};
use core_sync::domain::kind::{Family, Kind};
use core_sync::domain::records::Records;
use core_sync::domain::round_state::RoundState;
use core_sync::round_doc::change::ReadChange;

use crate::db::card;
use crate::db::connection::Snapshot;
use crate::db::document::DocumentRow;
use crate::db::error::DbError;
use crate::db::log_row::{LogContent, LogRow, each_after};

/// A round, read.
#[derive(Debug, Clone)]
pub struct ReadRound {
    /// Its row.
    pub document: DocumentRow,
    /// What its records make.
    pub state: RoundState,
    /// The cards that are not erased.
    pub cards: BTreeMap<CardHash, CardText>,
    /// The facts, each with the place in the co-op's log where it first came.
    facts: BTreeMap<RecordId, u64>,
}

impl ReadRound {
    /// How many acts of the courier came after this place in the co-op's log; all of them for `None`.
    #[must_use]
    pub fn acts_since(&self, after: Option<u64>) -> u64 {
        let after = after.unwrap_or(0);
        self.facts.values().filter(|position| **position > after).count() as u64
    }
}

/// Reads a round.
pub fn read_round(snapshot: &Snapshot<'_>, document: &DocumentRow) -> Result<ReadRound, DbError> {
    let cards = cards(snapshot, document)?;
    Ok(ReadRound { cards, ..fold(snapshot, document)? })
}

/// Reads the cards of a round that are not erased.
pub(super) fn cards(
    snapshot: &Snapshot<'_>,
    document: &DocumentRow,
) -> Result<BTreeMap<CardHash, CardText>, DbError> {
    let cards = card::all(snapshot, document.co_op, document.name.round)?;
    Ok(cards.into_iter().filter_map(|(hash, bytes)| Some((hash, text_of(document, &bytes)?))).collect())
}

/// Reads a round without its cards.
pub(super) fn fold(snapshot: &Snapshot<'_>, document: &DocumentRow) -> Result<ReadRound, DbError> {
    let round = document.name.round;
    let mut records = Records::new();
    let mut first_came: BTreeMap<RecordId, u64> = BTreeMap::new();
    each_after(snapshot, document.co_op, round, 0, |row| {
        for (id, bytes) in records_of(document, &row) {
            records.insert(id, &bytes, Some(row.received));
            // Rows come in their sequence, so the first is the earliest.
            first_came.entry(id).or_insert(row.co_op_position);
        }
        true
    })?;
    let is_fact = |kind: Kind| match kind.family() {
        Family::Fact => true,
        Family::Plan | Family::Reaction | Family::ShopFact => false,
    };
    let facts = records.iter().filter(|(_, entry)| entry.record.kind().is_some_and(is_fact));
    let facts = facts.filter_map(|(id, _)| Some((id, *first_came.get(&id)?))).collect();
    Ok(ReadRound { document: *document, state: RoundState::of(&records), cards: BTreeMap::new(), facts })
}

/// The records of a round, each with the time the server had it.
pub fn records(snapshot: &Snapshot<'_>, document: &DocumentRow) -> Result<Records, DbError> {
    let mut records = Records::new();
    each_after(snapshot, document.co_op, document.name.round, 0, |row| {
        for (id, bytes) in records_of(document, &row) {
            records.insert(id, &bytes, Some(row.received));
        }
        true
    })?;
    Ok(records)
}

/// The records of a row; a change that cannot be read has none here and is reported.
fn records_of(document: &DocumentRow, row: &LogRow) -> Vec<(RecordId, Vec<u8>)> {
    match &row.content {
        LogContent::Change { envelope, .. } => match ReadChange::read(&envelope.change) {
            Ok(change) => change.records(&document.name),
            Err(_) => {
                let round = document.name.round;
                tracing::error!(%round, position = row.position, "a change in the log cannot be read");
                Vec::new()
            }
        },
        LogContent::Card { .. } | LogContent::Tombstone(_) => Vec::new(),
    }
}

fn text_of(document: &DocumentRow, bytes: &[u8]) -> Option<CardText> {
    let card = Card::from_bytes(bytes);
    if card.is_err() {
        tracing::error!(round = %document.name.round, "a card in the database cannot be read");
    }
    card.ok().map(|card| card.text)
}
