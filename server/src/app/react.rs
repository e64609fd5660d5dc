//! Reactions: what several rounds say together, written back into each, in the transaction of what caused it.
//!
//! Nobody asks for this by name: every command, push and shop's word ends here. How far reactions were derived is a
//! place in the co-op's log, moved on in the same transaction, so what a crash or an older server left is done at
//! the next start. Deriving twice writes once: a reaction's id is a hash of its causes. Rounds that share nothing
//! with another are not read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use core_sync::domain::ids::{RecordId, RoundId};
use core_sync::domain::kind::MapName;
use core_sync::domain::record::Record;
use core_sync::domain::records::Records;
use core_sync::domain::time::Milliseconds;
use core_sync::domain::together::{Derived, RoundRecords, together};
use core_sync::round_doc::mint::NewRecord;

use super::error::AppError;
use super::own_change::OwnHand;
use crate::board::read_round::{records, records_left};
use crate::db::connection::Snapshot;
use crate::db::document::{self, DocumentRow};
use crate::db::error::DbError;
use crate::db::{co_op, co_op_log, parcel_round, record, shop_fact};
use crate::log::append::index;

/// Rounds that are read together. A parcel passes two bikes or three and a hub a dozen; more is a mistake in the
/// plan, and reading them at every tap would make everybody wait for it.
pub const ROUNDS_TOGETHER_MAX: usize = 48;

/// How far apart rounds may have been made that are read together: as long as phones keep a round. Parcels that stay
/// at a hub would otherwise chain one day to the next for ever.
const TOGETHER_WITHIN: Milliseconds = Milliseconds::hours(7 * 24);

/// What shops said that a round takes in: both ways for every parcel of a long day, each said twice. The rest stays in
/// the custody log, so that no shop makes a courier's round slow for everybody.
const SHOP_FACTS_PER_ROUND_MAX: usize = 500;

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
        // A damaged round keeps no server from starting.
        let (records, _) = records_left(hand.tx, &document)?;
        index(hand.tx, hand.co_op, round, records.iter().map(|(_, entry)| &entry.record))?;
    }
    react(hand, &BTreeSet::new())
}

fn react_to(hand: &OwnHand<'_>, changed: &BTreeSet<RoundId>) -> Result<(), AppError> {
    for round in changed {
        bring_shop_facts(hand, *round)?;
    }
    let mut done = BTreeSet::new();
    for round in changed {
        if done.contains(round) || !may_follow(hand, *round)? {
            continue;
        }
        let Some(rounds) = read_together(hand.tx, hand.co_op, *round)? else { continue };
        done.extend(rounds.iter().map(|(document, _)| document.name.round));
        write_back(hand, &rounds)?;
    }
    Ok(())
}

/// Whether anything can follow that the round's own fold does not say: it shares something, or a shop spoke.
fn may_follow(hand: &OwnHand<'_>, round: RoundId) -> Result<bool, AppError> {
    Ok(!parcel_round::linked(hand.tx, hand.co_op, round, 1)?.is_empty()
        || shop_fact::any_about(hand.tx, hand.co_op, round)?)
}

/// The rounds that belong together with one, itself among them. `None` if they are more than may be, or if one is
/// damaged: what follows from half of it would be written for ever.
pub fn read_together(
    snapshot: &Snapshot<'_>,
    co_op: core_sync::domain::ids::CoopId,
    round: RoundId,
) -> Result<Option<Vec<(DocumentRow, Records)>>, AppError> {
    let Some(first) = document::find(snapshot, co_op, round)? else { return Ok(Some(Vec::new())) };
    let (earliest, latest) =
        (first.made.plus(Milliseconds(-TOGETHER_WITHIN.0)), first.made.plus(TOGETHER_WITHIN));
    let mut found = BTreeSet::from([round]);
    let mut next = VecDeque::from([round]);
    while let Some(round) = next.pop_front() {
        for other in parcel_round::linked(snapshot, co_op, round, ROUNDS_TOGETHER_MAX + 1)? {
            let made = document::find(snapshot, co_op, other)?.map(|document| document.made);
            if made.is_some_and(|made| (earliest..=latest).contains(&made)) && found.insert(other) {
                next.push_back(other);
            }
        }
        if found.len() > ROUNDS_TOGETHER_MAX {
            tracing::error!(%round, max = ROUNDS_TOGETHER_MAX, "too many rounds share parcels: nothing is derived");
            return Ok(None);
        }
    }
    let mut rounds = Vec::new();
    for round in found {
        if let Some(document) = document::find(snapshot, co_op, round)? {
            match records(snapshot, &document) {
                Err(DbError::Damaged { .. }) => return Ok(None),
                read => rounds.push((document, read?)),
            }
        }
    }
    Ok(Some(rounds))
}

/// The rounds that belong together with one; that one alone if they are more than may be, for what it says by itself
/// is still worth settling.
pub fn together_or_alone(
    snapshot: &Snapshot<'_>,
    document: DocumentRow,
) -> Result<Vec<(DocumentRow, Records)>, AppError> {
    match read_together(snapshot, document.co_op, document.name.round)? {
        Some(rounds) => Ok(rounds),
        None => Ok(vec![(document, records(snapshot, &document)?)]),
    }
}

/// The rounds as the rules read them.
#[must_use]
pub fn as_given(rounds: &[(DocumentRow, Records)]) -> Vec<RoundRecords<'_>> {
    let given = rounds.iter().map(|(document, records)| RoundRecords {
        round: document.name.round,
        holder: document.name.holder,
        records,
    });
    given.collect()
}

fn write_back(hand: &OwnHand<'_>, rounds: &[(DocumentRow, Records)]) -> Result<(), AppError> {
    let server = hand.device()?;
    let mut by_round: BTreeMap<RoundId, Vec<NewRecord>> = BTreeMap::new();
    for Derived { round, id, reaction } in together(&as_given(rounds)).reactions {
        let id = RecordId::new(id, server);
        // Only a record of an unknown kind has no bytes.
        let Some(bytes) = Record::Reaction(reaction).to_bytes() else { continue };
        if record::hash_at(hand.tx, hand.co_op, round, id)?.is_none() {
            by_round.entry(round).or_default().push(NewRecord { map: MapName::Plan, id, bytes });
        }
    }
    for (round, records) in by_round {
        hand.append(round, &[], &records)?;
    }
    Ok(())
}

/// Writes into a round what shops said of its parcels and it does not have.
fn bring_shop_facts(hand: &OwnHand<'_>, round: RoundId) -> Result<(), AppError> {
    let missing = shop_fact::missing_in(hand.tx, hand.co_op, round)?;
    if missing.is_empty() {
        return Ok(());
    }
    let has = shop_fact::count_in(hand.tx, hand.co_op, round)?;
    let room = SHOP_FACTS_PER_ROUND_MAX.saturating_sub(usize::try_from(has).unwrap_or(usize::MAX));
    if missing.len() > room {
        tracing::warn!(%round, max = SHOP_FACTS_PER_ROUND_MAX, "shops said more of a round than it takes in");
    }
    let records: Vec<NewRecord> = missing
        .into_iter()
        .take(room)
        .map(|fact| NewRecord { map: MapName::Facts, id: fact.record, bytes: fact.bytes })
        .collect();
    hand.append(round, &[], &records)
}
