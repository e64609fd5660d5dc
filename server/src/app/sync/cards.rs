//! Cards that come back from a phone after a rollback.
//!
//! A card is taken if a plan record of the document's log names it by its hash. Only the server signs plan records, so
//! the hash says that these very bytes are the server's own: no other proof is needed. What was erased stays erased.

use std::collections::BTreeSet;

use core_sync::domain::card::card_hash;
use core_sync::domain::ids::CardHash;
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::change::ReadChange;
use core_sync::round_doc::lineage::RowKind;
use core_sync::signing::envelope::Envelope;

use crate::app::error::AppError;
use crate::db::co_op::CoopRow;
use crate::db::connection::{Snapshot, Tx};
use crate::db::document::{self, DocumentRow};
use crate::db::erased_card;
use crate::db::error::DbError;
use crate::db::log_row::{self, LogContent};
use crate::log::append::{NewRow, append};
use crate::log::cursor::LogCursor;

/// Takes back those of the cards that the log lost. One that was erased gets its tombstone anew, if the log lost that:
/// the phone forgets it then.
pub(super) fn take_back(
    tx: &Tx<'_>,
    co_op: &CoopRow,
    document: &DocumentRow,
    cards: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), AppError> {
    let round = document.name.round;
    let mut lost = Vec::new();
    for bytes in cards {
        let hash = card_hash(bytes);
        let mut known = false;
        for kind in [RowKind::Card, RowKind::Tombstone] {
            known |= log_row::contains(tx, co_op.id, round, kind, hash.0)?;
        }
        if !known {
            lost.push((hash, bytes));
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    let named = named(tx, co_op, document)?;
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for (hash, bytes) in lost.into_iter().filter(|(hash, _)| seen.insert(*hash)) {
        if erased_card::exists(tx, co_op.id, hash)? {
            rows.push(NewRow::Tombstone(hash));
        } else if named.contains(&hash) {
            rows.push(NewRow::Card { hash, bytes });
        }
    }
    let end = document::find(tx, co_op.id, round)?
        .map_or_else(|| LogCursor::end_of(document), |document| LogCursor::end_of(&document));
    append(tx, co_op.id, round, end, &rows, now)?;
    Ok(())
}

/// The cards that the plan records of a document's log name.
fn named(
    snapshot: &Snapshot<'_>,
    co_op: &CoopRow,
    document: &DocumentRow,
) -> Result<BTreeSet<CardHash>, DbError> {
    let mut named = BTreeSet::new();
    log_row::each_after(snapshot, co_op.id, document.name.round, 0, |row| {
        let intact = row.damage().is_none();
        if let LogContent::Change { envelope, .. } = row.content
            && intact
            && envelope.device == co_op.server_device
        {
            named.extend(cards_in(&envelope, document));
        }
        true
    })?;
    Ok(named)
}

/// The cards that a change of the server's names.
fn cards_in(envelope: &Envelope, document: &DocumentRow) -> Vec<CardHash> {
    let Ok(read) = ReadChange::read(&envelope.change) else { return Vec::new() };
    let records = read.records(&document.name).into_iter();
    records.filter_map(|(_, bytes)| card_of(&Record::from_bytes(&bytes).ok()?)).collect()
}

fn card_of(record: &Record) -> Option<CardHash> {
    let Record::Act { body: ActBody::Plan(plan), .. } = record else { return None };
    match plan {
        PlanRecord::StopAdded(added) => Some(added.terms.card),
        PlanRecord::StopAmended(amended) => Some(amended.terms.card),
        PlanRecord::StopWithdrawn { .. }
        | PlanRecord::Sequence(_)
        | PlanRecord::Note { .. }
        | PlanRecord::Settled { .. }
        | PlanRecord::Archived => None,
    }
}
