//! A round as a set of records makes it: the one fold that phone and server share.
//!
//! Nothing is stored from here and nothing depends on the order in which records came.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::Fact;
use super::ids::{MemberId, ParcelId, PlanVersion, RecordId, StopId};
use super::item::Settlement;
use super::kind::Kind;
use super::plan_version::plan_version;
use super::records::Records;
use super::remark::Remark;
use super::rules::sequence_request::{CourierSequence, request};
use super::rules::{latest_reaction, parcels_in_hand, register, sequence_shown, strongest_fact};
use super::sorted::Sorted;
use super::stamp::Stamp;
use super::stop::{StandingFact, Stop};
use super::stop_read::{AtRound, in_plan, stop};
use super::time::Timestamp;

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundState {
    /// Every stop that was ever added.
    pub stops: BTreeMap<StopId, Stop>,
    /// The remaining stops, in the sequence that everybody shows.
    pub remaining: Vec<StopId>,
    /// Every stop in the plan's sequence.
    pub planned: Vec<StopId>,
    /// The version of the plan, for the next command.
    pub plan_version: PlanVersion,
    /// The latest of the plan's sequence register.
    pub plan_sequence: Option<RecordId>,
    /// The latest of the courier's sequence register.
    pub courier_sequence: Option<RecordId>,
    /// When the courier started.
    pub started: Option<Stamp>,
    /// Whether a break is on.
    pub paused: bool,
    /// Whether the courier ended the round.
    pub finished: bool,
    /// Whether the plan is closed.
    pub archived: bool,
    /// The latest version of the plan that the courier says she saw.
    pub seen_plan: Option<PlanVersion>,
    /// When she said so, by her phone.
    pub seen_plan_at: Option<Timestamp>,
    /// Parcels of which more than this round alone had to be asked: who holds them, `None` while that is disputed.
    pub ruled: BTreeMap<ParcelId, Option<MemberId>>,
    /// What people settled, by record.
    pub settled: Vec<SettledHere>,
    /// Remarks on the round.
    pub remarks: BTreeSet<Remark>,
    /// Plan records, for the plan diff.
    pub plan_records: BTreeSet<RecordId>,
    /// Facts of the courier, taken back or not.
    pub facts: usize,
    /// Facts about stops that are not in the set.
    pub facts_elsewhere: usize,
    /// Records of a later version.
    pub unread: usize,
}

/// A settlement that this round was told of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettledHere {
    /// Who answered what.
    pub settlement: Settlement,
    /// When, by the server's clock.
    pub time: Timestamp,
    /// The records that disagreed, ascending; some may stand in other rounds.
    pub records: Vec<RecordId>,
    /// What kind of record holds, if one does and this round has it.
    pub holds: Option<Kind>,
    /// The stops of this round that those records are about, ascending.
    pub stops: Vec<StopId>,
}

impl RoundState {
    /// The remaining stops as the plan wants them ridden, where the courier was asked and has not answered.
    #[must_use]
    pub fn asked_sequence(&self) -> Option<Vec<StopId>> {
        self.remarks.contains(&Remark::SequenceAsked).then(|| {
            let mut stops = self.remaining.clone();
            stops.sort_by_key(|stop| self.planned.iter().position(|planned| planned == stop));
            stops
        })
    }

    /// Folds the set.
    #[must_use]
    pub fn of(records: &Records) -> Self {
        Self::of_sorted(&Sorted::of(records))
    }

    /// Folds what is sorted already.
    pub(crate) fn of_sorted(sorted: &Sorted<'_>) -> Self {
        let facts = sorted.facts.len();
        let (standing, mut by_stop) = standing_facts(sorted);
        let in_hand = parcels_in_hand::in_hand(&standing);
        let ruled: BTreeMap<_, _> = sorted
            .rulings
            .iter()
            .filter_map(|(parcel, said)| Some((*parcel, latest_reaction::ruling(said)?)))
            .collect();
        let in_plan = in_plan(sorted);
        let at_round = AtRound { sorted, in_hand: &in_hand, in_plan: &in_plan, ruled: &ruled };
        let stops: BTreeMap<StopId, Stop> = in_sequence_added(sorted)
            .into_iter()
            .enumerate()
            .map(|(index, id)| {
                let facts = by_stop.remove(&id).unwrap_or_default();
                (id, (index + 1, facts))
            })
            .filter_map(|(id, (number, facts))| Some((id, stop(id, number, &at_round, &facts)?)))
            .collect();
        let mut round = Self {
            remaining: Vec::new(),
            planned: Vec::new(),
            plan_version: plan_version(sorted.plan_records.iter().copied()),
            plan_sequence: None,
            courier_sequence: None,
            started: None,
            paused: false,
            finished: false,
            archived: sorted.archived,
            seen_plan: None,
            seen_plan_at: None,
            settled: settled(sorted),
            ruled,
            remarks: BTreeSet::new(),
            facts,
            facts_elsewhere: by_stop.values().map(Vec::len).sum(),
            unread: sorted.unread,
            plan_records: sorted.plan_records.clone(),
            stops,
        };
        round.read_round_facts(&standing);
        round.set_sequences(sorted, &standing);
        round
    }

    /// Start, break, end and what was seen: for each the later tap decides.
    fn read_round_facts(&mut self, standing: &[StandingFact]) {
        let mut in_tap_sequence: Vec<&StandingFact> = standing.iter().collect();
        in_tap_sequence.sort_by_key(|standing| (standing.stamp.n, standing.id));
        for StandingFact { stamp, fact, .. } in in_tap_sequence {
            match fact {
                Fact::Started { .. } => self.started = self.started.or(Some(*stamp)),
                Fact::Paused(paused) => self.paused = *paused,
                Fact::SeenPlan(version) => {
                    (self.seen_plan, self.seen_plan_at) = (Some(*version), Some(stamp.time));
                }
                Fact::Finished => self.finished = true,
                // Work after the end opens the round again: a late fact is never lost behind an end.
                Fact::Collected(_) | Fact::Delivered(..) | Fact::Failed(..) | Fact::Returned(_) => {
                    self.finished = false
                }
                Fact::Arrived(_) | Fact::Waiting(_) | Fact::Sequence(_) | Fact::Amended { .. } => {}
            }
        }
    }

    fn set_sequences(&mut self, sorted: &Sorted<'_>, standing: &[StandingFact]) {
        let bases = sorted.plan_sequences.iter().map(|(id, sequence)| (*id, sequence.base)).collect();
        self.plan_sequence = register::latest(&bases);
        let plan =
            self.plan_sequence.and_then(|id| sorted.plan_sequences.get(&id).map(|sequence| (id, *sequence)));
        self.planned =
            sequence_shown::plan_sequence(plan.map_or(&[], |(_, sequence)| &sequence.stops), &self.stops);

        let courier: Vec<HerSequence<'_>> = standing.iter().filter_map(her_sequence).collect();
        let bases: BTreeMap<RecordId, Option<RecordId>> =
            courier.iter().map(|sequence| (sequence.id, sequence.base)).collect();
        self.courier_sequence = register::latest(&bases);
        let stands_on = self.courier_sequence.map(|id| register::stands_on(id, &bases)).unwrap_or_default();
        let latest = courier
            .iter()
            .find(|sequence| Some(sequence.id) == self.courier_sequence)
            // Not started: the plan's, whatever somebody wrote before.
            .filter(|_| self.started.is_some())
            .map(|HerSequence { id, saw, stops, .. }| CourierSequence {
                id: *id,
                stands_on: &stands_on,
                saw: *saw,
                stops,
            });
        self.remaining =
            sequence_shown::sequence_shown(&self.planned, latest.map(|latest| latest.stops), &self.stops);
        if let (Some(plan), Some(latest)) = (plan, latest) {
            let wanted = sequence_shown::sequence_shown(&self.planned, None, &self.stops);
            self.remarks.extend(request(plan, latest, &self.remaining, &wanted));
        }
    }

    /// Whether somebody rides it: who begins without saying so has begun all the same.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.started.is_some() || self.stops.values().any(|stop| stop.decided_by.is_some())
    }

    /// The stop to ride to now.
    #[must_use]
    pub fn next(&self) -> Option<&Stop> {
        self.remaining.first().and_then(|stop| self.stops.get(stop))
    }
}

/// An entry of the courier's register: `started` carries the first.
struct HerSequence<'a> {
    id: RecordId,
    /// The entry it replaces.
    base: Option<RecordId>,
    saw: Option<RecordId>,
    stops: &'a [StopId],
}

fn her_sequence(standing: &StandingFact) -> Option<HerSequence<'_>> {
    let id = standing.id;
    match &standing.fact {
        Fact::Started { stops } => Some(HerSequence { id, base: None, saw: None, stops }),
        Fact::Sequence(said) => Some(HerSequence { id, base: said.base, saw: said.saw, stops: &said.stops }),
        Fact::Arrived(_)
        | Fact::Waiting(_)
        | Fact::Collected(_)
        | Fact::Delivered(..)
        | Fact::Failed(..)
        | Fact::Returned(_)
        | Fact::Amended { .. }
        | Fact::Paused(_)
        | Fact::SeenPlan(_)
        | Fact::Finished => None,
    }
}

/// The facts that stand, and those about stops by stop.
fn standing_facts(sorted: &Sorted<'_>) -> (Vec<StandingFact>, BTreeMap<StopId, Vec<StandingFact>>) {
    let standing = sorted.standing();
    let mut by_stop: BTreeMap<StopId, Vec<StandingFact>> = BTreeMap::new();
    for fact in &standing {
        if let Some((stop, _)) = strongest_fact::stop_and_status(&fact.fact) {
            by_stop.entry(stop).or_default().push(fact.clone());
        }
    }
    (standing, by_stop)
}

/// The stops as the server added them: by the position of their rows, which only grows; a clock only tells apart
/// what a rolled-back server put in one position twice.
fn in_sequence_added(sorted: &Sorted<'_>) -> Vec<StopId> {
    let mut added: Vec<_> =
        sorted.added.iter().map(|(id, added)| ((added.stamp.n, added.stamp.time), *id)).collect();
    added.sort_unstable();
    added.into_iter().map(|(_, id)| id).collect()
}

/// What was settled, with the stops of this round that it is about.
fn settled(sorted: &Sorted<'_>) -> Vec<SettledHere> {
    let mut stop_of: BTreeMap<RecordId, StopId> = BTreeMap::new();
    for fact in &sorted.facts {
        stop_of.extend(strongest_fact::stop_and_status(&fact.fact).map(|(stop, _)| (fact.id, stop)));
    }
    let mut kind_of: BTreeMap<RecordId, Kind> = BTreeMap::new();
    kind_of.extend(sorted.facts.iter().map(|fact| (fact.id, fact.fact.kind())));
    kind_of.extend(sorted.withdrawn.values().map(|(id, _)| (*id, Kind::StopWithdrawn)));
    kind_of.extend(sorted.shop_words.iter().map(|word| (word.id, word.fact.kind())));
    stop_of.extend(sorted.added.iter().map(|(stop, added)| (added.id, *stop)));
    stop_of.extend(sorted.withdrawn.iter().map(|(stop, (id, _))| (*id, *stop)));
    let here = sorted.settlements.iter().map(|settled| {
        let stops: BTreeSet<StopId> =
            settled.records.iter().filter_map(|record| stop_of.get(record).copied()).collect();
        SettledHere {
            settlement: settled.settlement,
            time: settled.time,
            holds: settled.settlement.choice.holds.and_then(|held| kind_of.get(&held).copied()),
            records: settled.records.iter().copied().collect(),
            stops: stops.into_iter().collect(),
        }
    });
    let mut all: Vec<SettledHere> = here.collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests;
