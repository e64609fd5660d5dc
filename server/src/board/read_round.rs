//! A round read whole from its log: records with the times the server had them, state and cards.
//!
//! Each row is compared with its hash. What is damaged is passed over and named, so that a view can say that it lacks
//! something; whoever decides on a round asks for all of it or nothing.

use std::collections::BTreeMap;

use core_sync::domain::card::{Card, CardText};
use core_sync::domain::ids::{CardHash, RecordId};
use core_sync::domain::kind::{Family, Kind};
use core_sync::domain::records::Records;
use core_sync::domain::round_state::RoundState;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::Lineage;

use crate::db::card;
use crate::db::connection::Snapshot;
use crate::db::damage::{Damage, of_card};
use crate::db::document::DocumentRow;
use crate::db::error::DbError;
use crate::db::log_row::{self, LogContent, LogRow, each_after};

/// A round, read.
#[derive(Debug, Clone)]
pub struct ReadRound {
    /// Its row.
    pub document: DocumentRow,
    /// What its records make.
    pub state: RoundState,
    /// What is damaged of it, the first of that. State and cards are made of the rest.
    pub damage: Option<Damage>,
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
    let mut log = ReadLog::default();
    log.read_on(snapshot, document)?;
    log.fold(document).with_cards(snapshot)
}

impl ReadRound {
    /// The same with its cards, as far as they are not erased.
    pub(super) fn with_cards(mut self, snapshot: &Snapshot<'_>) -> Result<Self, DbError> {
        let stored = match card::all(snapshot, self.document.co_op, self.document.name.round) {
            Err(DbError::Damaged { damage, .. }) => {
                self.damage.get_or_insert(damage);
                Vec::new()
            }
            other => other?,
        };
        self.cards = BTreeMap::new();
        for (hash, bytes) in stored {
            if let Some(damage) = of_card(hash, &bytes) {
                self.damage.get_or_insert(damage);
            } else if let Some(text) = text_of(&self.document, &bytes) {
                self.cards.insert(hash, text);
            }
        }
        Ok(self)
    }
}

/// What a round's log says up to a place in it.
#[derive(Debug, Default)]
pub(super) struct ReadLog {
    /// The rows that were read.
    pub(super) position: u64,
    /// The lineage after them.
    pub(super) lineage: Option<Lineage>,
    records: Records,
    /// Where in the co-op's log each record first came.
    first_came: BTreeMap<RecordId, u64>,
    /// The first damage that was met.
    damage: Option<Damage>,
}

impl ReadLog {
    /// Whether this is the beginning of the document's log in this snapshot.
    pub(super) fn begins(&self, snapshot: &Snapshot<'_>, document: &DocumentRow) -> Result<bool, DbError> {
        let there = log_row::lineage_at(snapshot, document.co_op, document.name.round, self.position)?;
        Ok(there.is_some() && there == self.lineage)
    }

    /// Reads the rows that came after those it has.
    pub(super) fn read_on(&mut self, snapshot: &Snapshot<'_>, document: &DocumentRow) -> Result<(), DbError> {
        let (records, first_came) = (&mut self.records, &mut self.first_came);
        let damage = each_record(snapshot, document, self.position, |id, bytes, row| {
            records.insert(id, bytes, Some(row.received));
            // Rows come in their sequence, so the first is the earliest.
            first_came.entry(id).or_insert(row.co_op_position);
        })?;
        self.damage = self.damage.take().or(damage);
        (self.position, self.lineage) = (document.position, Some(document.lineage));
        Ok(())
    }

    /// The round that it makes, without its cards.
    pub(super) fn fold(&self, document: &DocumentRow) -> ReadRound {
        let is_fact = |kind: Kind| match kind.family() {
            Family::Fact => true,
            Family::Plan | Family::Reaction | Family::ShopFact => false,
        };
        let facts = self.records.iter().filter(|(_, entry)| entry.record.kind().is_some_and(is_fact));
        let facts = facts.filter_map(|(id, _)| Some((id, *self.first_came.get(&id)?))).collect();
        ReadRound {
            document: *document,
            state: RoundState::of(&self.records),
            damage: self.damage,
            cards: BTreeMap::new(),
            facts,
        }
    }
}

/// The records of a round, each with the time the server had it.
///
/// # Errors
/// [`DbError::Damaged`] if one cannot be trusted: what follows from the others might be wrong.
pub fn records(snapshot: &Snapshot<'_>, document: &DocumentRow) -> Result<Records, DbError> {
    match records_left(snapshot, document)? {
        (records, None) => Ok(records),
        (_, Some(damage)) => Err(DbError::Damaged { round: document.name.round, damage }),
    }
}

/// The records of a round that are not damaged, and the first damage, if there is any.
pub fn records_left(
    snapshot: &Snapshot<'_>,
    document: &DocumentRow,
) -> Result<(Records, Option<Damage>), DbError> {
    let mut records = Records::new();
    let damage = each_record(snapshot, document, 0, |id, bytes, row| {
        records.insert(id, bytes, Some(row.received));
    })?;
    Ok((records, damage))
}

/// Hands every record of a round's rows after `position` that is not damaged to `take`, with its row; gives the first
/// damage.
fn each_record(
    snapshot: &Snapshot<'_>,
    document: &DocumentRow,
    position: u64,
    mut take: impl FnMut(RecordId, &[u8], &LogRow),
) -> Result<Option<Damage>, DbError> {
    let round = document.name.round;
    let mut first = None;
    let read = each_after(snapshot, document.co_op, round, position, |row| {
        match row.damage() {
            // A card is nothing that a record says; who shows it looks at it.
            Some(Damage::Card(_)) => {}
            Some(damage) => {
                first.get_or_insert(damage);
            }
            None => {
                for (id, bytes) in records_of(document, &row) {
                    take(id, &bytes, &row);
                }
            }
        }
        true
    });
    match read {
        Err(DbError::Damaged { damage, .. }) => {
            first.get_or_insert(damage);
        }
        other => other?,
    }
    if let Some(damage) = first {
        tracing::error!(%round, %damage, "a round is read without what is damaged of it");
    }
    Ok(first)
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
