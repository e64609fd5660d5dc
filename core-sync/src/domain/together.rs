//! What several rounds that share parcels or stops say together: reactions to write back, and items to settle.
//!
//! A phone sees one round, so the server asks this. It is a function of the set of rounds and records alone: derived
//! again after a crash it gives the same ids and bytes, and what stands already is not derived anew.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::hash::Hash;
use super::ids::{ActId, MemberId, ParcelId, RecordId, RoundId, StopId};
use super::item::Item;
use super::limits::CAUSES_MAX;
use super::reaction::Reaction;
use super::record::Record;
use super::records::Records;
use super::round_reading::RoundReading;
use super::rules::latest_reaction::{self, Void};
use super::rules::moved_stop::{self, Placement, Readings};
use super::rules::same_parcel::{self, Verdict};
use super::rules::settlement::Settlements;
use super::rules::{amended_twice, late_withdrawal, parcels_in_hand, shop_disagrees, unknown_stop};

/// Plan records among the causes of a reaction: a stop of a dozen orders that were each moved and amended has fewer.
const PLANNED_CAUSES_MAX: usize = 96;

/// Settlements among them: nobody settles what is about one stop this often.
const SETTLED_CAUSES_MAX: usize = 32;

/// One round of several that share parcels or stops.
#[derive(Debug, Clone, Copy)]
pub struct RoundRecords<'a> {
    /// The round.
    pub round: RoundId,
    /// Who holds it.
    pub holder: MemberId,
    /// Its records, or some of them: those given under one id are read as one set.
    pub records: &'a Records,
}

/// What the rounds say together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Together {
    /// Reactions that the rounds lack, by round and id.
    pub reactions: Vec<Derived>,
    /// Items to settle, and those that are settled, by id.
    pub items: Vec<Item>,
}

/// A reaction, and the id it has wherever it is derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// The round that it is written into.
    pub round: RoundId,
    /// The random part of its record id.
    pub id: ActId,
    /// What it says.
    pub reaction: Reaction,
}

/// Reads the rounds together.
#[must_use]
pub fn together(rounds: &[RoundRecords<'_>]) -> Together {
    let sets = one_set_each(rounds);
    let readings: Readings<'_> = sets
        .iter()
        .map(|(round, (holder, records))| (*round, RoundReading::of(*round, *holder, records)))
        .collect();
    let mut settlements = Settlements::default();
    readings.values().for_each(|reading| settlements.extend(&reading.sorted.settlements));

    let moved_on = moved_stop::moved_on(&readings);
    let mut items = Vec::new();
    for (round, reading) in &readings {
        let none = BTreeSet::new();
        let live_on = moved_on.live_on.get(round).unwrap_or(&none);
        let came_to_nothing = moved_on.came_to_nothing.get(round).unwrap_or(&none);
        items.extend(late_withdrawal::items(reading, live_on, &settlements));
        items.extend(parcels_in_hand::items(reading, came_to_nothing, &settlements));
        items.extend(amended_twice::items(reading, &settlements));
        items.extend(unknown_stop::items(reading, &settlements));
    }
    let placements = moved_stop::placements(&readings, &settlements);
    items.extend(moved_stop::items(&placements));
    let disputes = same_parcel::disputes(&readings, &placements, &settlements);
    let at_counter = shop_disagrees::disagreements(&readings, &settlements);
    items.extend(disputes.items);
    items.extend(at_counter.items);
    items.sort_by_key(|item| item.id);

    let all = All { readings: &readings, settlements: &settlements };
    let mut reactions = all.voids(&placements, &disputes.verdicts);
    let mut verdicts = at_counter.verdicts;
    for (parcel, verdict) in disputes.verdicts {
        // What is disputed anywhere is disputed; a courier's custody is settled between couriers.
        let known = verdicts.entry(parcel).or_insert(verdict);
        *known = if *known == Verdict::Disputed { Verdict::Disputed } else { verdict };
    }
    reactions.extend(all.rulings(&verdicts));
    reactions.sort_by_key(|derived| (derived.round, derived.id));
    Together { reactions, items }
}

/// Joins what is given of one round. Of two holders, which only a faulty caller names, the smaller id.
fn one_set_each<'a>(rounds: &[RoundRecords<'a>]) -> BTreeMap<RoundId, (MemberId, Cow<'a, Records>)> {
    let mut sets: BTreeMap<RoundId, (MemberId, Cow<'a, Records>)> = BTreeMap::new();
    for given in rounds {
        match sets.get_mut(&given.round) {
            None => {
                sets.insert(given.round, (given.holder, Cow::Borrowed(given.records)));
            }
            Some((holder, records)) => {
                *holder = (*holder).min(given.holder);
                records.to_mut().extend(given.records);
            }
        }
    }
    sets
}

/// What reactions are derived from.
struct All<'a> {
    readings: &'a Readings<'a>,
    settlements: &'a Settlements,
}

impl All<'_> {
    /// The voids that the rounds lack: of placements whose parcels another courier has, or had, or was said to hold.
    fn voids(&self, placements: &[Placement], custody: &BTreeMap<ParcelId, Verdict>) -> Vec<Derived> {
        let mut wanted: BTreeMap<(RoundId, StopId), BTreeSet<ParcelId>> = BTreeMap::new();
        for placement in placements {
            wanted.insert((placement.round, placement.stop), placement.void_parcels());
        }
        let mut derived = Vec::new();
        for reading in self.readings.values() {
            for stop in reading.state.stops.values().filter(|stop| stop.withdrawal.is_none()) {
                let mut parcels = wanted.remove(&(reading.round, stop.id)).unwrap_or_default();
                let anothers = |parcel: &ParcelId| matches!(custody.get(parcel), Some(Verdict::Holder(member)) if *member != reading.holder);
                parcels.extend(stop.terms.parcels.iter().copied().filter(anothers));
                let whole = !parcels.is_empty() && stop.terms.parcels.iter().all(|p| parcels.contains(p));
                let is = reading.sorted.voided.get(&stop.id).map(|said| latest_reaction::void(said));
                let is = is.unwrap_or_default();
                let shall = Void { whole, parcels: if whole { BTreeSet::new() } else { parcels } };
                if is == shall {
                    continue;
                }
                let causes = self.causes_of_void(reading.round, stop.id);
                let parcels = (!shall.whole).then(|| shall.parcels.into_iter().collect());
                derived.extend(signed(reading.round, Reaction::Void { stop: stop.id, parcels, causes }));
            }
        }
        derived
    }

    /// Everything that ever had a say in whether a placement is void. It only grows.
    fn causes_of_void(&self, round: RoundId, stop: StopId) -> Vec<RecordId> {
        let Some(reading) = self.readings.get(&round) else { return Vec::new() };
        let mut causes: BTreeSet<RecordId> = self.said_about(&reading.ever_named(stop));
        causes.extend(reading.planned_at(stop));
        for (round, stop) in moved_stop::chain(round, stop, self.readings) {
            let from = self.readings.get(&round).and_then(|reading| reading.sorted.added.get(&stop));
            causes.extend(from.map(|added| added.id));
        }
        let causes = self.with_settlements(causes);
        let standing = reading.sorted.voided.get(&stop).into_iter().flatten();
        latest_reaction::superseding(causes, standing.map(|said| (said.id, said.causes)))
    }

    /// The rulings that the rounds lack: of parcels that are disputed, or were.
    fn rulings(&self, verdicts: &BTreeMap<ParcelId, Verdict>) -> Vec<Derived> {
        let said = self.readings.values().flat_map(|reading| reading.sorted.rulings.keys());
        let parcels: BTreeSet<ParcelId> = verdicts.keys().chain(said).copied().collect();
        let mut derived = Vec::new();
        for parcel in parcels {
            let verdict = verdicts.get(&parcel).copied();
            let mut causes = None;
            for reading in self.readings.values() {
                let is = reading.sorted.rulings.get(&parcel).and_then(|said| latest_reaction::ruling(said));
                let holder = match verdict {
                    Some(_) if !reading.carries(parcel) && is.is_none() => continue,
                    None if is.is_none() => continue,
                    Some(Verdict::Disputed) => None,
                    Some(Verdict::Holder(member)) => Some(member),
                    // Nobody disputes it any more: who alone claims it, else the round's own facts say the rest.
                    None => Some(self.only_claimant(parcel).unwrap_or(reading.holder)),
                };
                if is == Some(holder) {
                    continue;
                }
                let causes = causes.get_or_insert_with(|| self.causes_of_ruling(parcel)).clone();
                derived.extend(signed(reading.round, Reaction::Ruled { parcel, holder, causes }));
            }
        }
        derived
    }

    /// Everything that ever had a say in who holds a parcel.
    fn causes_of_ruling(&self, parcel: ParcelId) -> Vec<RecordId> {
        let causes = self.with_settlements(self.said_about(&[parcel].into()));
        let rulings =
            self.readings.values().filter_map(|reading| reading.sorted.rulings.get(&parcel)).flatten();
        latest_reaction::superseding(causes, rulings.map(|said| (said.id, said.causes)))
    }

    fn only_claimant(&self, parcel: ParcelId) -> Option<MemberId> {
        let claims = self.readings.values().flat_map(|reading| reading.claims_on(parcel));
        let mut members = claims.map(|claim| claim.member).collect::<BTreeSet<_>>().into_iter();
        members.next().filter(|_| members.next().is_none())
    }

    fn said_about(&self, parcels: &BTreeSet<ParcelId>) -> BTreeSet<RecordId> {
        self.readings.values().flat_map(|reading| reading.said_about(parcels)).collect()
    }

    /// The causes with the settlements that name any of them, cut to what a reaction can name: each kind in a share of
    /// its own, so that no more facts keep a later settlement out, and no settlement pushes a fact out that an
    /// earlier reaction names.
    fn with_settlements(&self, causes: BTreeSet<RecordId>) -> Vec<RecordId> {
        let named = self.settlements.iter().filter(|settled| !settled.records.is_disjoint(&causes));
        let settled: BTreeSet<RecordId> = named.map(|settled| settled.settlement.record).collect();
        let is_planned =
            |id: &RecordId| self.readings.values().any(|reading| reading.sorted.plan_records.contains(id));
        let (planned, said): (BTreeSet<RecordId>, BTreeSet<RecordId>) =
            causes.into_iter().filter(|id| !settled.contains(id)).partition(is_planned);
        let said = said.into_iter().take(CAUSES_MAX - PLANNED_CAUSES_MAX - SETTLED_CAUSES_MAX);
        let planned = planned.into_iter().take(PLANNED_CAUSES_MAX);
        let settled = settled.into_iter().take(SETTLED_CAUSES_MAX);
        let kept: BTreeSet<RecordId> = said.chain(planned).chain(settled).collect();
        kept.into_iter().collect()
    }
}

/// A reaction under its id: a hash of its bytes, so that the same word is the same record, wherever it is derived.
fn signed(round: RoundId, reaction: Reaction) -> Option<Derived> {
    let bytes = Record::Reaction(reaction.clone()).to_bytes()?;
    let id = ActId(Hash::of("tournee/reaction/1", &[&round.0, &bytes]).first());
    Some(Derived { round, id, reaction })
}

#[cfg(test)]
mod tests;
