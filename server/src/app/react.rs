//! Reactions: what several rounds say together, written back into each, in the transaction of what caused it.
//!
//! Nobody asks for this by name: every command, push and shop's word ends here. How far reactions were derived is a
//! place in the co-op's log, moved on in the same transaction, so what a crash or an older server left is done at
//! the next start. Deriving twice writes once: a reaction's id is a hash of its causes. Rounds that share nothing
//! with another are not read.

use std::collections::BTreeSet;

use core_sync::domain::ids::RoundId;
use core_sync::domain::kind::MapName;
use core_sync::round_doc::mint::NewRecord;

use super::error::AppError;
use super::own_change::OwnHand;
use crate::board::read_round::records;
use crate::db::{co_op, co_op_log, document, shop_fact};
use crate::log::append::index;

/// Entries of the co-op's log looked at in one transaction, so that a long catching-up keeps nobody waiting.
const ENTRIES_AT_ONCE_MAX: usize = 1_000;

/// Derives what follows from everything appended since the last time, and from what shops said of `also`.
/// Returns whether more is left, which is so after an older server alone.
pub fn react(hand: &OwnHand<'_>, also: &BTreeSet<RoundId>) -> Result<bool, AppError> {
    let from = co_op::reacted(hand.tx, hand.co_op)?;
    let entries = co_op_log::documents_after(hand.tx, hand.co_op, from, ENTRIES_AT_ONCE_MAX)?;
    let Some(to) = entries.last().map(|(position, _)| *position) else {
        react_to(hand, also)?;
        return Ok(false);
    };
    let more = entries.len() == ENTRIES_AT_ONCE_MAX;
    let changed = entries.into_iter().map(|(_, round)| round).chain(also.iter().copied()).collect();
    react_to(hand, &changed)?;
    let end = co_op::log_end(hand.tx, hand.co_op)?.ok_or(AppError::NotFound)?.0;
    // What was written here follows from what was read: it needs no second look.
    co_op::set_reacted(hand.tx, hand.co_op, if more { to } else { end })?;
    Ok(more)
}

/// Does at the start of a server what [`react`] had no chance to do: notes what rows of an older version share,
/// then reacts. Returns whether more is left.
pub fn catch_up(hand: &OwnHand<'_>) -> Result<bool, AppError> {
    let from = co_op::reacted(hand.tx, hand.co_op)?;
    let entries = co_op_log::documents_after(hand.tx, hand.co_op, from, ENTRIES_AT_ONCE_MAX)?;
    let rounds: BTreeSet<RoundId> = entries.into_iter().map(|(_, round)| round).collect();
    for round in rounds {
        let Some(document) = document::find(hand.tx, hand.co_op, round)? else { continue };
        let records = records(hand.tx, &document)?;
        for bytes in records.iter().flat_map(|(id, _)| records.bytes_of(id)) {
            index(hand.tx, hand.co_op, round, bytes)?;
        }
    }
    react(hand, &BTreeSet::new())
}

fn react_to(hand: &OwnHand<'_>, changed: &BTreeSet<RoundId>) -> Result<(), AppError> {
    for round in changed {
        bring_shop_facts(hand, *round)?;
    }
    Ok(())
}

/// Writes into a round what shops said of its parcels and it does not have.
fn bring_shop_facts(hand: &OwnHand<'_>, round: RoundId) -> Result<(), AppError> {
    let missing = shop_fact::missing_in(hand.tx, hand.co_op, round)?;
    let records: Vec<NewRecord> = missing
        .into_iter()
        .map(|fact| NewRecord { map: MapName::Facts, id: fact.record, bytes: fact.bytes })
        .collect();
    hand.append(round, &[], &records)
}
