//! A round as a set of records makes it: the one fold that phone and server share.
//!
//! Nothing is stored from here and nothing depends on the order in which records came.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::Fact;
use super::ids::{PlanVersion, RecordId, StopId};
use super::kind::Family;
use super::plan_record::{PlanRecord, Sequence, StopAdded, StopAmended};
use super::plan_version::plan_version;
use super::reaction::Reaction;
use super::reasons::WithdrawReason;
use super::record::{ActBody, Record};
use super::records::Records;
use super::remark::Remark;
use super::rules::sequence_request::{CourierSequence, request};
use super::rules::{amended_facts, late_withdrawal, register, sequence_shown, strongest_fact};
use super::stamp::Stamp;
use super::stop::{StandingFact, Stop, StopStatus};
use super::time::{Milliseconds, Timestamp};

/// A device clock this much ahead of the server's is worth a remark; less is everyday drift.
const CLOCK_AHEAD: Milliseconds = Milliseconds::minutes(5);

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

/// The records of a set, sorted by what they are about.
#[derive(Default)]
struct Sorted<'a> {
    plan_records: BTreeSet<RecordId>,
    added: BTreeMap<StopId, (Stamp, &'a StopAdded)>,
    amended: BTreeMap<StopId, BTreeMap<RecordId, &'a StopAmended>>,
    withdrawn: BTreeMap<StopId, (RecordId, WithdrawReason)>,
    void: BTreeSet<StopId>,
    plan_sequences: BTreeMap<RecordId, &'a Sequence>,
    archived: bool,
    amended_by: BTreeMap<RecordId, BTreeSet<RecordId>>,
    facts: Vec<StandingFact>,
    unread: usize,
}

impl<'a> Sorted<'a> {
    fn of(records: &'a Records) -> Self {
        let mut sorted = Self::default();
        for (id, entry) in records.iter() {
            if entry.record.kind().is_some_and(|kind| kind.family() == Family::Plan) {
                sorted.plan_records.insert(id);
            }
            match &entry.record {
                Record::Act { body: ActBody::Plan(plan), stamp, .. } => sorted.plan(id, plan, *stamp),
                Record::Act { body: ActBody::Fact(fact), stamp, .. } => {
                    sorted.fact(id, fact, *stamp, entry.received)
                }
                // Custody over a shop's word is a rule of its own.
                Record::Act { body: ActBody::ShopFact(_), .. } => {}
                Record::Reaction(Reaction::Void { stop, parcels: None, .. }) => {
                    sorted.void.insert(*stop);
                }
                Record::Reaction(Reaction::Void { parcels: Some(_), .. } | Reaction::Ruled { .. }) => {}
                Record::Unknown { .. } => sorted.unread += 1,
            }
        }
        sorted
    }

    fn plan(&mut self, id: RecordId, plan: &'a PlanRecord, stamp: Stamp) {
        match plan {
            PlanRecord::StopAdded(added) => {
                self.added.entry(id.stop()).or_insert((stamp, added));
            }
            PlanRecord::StopAmended(amended) => {
                self.amended.entry(amended.stop).or_default().insert(id, amended);
            }
            PlanRecord::StopWithdrawn { stop, reason } => {
                self.withdrawn.entry(*stop).or_insert((id, *reason));
            }
            PlanRecord::Sequence(sequence) => {
                self.plan_sequences.insert(id, sequence);
            }
            PlanRecord::Archived => self.archived = true,
            PlanRecord::Note { .. } | PlanRecord::Settled { .. } => {}
        }
    }

    fn fact(&mut self, id: RecordId, fact: &Fact, stamp: Stamp, received: Option<Timestamp>) {
        if let Fact::Amended { amends, .. } = fact {
            self.amended_by.entry(*amends).or_default().insert(id);
        }
        self.facts.push(StandingFact { id, stamp, received, fact: fact.clone() });
    }
}

impl RoundState {
    /// Folds the set.
    #[must_use]
    pub fn of(records: &Records) -> Self {
        let sorted = Sorted::of(records);
        let facts = sorted.facts.len();
        let (standing, mut by_stop) = standing_facts(&sorted);
        let stops: BTreeMap<StopId, Stop> = in_sequence_added(&sorted)
            .into_iter()
            .enumerate()
            .map(|(index, (id, added))| {
                let facts = by_stop.remove(&id).unwrap_or_default();
                (id, stop((id, index + 1), added, &sorted, &facts))
            })
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
            remarks: BTreeSet::new(),
            facts,
            facts_elsewhere: by_stop.values().map(Vec::len).sum(),
            unread: sorted.unread,
            plan_records: sorted.plan_records.clone(),
            stops,
        };
        round.read_round_facts(&standing);
        round.set_sequences(&sorted, &standing);
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
                Fact::SeenPlan(version) => self.seen_plan = Some(*version),
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

        let courier: Vec<(Option<RecordId>, CourierSequence<'_>)> =
            standing.iter().filter_map(courier_sequence).collect();
        let bases = courier.iter().map(|(base, sequence)| (sequence.id, *base)).collect();
        self.courier_sequence = register::latest(&bases);
        let latest = courier
            .iter()
            .map(|(_, sequence)| *sequence)
            .find(|sequence| Some(sequence.id) == self.courier_sequence)
            // Not started: the plan's, whatever somebody wrote before.
            .filter(|_| self.started.is_some());
        self.remaining =
            sequence_shown::sequence_shown(&self.planned, latest.map(|latest| latest.stops), &self.stops);
        if let (Some(plan), Some(latest)) = (plan, latest) {
            let wanted = sequence_shown::sequence_shown(&self.planned, None, &self.stops);
            self.remarks.extend(request(plan, latest, &self.remaining, &wanted));
        }
    }

    /// The stop to ride to now.
    #[must_use]
    pub fn next(&self) -> Option<&Stop> {
        self.remaining.first().and_then(|stop| self.stops.get(stop))
    }
}

/// An entry of the courier's register, with the entry it replaces: `started` carries the first.
fn courier_sequence(standing: &StandingFact) -> Option<(Option<RecordId>, CourierSequence<'_>)> {
    let id = standing.id;
    match &standing.fact {
        Fact::Started { stops } => Some((None, CourierSequence { id, saw: None, stops })),
        Fact::Sequence(sequence) => {
            Some((sequence.base, CourierSequence { id, saw: sequence.saw, stops: &sequence.stops }))
        }
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
    let taken_back = amended_facts::taken_back(&sorted.amended_by);
    let standing: Vec<StandingFact> =
        sorted.facts.iter().filter(|fact| !taken_back.contains(&fact.id)).cloned().collect();
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
fn in_sequence_added<'a>(sorted: &Sorted<'a>) -> Vec<(StopId, &'a StopAdded)> {
    let mut added: Vec<_> =
        sorted.added.iter().map(|(id, (stamp, added))| ((stamp.n, stamp.time), *id, *added)).collect();
    added.sort_by_key(|(place, id, _)| (*place, *id));
    added.into_iter().map(|(_, id, added)| (id, added)).collect()
}

fn stop(
    (id, number): (StopId, usize),
    added: &StopAdded,
    sorted: &Sorted<'_>,
    facts: &[StandingFact],
) -> Stop {
    let amendments = sorted.amended.get(&id);
    let bases = amendments.into_iter().flatten().map(|(id, amended)| (*id, amended.base)).collect();
    let amendment = register::latest(&bases);
    let amended = amendment.and_then(|id| amendments.and_then(|amendments| amendments.get(&id)));
    let withdrawal = sorted.withdrawn.get(&id).copied();
    let decided_by = strongest_fact::strongest(facts).cloned();
    let by_fact = decided_by.as_ref().and_then(|standing| strongest_fact::stop_and_status(&standing.fact));
    let by_fact = by_fact.map_or(StopStatus::Planned, |(_, status)| status);
    let (status, late) = match withdrawal {
        Some((record, _)) => late_withdrawal::status_of_withdrawn(record, decided_by.as_ref()),
        None if by_fact.remains() && sorted.void.contains(&id) => (StopStatus::Void, None),
        None => (by_fact, None),
    };
    let terms = amended.map_or(&added.terms, |amended| &amended.terms).clone();
    let mut remarks: BTreeSet<Remark> = late.into_iter().collect();
    if let Some(standing) = &decided_by {
        remarks.extend(fact_remarks(standing, status, &terms.parcels, amendment));
    }
    Stop {
        id,
        number,
        kind: added.kind,
        terms,
        order: added.order,
        amendment,
        amendments: amendments.into_iter().flatten().map(|(id, _)| *id).collect(),
        withdrawal,
        status,
        decided_by,
        remarks,
    }
}

fn fact_remarks(
    standing: &StandingFact,
    status: StopStatus,
    parcels: &[super::ids::ParcelId],
    amendment: Option<RecordId>,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let unseen =
        amendment.is_some_and(|amendment| !late_withdrawal::seen(&standing.fact).contains(&amendment));
    if unseen && is_done(status) {
        remarks.push(Remark::AmendedUnseen);
    }
    if let Fact::Collected(custody) | Fact::Delivered(custody, _) = &standing.fact {
        let told: BTreeSet<_> = custody.parcels.iter().collect();
        if told != parcels.iter().collect() {
            remarks.push(Remark::OtherParcels);
        }
    }
    if standing.received.is_some_and(|received| standing.stamp.time > received.plus(CLOCK_AHEAD)) {
        remarks.push(Remark::ClockAhead);
    }
    remarks
}

/// Whether the courier changed something in the world there.
fn is_done(status: StopStatus) -> bool {
    match status {
        StopStatus::Collected | StopStatus::Delivered | StopStatus::Failed | StopStatus::Returned => true,
        StopStatus::Planned
        | StopStatus::Arrived
        | StopStatus::Waiting
        | StopStatus::Withdrawn
        | StopStatus::Void => false,
    }
}

#[cfg(test)]
mod tests;
