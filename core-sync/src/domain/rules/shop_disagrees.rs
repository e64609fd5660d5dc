//! The shop says one thing of a handover and the courier another: both are kept, and a person says which holds.
//!
//! A word alone is no disagreement: the other side may still come. What a courier later handed over or brought back
//! she had, whatever she forgot to say at the counter; what another courier collected was given to them.

use std::collections::{BTreeMap, BTreeSet};

use super::moved_stop::Readings;
use super::same_parcel::Verdict;
use super::settlement::{ItemDraft, Settlements, evidence};
use crate::domain::ids::{MemberId, ParcelId, RecordId, RoundId, StopId};
use crate::domain::item::{Choice, Item, ItemKind};
use crate::domain::reasons::{Answer, StopKind};
use crate::domain::round_reading::{Deed, RoundReading};
use crate::domain::shop_fact::Direction;
use crate::domain::sorted::ShopWord;
use crate::domain::stop::{Stop, StopStatus};

/// One handover as both sides tell it.
#[derive(Debug, Default)]
struct Told {
    /// What the shop says it gave or received.
    by_shop: BTreeSet<ParcelId>,
    /// What the courier says she took or brought back.
    by_courier: BTreeSet<ParcelId>,
    /// Parcels of which they say different things.
    differ: BTreeSet<ParcelId>,
    words: Side,
    facts: Side,
}

/// What one side said, in the order of its taps, each with the parcels it names.
type Side = BTreeMap<(u64, RecordId), BTreeSet<ParcelId>>;

/// What shops and couriers say differently.
#[derive(Debug, Default)]
pub(crate) struct Disagreements {
    pub(crate) items: Vec<Item>,
    pub(crate) verdicts: BTreeMap<ParcelId, Verdict>,
}

/// Reads every handover at a shop's counter.
pub(crate) fn disagreements(readings: &Readings<'_>, settlements: &Settlements) -> Disagreements {
    let mut all = Disagreements::default();
    for reading in readings.values() {
        let given = words(reading, Direction::Given);
        let elsewhere = |parcel: &ParcelId| {
            readings.values().any(|other| {
                other.round != reading.round
                    && other.claims_on(*parcel).any(|claim| claim.deed == Deed::Collected)
            })
        };
        for stop in reading.state.stops.values() {
            let told = at_pickup(stop, reading, &given, &elsewhere);
            all.take(Direction::Given, &told, stop.id, reading, settlements);
        }
        let received = words(reading, Direction::Received);
        for (stop, told) in brought_back(reading, &received) {
            all.take(Direction::Received, &told, stop, reading, settlements);
        }
    }
    all
}

fn words<'a>(reading: &RoundReading<'a>, direction: Direction) -> Vec<ShopWord<'a>> {
    reading.sorted.shop_words.iter().filter(|word| word.fact.direction == direction).copied().collect()
}

/// What was given at a pickup that the courier has dealt with.
fn at_pickup(
    stop: &Stop,
    reading: &RoundReading<'_>,
    given: &[ShopWord<'_>],
    elsewhere: &impl Fn(&ParcelId) -> bool,
) -> Told {
    let mut told = Told::default();
    if stop.kind != StopKind::Pickup {
        return told;
    }
    let named: BTreeSet<ParcelId> = stop.terms.parcels.iter().copied().collect();
    let at_stop = |word: &&ShopWord<'_>| word.fact.parcels.iter().any(|parcel| named.contains(parcel));
    for word in given.iter().filter(at_stop) {
        told.words.insert((word.n, word.id), word.fact.parcels.iter().copied().collect());
        told.by_shop.extend(word.fact.parcels.iter().filter(|parcel| named.contains(parcel)));
    }
    match (stop.status, &stop.decided_by) {
        (StopStatus::Collected, _) => {
            let collected =
                reading.claims.iter().filter(|claim| claim.stop == stop.id && claim.deed == Deed::Collected);
            for claim in collected {
                told.facts.insert((claim.n, claim.id), claim.parcels.clone());
                told.by_courier.extend(&claim.parcels);
            }
        }
        (StopStatus::Failed, Some(failed)) => {
            told.facts.insert((failed.stamp.n, failed.id), BTreeSet::new());
        }
        (
            StopStatus::Planned
            | StopStatus::Arrived
            | StopStatus::Waiting
            | StopStatus::Failed
            | StopStatus::Delivered
            | StopStatus::Returned
            | StopStatus::Withdrawn
            | StopStatus::Void,
            _,
        ) => return told,
    }
    let anywhere = |parcel: &ParcelId| given.iter().any(|word| word.fact.parcels.contains(parcel));
    let had = |parcel: &ParcelId| reading.claims_on(*parcel).next().is_some();
    told.differ = told.by_shop.iter().copied().filter(|parcel| !had(parcel) && !elsewhere(parcel)).collect();
    if !told.words.is_empty() {
        told.differ.extend(told.by_courier.iter().copied().filter(|parcel| !anywhere(parcel)));
    }
    told
}

/// What a shop has back, beside what the courier says she brought, by the stop where she says so.
fn brought_back(reading: &RoundReading<'_>, received: &[ShopWord<'_>]) -> BTreeMap<StopId, Told> {
    let mut all: BTreeMap<StopId, Told> = BTreeMap::new();
    for claim in reading.claims.iter().filter(|claim| claim.deed == Deed::Returned) {
        let told = all.entry(claim.stop).or_default();
        told.facts.insert((claim.n, claim.id), claim.parcels.clone());
        told.by_courier.extend(&claim.parcels);
    }
    let returned: BTreeSet<ParcelId> = all.values().flat_map(|told| told.by_courier.clone()).collect();
    for told in all.values_mut() {
        let shared =
            |word: &&ShopWord<'_>| word.fact.parcels.iter().any(|parcel| told.by_courier.contains(parcel));
        let words: Vec<&ShopWord<'_>> = received.iter().filter(shared).collect();
        for word in &words {
            told.words.insert((word.n, word.id), word.fact.parcels.iter().copied().collect());
            told.by_shop.extend(&word.fact.parcels);
        }
        if !words.is_empty() {
            let missed = told.by_shop.iter().filter(|parcel| !returned.contains(parcel));
            let unsaid = told.by_courier.iter().filter(|parcel| !told.by_shop.contains(parcel));
            told.differ = missed.chain(unsaid).copied().collect();
        }
    }
    for claim in reading.claims.iter().filter(|claim| claim.deed == Deed::Delivered) {
        for word in received {
            let both: BTreeSet<ParcelId> = word
                .fact
                .parcels
                .iter()
                .copied()
                .filter(|parcel| claim.parcels.contains(parcel) && !returned.contains(parcel))
                .collect();
            if !both.is_empty() {
                let told = all.entry(claim.stop).or_default();
                told.words.insert((word.n, word.id), word.fact.parcels.iter().copied().collect());
                told.facts.insert((claim.n, claim.id), claim.parcels.clone());
                told.by_shop.extend(&both);
                told.differ.extend(both);
            }
        }
    }
    all
}

impl Disagreements {
    fn take(
        &mut self,
        direction: Direction,
        told: &Told,
        stop: StopId,
        reading: &RoundReading<'_>,
        settlements: &Settlements,
    ) {
        if told.differ.is_empty() || told.words.is_empty() || told.facts.is_empty() {
            return;
        }
        let (words, facts) = (about(&told.words, &told.differ), about(&told.facts, &told.differ));
        // One of each side at least, or one of them could not be chosen.
        let first = words.iter().take(1).chain(facts.iter().take(1)).copied();
        let records = evidence(first, words.iter().chain(&facts).copied());
        let in_round = |record: &RecordId| (*record, reading.round);
        let evidence: BTreeMap<RecordId, RoundId> = records.iter().map(in_round).collect();
        let item = ItemDraft {
            kind: ItemKind::ShopDisagrees,
            round: reading.round,
            rounds: BTreeSet::new(),
            stop: Some(stop),
            parcels: told.differ.clone(),
            choices: records.iter().map(|id| Choice { answer: Answer::Holds, holds: Some(*id) }).collect(),
            evidence,
        }
        .item(settlements);
        let holds = item.settled.and_then(|settlement| settlement.choice.holds);
        let shop = reading.sorted.shop_words.iter().find(|word| told.words.contains_key(&(word.n, word.id)));
        for parcel in &told.differ {
            let verdict = match (holds, shop) {
                (Some(holds), Some(shop)) => {
                    Verdict::Holder(told.holder(*parcel, direction, holds, (reading.holder, shop.member)))
                }
                (None, _) | (Some(_), None) => Verdict::Disputed,
            };
            self.verdicts
                .entry(*parcel)
                .and_modify(|known| *known = (*known).min(verdict))
                .or_insert(verdict);
        }
        self.items.push(item);
    }
}

/// What a side said of the parcels that differ, in the order of its taps. If it named none of them, its first word
/// speaks for it: what is said later of other parcels opens nothing anew.
fn about(side: &Side, differ: &BTreeSet<ParcelId>) -> Vec<RecordId> {
    let named = side.iter().filter(|(_, parcels)| !parcels.is_disjoint(differ));
    let about: Vec<RecordId> = named.map(|((_, id), _)| *id).collect();
    if about.is_empty() { side.keys().take(1).map(|(_, id)| *id).collect() } else { about }
}

impl Told {
    /// Who holds a parcel when this record holds: what that side says changed hands, did.
    fn holder(
        &self,
        parcel: ParcelId,
        direction: Direction,
        holds: RecordId,
        (courier, shop): (MemberId, MemberId),
    ) -> MemberId {
        let by_shop = self.words.keys().any(|(_, word)| *word == holds);
        let side = if by_shop { &self.by_shop } else { &self.by_courier };
        match (direction, side.contains(&parcel)) {
            (Direction::Given, true) | (Direction::Received, false) => courier,
            (Direction::Given, false) | (Direction::Received, true) => shop,
        }
    }
}
