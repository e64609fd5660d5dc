//! A stop that went to another round while the courier it was taken from collected or delivered there.
//!
//! What was done stands. The new placement is void for the parcels that the other courier has or had, and for no
//! others; the old drop-off stays for the parcels in that courier's hands. One item for each pair, folded into the
//! drop-off where a parcel has both: meet, deliver the part, or bring it back. Rounds are followed through every
//! `from`, so that a stop moved twice knows both.

use std::collections::{BTreeMap, BTreeSet};

use super::late_withdrawal::went_elsewhere;
use super::parcels_in_hand::InHand;
use super::settlement::{ItemDraft, Settlements, evidence};
use crate::domain::ids::{ParcelId, RecordId, RoundId, StopId};
use crate::domain::item::{Choice, Item, ItemKind, Settlement};
use crate::domain::reasons::{Answer, StopKind, WithdrawReason};
use crate::domain::remark::Remark;
use crate::domain::round_reading::{Claim, Deed, RoundReading};
use crate::domain::stop::Stop;

/// What a person can answer.
const CHOICES: [Choice; 3] = [
    Choice { answer: Answer::Meet, holds: None },
    Choice { answer: Answer::DeliverPart, holds: None },
    Choice { answer: Answer::ReturnToShop, holds: None },
];

/// What is left of a drop-off in the round that it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The parcels it stays for.
    pub parcels: BTreeSet<ParcelId>,
    /// What to say of it, until somebody settled it.
    pub remark: Option<Remark>,
}

/// Whether a withdrawn stop stays for the parcels in this courier's hands. Those that a drop-off in the plan here names
/// have that one, as after a stop was moved back.
#[must_use]
pub fn kept(
    stop: &Stop,
    in_hand: &InHand,
    in_plan: &BTreeSet<ParcelId>,
    settlements: &Settlements,
) -> Option<Kept> {
    let (withdrawal, reason) = stop.withdrawal?;
    if !went_elsewhere(reason) || stop.kind != StopKind::DropOff {
        return None;
    }
    let stays = |parcel: &ParcelId| in_hand.contains_key(parcel) && !in_plan.contains(parcel);
    let parcels: BTreeSet<ParcelId> = stop.terms.parcels.iter().copied().filter(stays).collect();
    let answers: BTreeSet<Answer> = settlements
        .iter()
        .filter(|settled| settled.records.contains(&withdrawal))
        .map(|settled| settled.settlement.choice.answer)
        .collect();
    if parcels.is_empty() || answers.contains(&Answer::Meet) || answers.contains(&Answer::ReturnToShop) {
        return None;
    }
    let remark = (!answers.contains(&Answer::DeliverPart)).then_some(Remark::MovedInHand);
    Some(Kept { parcels, remark })
}

/// The rounds that are read together.
pub(crate) type Readings<'a> = BTreeMap<RoundId, RoundReading<'a>>;

/// A placement whose parcels somebody else has or had.
#[derive(Debug)]
pub(crate) struct Placement {
    pub(crate) round: RoundId,
    pub(crate) stop: StopId,
    kind: StopKind,
    /// Its parcels that the courier it came from has or had.
    pub(crate) done_elsewhere: BTreeSet<ParcelId>,
    /// Those of them that this round's courier reports too.
    pub(crate) reported_here: BTreeSet<ParcelId>,
    /// The item, if the stop itself was moved.
    item: Option<Item>,
}

impl Placement {
    /// How it was settled, if it was.
    pub(crate) fn settlement(&self) -> Option<Settlement> {
        self.item.as_ref().and_then(|item| item.settled)
    }

    /// Whether the couriers meet: the stop stays here, and what this courier does follows what the other did.
    pub(crate) fn is_met(&self) -> bool {
        self.settlement().is_some_and(|settlement| settlement.choice.answer == Answer::Meet)
    }

    /// The parcels it is void for.
    pub(crate) fn void_parcels(&self) -> BTreeSet<ParcelId> {
        if self.is_met() {
            return BTreeSet::new();
        }
        self.done_elsewhere.difference(&self.reported_here).copied().collect()
    }

    /// The records of the item's evidence.
    pub(crate) fn evidence(&self) -> impl Iterator<Item = RecordId> {
        self.item.iter().flat_map(|item| item.evidence.iter().map(|evidence| evidence.record))
    }
}

/// Every placement in the plan whose parcels the courier that it came from has or had.
pub(crate) fn placements(readings: &Readings<'_>, settlements: &Settlements) -> Vec<Placement> {
    let mut all = Vec::new();
    for reading in readings.values() {
        let sources = sources(reading, readings);
        for stop in reading.state.stops.values().filter(|stop| stop.withdrawal.is_none()) {
            let claims = claims_elsewhere(stop, reading.round, &sources, readings);
            let done_elsewhere: BTreeSet<ParcelId> = stop
                .terms
                .parcels
                .iter()
                .copied()
                .filter(|parcel| claims.iter().any(|claim| claim.parcels.contains(parcel)))
                .collect();
            if done_elsewhere.is_empty() {
                continue;
            }
            let reported = |parcel: &ParcelId| reading.claims_on(*parcel).next().is_some();
            let mut placement = Placement {
                round: reading.round,
                stop: stop.id,
                kind: stop.kind,
                reported_here: done_elsewhere.iter().copied().filter(reported).collect(),
                done_elsewhere,
                item: None,
            };
            placement.item = item(&placement, reading, &claims, readings, settlements);
            all.push(placement);
        }
    }
    all
}

/// The items of these placements.
pub(crate) fn items(placements: &[Placement]) -> Vec<Item> {
    let mut at_drop_offs: BTreeMap<RoundId, BTreeSet<ParcelId>> = BTreeMap::new();
    for drop_off in placements.iter().filter(|placement| placement.kind == StopKind::DropOff) {
        if drop_off.item.is_some() {
            at_drop_offs.entry(drop_off.round).or_default().extend(&drop_off.done_elsewhere);
        }
    }
    let asked = |placement: &&Placement| {
        let open = placement.done_elsewhere.difference(&placement.reported_here).next().is_some();
        let folded = placement.kind == StopKind::Pickup
            && at_drop_offs
                .get(&placement.round)
                .is_some_and(|parcels| placement.done_elsewhere.is_subset(parcels));
        placement.settlement().is_some() || (open && !folded)
    };
    placements.iter().filter(asked).filter_map(|placement| placement.item.clone()).collect()
}

/// What became of the stops that were put into another plan.
#[derive(Debug, Default)]
pub(crate) struct MovedOn {
    /// Those of which some later placement still stands.
    pub(crate) live_on: BTreeMap<RoundId, BTreeSet<StopId>>,
    /// Those of which every later placement was withdrawn in its turn: they went nowhere.
    pub(crate) came_to_nothing: BTreeMap<RoundId, BTreeSet<StopId>>,
}

/// Follows every stop to the ends of its way. One withdrawn as moved whose next placement is not read stands.
pub(crate) fn moved_on(readings: &Readings<'_>) -> MovedOn {
    let added = || {
        readings.values().flat_map(|reading| {
            reading.sorted.added.iter().map(move |(stop, addition)| (reading, *stop, addition.added.from))
        })
    };
    let left: BTreeSet<(RoundId, StopId)> = added().filter_map(|(.., from)| from).collect();
    let mut live_on: BTreeSet<(RoundId, StopId)> = BTreeSet::new();
    for (reading, stop, _) in added() {
        let stands = match reading.sorted.withdrawn.get(&stop) {
            None => true,
            Some((_, reason)) => went_elsewhere(*reason) && !left.contains(&(reading.round, stop)),
        };
        if stands {
            live_on.extend(chain(reading.round, stop, readings));
        }
    }
    let mut moved = MovedOn::default();
    for (round, stop) in left {
        let which =
            if live_on.contains(&(round, stop)) { &mut moved.live_on } else { &mut moved.came_to_nothing };
        which.entry(round).or_default().insert(stop);
    }
    moved
}

/// The placements that a stop came from, the nearest first. A circle, which nobody honest writes, ends.
pub(crate) fn chain(round: RoundId, stop: StopId, readings: &Readings<'_>) -> Vec<(RoundId, StopId)> {
    let mut chain = Vec::new();
    let mut at = (round, stop);
    while let Some(from) = readings
        .get(&at.0)
        .and_then(|reading| reading.sorted.added.get(&at.1))
        .and_then(|addition| addition.added.from)
        .filter(|from| !chain.contains(from) && *from != (round, stop))
    {
        chain.push(from);
        at = from;
    }
    chain
}

/// The other rounds that a parcel of this round came from.
fn sources(reading: &RoundReading<'_>, readings: &Readings<'_>) -> BTreeMap<ParcelId, BTreeSet<RoundId>> {
    let mut sources: BTreeMap<ParcelId, BTreeSet<RoundId>> = BTreeMap::new();
    for stop in reading.state.stops.values() {
        let rounds: BTreeSet<RoundId> = chain(reading.round, stop.id, readings)
            .into_iter()
            .map(|(round, _)| round)
            .filter(|round| *round != reading.round)
            .collect();
        if !rounds.is_empty() {
            stop.terms.parcels.iter().for_each(|parcel| sources.entry(*parcel).or_default().extend(&rounds));
        }
    }
    sources
}

/// What the couriers that a stop's parcels came from say of them.
fn claims_elsewhere<'a>(
    stop: &Stop,
    round: RoundId,
    sources: &BTreeMap<ParcelId, BTreeSet<RoundId>>,
    readings: &'a Readings<'_>,
) -> Vec<&'a Claim> {
    let mut claims: BTreeMap<(RoundId, RecordId), &Claim> = BTreeMap::new();
    for parcel in &stop.terms.parcels {
        let rounds = sources.get(parcel).into_iter().flatten().filter(|source| **source != round);
        let said = rounds.filter_map(|source| readings.get(source)).flat_map(|from| from.claims_on(*parcel));
        claims.extend(said.map(|claim| ((claim.round, claim.id), claim)));
    }
    claims.into_values().collect()
}

fn item(
    placement: &Placement,
    reading: &RoundReading<'_>,
    claims: &[&Claim],
    readings: &Readings<'_>,
    settlements: &Settlements,
) -> Option<Item> {
    let addition = reading.sorted.added.get(&placement.stop)?;
    addition.added.from?;
    let withdrawals: Vec<(RecordId, WithdrawReason, RoundId)> =
        chain(placement.round, placement.stop, readings)
            .into_iter()
            .filter(|(round, _)| claims.iter().any(|claim| claim.round == *round))
            .filter_map(|(round, stop)| {
                let (id, reason) = readings.get(&round)?.sorted.withdrawn.get(&stop)?;
                Some((*id, *reason, round))
            })
            .collect();
    let given = withdrawals.first().is_some_and(|(_, reason, _)| *reason == WithdrawReason::Given);
    let mut rounds_of: BTreeMap<RecordId, RoundId> =
        claims.iter().map(|claim| (claim.id, claim.round)).collect();
    rounds_of.extend(withdrawals.iter().map(|(id, _, round)| (*id, *round)));
    rounds_of.insert(addition.id, placement.round);
    let first = std::iter::once(addition.id).chain(withdrawals.iter().map(|(id, ..)| *id));
    let said = evidence(first, claims.iter().map(|claim| claim.id));
    let mut whole: BTreeSet<RecordId> = claims.iter().map(|claim| claim.id).collect();
    whole.extend(withdrawals.iter().map(|(id, ..)| *id));
    whole.insert(addition.id);
    let agreed = agreed_before(addition.id, (&said, &whole), claims, settlements);
    let records = agreed.unwrap_or(said);
    let draft = ItemDraft {
        kind: if given { ItemKind::GivenButDone } else { ItemKind::MovedButDone },
        round: placement.round,
        rounds: claims.iter().map(|claim| claim.round).collect(),
        stop: Some(placement.stop),
        parcels: placement.done_elsewhere.clone(),
        evidence: records.into_iter().filter_map(|record| Some((record, *rounds_of.get(&record)?))).collect(),
        choices: CHOICES.to_vec(),
    };
    Some(draft.item(settlements))
}

/// The evidence on which it was settled that the other courier delivers or brings back, if what came since is only
/// that: who does what was agreed opens nothing anew. `whole` is the evidence before it was cut to `said`: what came
/// since may have pushed out what was settled on.
fn agreed_before(
    added: RecordId,
    (said, whole): (&BTreeSet<RecordId>, &BTreeSet<RecordId>),
    claims: &[&Claim],
    settlements: &Settlements,
) -> Option<BTreeSet<RecordId>> {
    let ended =
        |record: &RecordId| claims.iter().any(|claim| claim.id == *record && claim.deed != Deed::Collected);
    let agreed = settlements.iter().filter(|settled| match settled.settlement.choice.answer {
        Answer::DeliverPart | Answer::ReturnToShop => true,
        Answer::Noted | Answer::Holds | Answer::Meet => false,
    });
    agreed
        .filter(|settled| settled.records.contains(&added) && settled.records.is_subset(whole))
        .find(|settled| said.difference(&settled.records).all(ended))
        .map(|settled| settled.records.clone())
}
