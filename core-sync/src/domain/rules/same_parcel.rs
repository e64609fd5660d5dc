//! Several couriers report the same parcel: custody is disputed, and both keep stop and card until a person settles it.
//!
//! Two claims of different people that follow the same one, or that both begin, cannot both be. Claims of one member,
//! on however many phones, agree. What follows another's claim is a handover. A parcel that was brought back, or left
//! at a hub, may be collected again. Receipts, which would decide, come with the counter.

use std::collections::{BTreeMap, BTreeSet};

use super::moved_stop::{Placement, Readings};
use super::settlement::{ItemDraft, Settlements, evidence};
use crate::domain::ids::{MemberId, ParcelId, RecordId, RoundId};
use crate::domain::item::{Choice, Item, ItemKind};
use crate::domain::reasons::Answer;
use crate::domain::round_reading::{Claim, Deed};
use crate::domain::shop_fact::Direction;

/// Who holds a parcel as far as anybody can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// People disagree and nobody settled it.
    Disputed,
    /// A person settled it.
    Holder(MemberId),
}

/// What several couriers say of the same parcels.
#[derive(Debug, Default)]
pub(crate) struct Disputes {
    pub(crate) items: Vec<Item>,
    pub(crate) verdicts: BTreeMap<ParcelId, Verdict>,
}

/// Reads every parcel that anybody claims.
pub(crate) fn disputes(
    readings: &Readings<'_>,
    placements: &[Placement],
    settlements: &Settlements,
) -> Disputes {
    let mut claims: BTreeMap<ParcelId, Vec<&Claim>> = BTreeMap::new();
    for claim in readings.values().flat_map(|reading| &reading.claims) {
        claim.parcels.iter().for_each(|parcel| claims.entry(*parcel).or_default().push(claim));
    }
    let received = received(readings);
    let mut by_rivals: BTreeMap<BTreeSet<RecordId>, (Vec<&Claim>, BTreeSet<ParcelId>)> = BTreeMap::new();
    for (parcel, claims) in &claims {
        let rivals = rivals(*parcel, claims, placements, received.contains(parcel));
        let records = evidence([], rivals.iter().map(|claim| claim.id));
        if !records.is_empty() {
            by_rivals.entry(records).or_insert_with(|| (rivals, BTreeSet::new())).1.insert(*parcel);
        }
    }
    let mut disputes = Disputes::default();
    for (records, (rivals, parcels)) in by_rivals {
        let Some(item) = item(&records, &rivals, &parcels, readings, settlements) else { continue };
        let holds = item.settled.and_then(|settlement| settlement.choice.holds);
        let holder = rivals.iter().find(|claim| Some(claim.id) == holds).map(|claim| claim.member);
        let verdict = holder.map_or(Verdict::Disputed, Verdict::Holder);
        disputes.verdicts.extend(parcels.iter().map(|parcel| (*parcel, verdict)));
        disputes.items.push(item);
    }
    disputes
}

/// The claims on a parcel that cannot all be, one for each member; none if all can.
fn rivals<'a>(
    parcel: ParcelId,
    claims: &[&'a Claim],
    placements: &[Placement],
    received: bool,
) -> Vec<&'a Claim> {
    let known: BTreeSet<RecordId> = claims.iter().map(|claim| claim.id).collect();
    let mut after: BTreeMap<Option<RecordId>, BTreeMap<MemberId, &'a Claim>> = BTreeMap::new();
    for claim in claims {
        for predecessor in predecessors(parcel, claim, &known, placements) {
            let first = after.entry(predecessor).or_default().entry(claim.member).or_insert(claim);
            if (claim.n, claim.id) < (first.n, first.id) {
                *first = claim;
            }
        }
    }
    let let_go = |member: MemberId| {
        let mut hers = claims.iter().filter(|claim| claim.member == member);
        let left =
            |claim: &&&Claim| claim.deed == Deed::Returned || (claim.deed == Deed::Delivered && claim.at_hub);
        hers.clone().any(|claim| left(&claim))
            || (received && hers.all(|claim| claim.deed == Deed::Collected))
    };
    let mut rivals: BTreeMap<RecordId, &'a Claim> = BTreeMap::new();
    for (predecessor, by_member) in after {
        let mut apart: Vec<&Claim> = by_member.into_values().collect();
        if predecessor.is_none() {
            let (gone, kept): (Vec<&Claim>, Vec<&Claim>) =
                apart.into_iter().partition(|claim| let_go(claim.member));
            let collected_again = kept.iter().all(|claim| claim.deed == Deed::Collected);
            apart = if collected_again { kept } else { gone.into_iter().chain(kept).collect() };
        }
        if apart.len() > 1 {
            rivals.extend(apart.into_iter().map(|claim| (claim.id, claim)));
        }
    }
    rivals.into_values().collect()
}

/// What a claim continues: the claims that it names, else those that people agreed to meet over, else nothing.
fn predecessors(
    parcel: ParcelId,
    claim: &Claim,
    known: &BTreeSet<RecordId>,
    placements: &[Placement],
) -> BTreeSet<Option<RecordId>> {
    let others = |record: &RecordId| known.contains(record) && *record != claim.id;
    let named: BTreeSet<Option<RecordId>> = claim.follows.iter().copied().filter(others).map(Some).collect();
    if !named.is_empty() {
        return named;
    }
    let met: BTreeSet<Option<RecordId>> = placements
        .iter()
        .filter(|placement| placement.round == claim.round && placement.is_met())
        .filter(|placement| placement.done_elsewhere.contains(&parcel))
        .flat_map(Placement::evidence)
        .filter(others)
        .map(Some)
        .collect();
    if met.is_empty() { [None].into() } else { met }
}

/// The parcels that a shop says it has back.
fn received(readings: &Readings<'_>) -> BTreeSet<ParcelId> {
    let words = readings.values().flat_map(|reading| &reading.sorted.shop_words);
    words
        .filter(|word| word.fact.direction == Direction::Received)
        .flat_map(|word| word.fact.parcels.iter().copied())
        .collect()
}

fn item(
    records: &BTreeSet<RecordId>,
    rivals: &[&Claim],
    parcels: &BTreeSet<ParcelId>,
    readings: &Readings<'_>,
    settlements: &Settlements,
) -> Option<Item> {
    let named = rivals.iter().filter(|claim| records.contains(&claim.id));
    let first = named.clone().min_by_key(|claim| (claim.round, claim.id))?;
    let carrying = |round: &&RoundId| {
        readings.get(*round).is_some_and(|reading| parcels.iter().any(|parcel| reading.carries(*parcel)))
    };
    let draft = ItemDraft {
        kind: ItemKind::CustodyDisputed,
        round: first.round,
        rounds: readings.keys().filter(carrying).copied().collect(),
        stop: Some(first.stop),
        parcels: parcels.clone(),
        evidence: named.clone().map(|claim| (claim.id, claim.round)).collect(),
        choices: named.map(|claim| Choice { answer: Answer::Holds, holds: Some(claim.id) }).collect(),
    };
    Some(draft.item(settlements))
}
