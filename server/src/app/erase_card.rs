//! The command `erase_card`: every version of a stop's card goes, wherever the stop was moved, and stays away.
//!
//! Rows stay and their bytes go: each log gets a tombstone, so that phones forget too. What was hashed over the
//! same text goes with it. The file of revocations and erasures has each card before the commit, so that no
//! backup brings one back.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{ActId, CardHash, CoopId, MemberId, RoundId, StopId};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::records::Records;
use core_sync::domain::rules::card_in_use::card_in_use;
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::lineage::RowKind;

use super::acting::Acting;
use super::error::AppError;
use crate::board::read_round::{records as read_records, records_left};
use crate::db::connection::{Snapshot, Tx};
use crate::db::document::{self, DocumentRow};
use crate::db::error::DbError;
use crate::db::{act, card, erased_card, log_row};
use crate::log::append::{AppendError, NewRow, append};
use crate::log::cursor::LogCursor;
use crate::revocations::Line;

/// Erases the card of a stop. Twice is once.
pub fn erase_card(acting: &Acting<'_>, stop: StopId) -> Result<(), AppError> {
    let Acting { tx, caller, request, at, .. } = *acting;
    let document = document::find(tx, caller.co_op, request.round)?.ok_or(AppError::NotFound)?;
    let traces = Traces::of(tx, &document, stop)?;
    if traces.cards.is_empty() {
        return Err(AppError::NotFound);
    }
    if traces.rounds.values().any(|records| card_in_use(records, &traces.cards)) {
        return Err(AppError::CardInUse);
    }
    erase_everywhere(tx, caller.co_op, &traces.cards, at.time)?;
    let line = |card: &CardHash| erased(caller.co_op, *card, caller.member, at.time);
    acting.revocations.append(&traces.cards.iter().map(line).collect::<Vec<_>>())?;
    Ok(())
}

fn erased(co_op: CoopId, card: CardHash, by: MemberId, at_ms: Timestamp) -> Line {
    Line::Erased { co_op, card, by: Some(by), at_ms }
}

/// Erases these cards in every round that has them, and what was hashed over their text. Twice is once. Whether
/// somebody needs them is not asked: a card that was erased before is erased again after a restore.
pub fn erase_everywhere(
    tx: &Tx<'_>,
    co_op: CoopId,
    cards: &BTreeSet<CardHash>,
    now: Timestamp,
) -> Result<(), AppError> {
    let mut rounds = BTreeSet::new();
    for hash in cards {
        erased_card::insert(tx, co_op, *hash, now)?;
        rounds.extend(card::rounds_with(tx, co_op, *hash)?);
    }
    for round in rounds {
        bury(tx, co_op, round, cards, now)?;
        let Some(document) = document::find(tx, co_op, round)? else { continue };
        // Of a damaged round as much as can be read: an erasure waits for nothing.
        for by_act in versions(&records_left(tx, &document)?.0).into_values() {
            for (act, _) in by_act.iter().filter(|(_, card)| cards.contains(card)) {
                act::forget_command(tx, co_op, *act)?;
            }
        }
    }
    tx.empty_wal_after();
    Ok(())
}

/// Gives a round's log a tombstone for each of these cards that it has and has no tombstone of. With it the bytes go.
fn bury(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    cards: &BTreeSet<CardHash>,
    now: Timestamp,
) -> Result<(), AppError> {
    let document = document::find(tx, co_op, round)?.ok_or(AppendError::NoSuchDocument)?;
    let mut rows = Vec::new();
    for hash in cards {
        let has = |kind| log_row::contains(tx, co_op, round, kind, hash.0);
        if has(RowKind::Card)? && !has(RowKind::Tombstone)? {
            rows.push(NewRow::Tombstone(*hash));
        }
    }
    if !rows.is_empty() {
        append(tx, co_op, round, LogCursor::end_of(&document), &rows, now)?;
    }
    Ok(())
}

/// Everything that holds or held what a stop's card says.
struct Traces {
    /// Every version, in every round it went to.
    cards: BTreeSet<CardHash>,
    /// The rounds, with their records.
    rounds: BTreeMap<RoundId, Records>,
}

impl Traces {
    /// Follows the versions of a stop from round to round until nothing is new. Ends, because there are only so
    /// many rounds.
    fn of(snapshot: &Snapshot<'_>, document: &DocumentRow, stop: StopId) -> Result<Self, DbError> {
        let co_op = document.co_op;
        let records = read_records(snapshot, document)?;
        let cards = versions(&records).remove(&stop).unwrap_or_default().into_values().collect();
        let rounds = [(document.name.round, records)].into();
        let mut traces = Self { cards, rounds };
        let mut looked_up = BTreeSet::new();
        while let Some(hash) = traces.cards.difference(&looked_up).next().copied() {
            looked_up.insert(hash);
            for round in card::rounds_with(snapshot, co_op, hash)? {
                if let (false, Some(document)) =
                    (traces.rounds.contains_key(&round), document::find(snapshot, co_op, round)?)
                {
                    traces.rounds.insert(round, read_records(snapshot, &document)?);
                }
            }
            traces.take_versions();
        }
        Ok(traces)
    }

    /// Takes every version of every stop that shows one of the cards.
    fn take_versions(&mut self) {
        for records in self.rounds.values() {
            for by_act in versions(records).into_values() {
                if by_act.values().any(|card| self.cards.contains(card)) {
                    self.cards.extend(by_act.values());
                }
            }
        }
    }
}

/// The cards of each stop by the acts that named them.
fn versions(records: &Records) -> BTreeMap<StopId, BTreeMap<ActId, CardHash>> {
    let mut versions: BTreeMap<StopId, BTreeMap<ActId, CardHash>> = BTreeMap::new();
    for (id, entry) in records.iter() {
        let Record::Act { body: ActBody::Plan(plan), .. } = &entry.record else { continue };
        let (stop, card) = match plan {
            PlanRecord::StopAdded(added) => (id.stop(), added.terms.card),
            PlanRecord::StopAmended(amended) => (amended.stop, amended.terms.card),
            PlanRecord::StopWithdrawn { .. }
            | PlanRecord::Sequence(_)
            | PlanRecord::Note { .. }
            | PlanRecord::Settled { .. }
            | PlanRecord::Archived => continue,
        };
        versions.entry(stop).or_default().insert(id.act(), card);
    }
    versions
}
