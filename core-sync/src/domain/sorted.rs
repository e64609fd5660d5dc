//! The records of one round, sorted by what they are about: what every rule reads instead of the set itself.
//!
//! Nothing is judged here but which facts stand. It borrows the set and keeps no order of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::Fact;
use super::ids::{MemberId, ParcelId, RecordId, StopId};
use super::item::{Choice, Settlement};
use super::kind::Family;
use super::plan_record::{PlanRecord, Sequence, StopAdded, StopAmended};
use super::reaction::Reaction;
use super::reasons::WithdrawReason;
use super::record::{ActBody, Record};
use super::records::Records;
use super::rules::amended_twice::{Amendment, kept_from_standing};
use super::rules::latest_reaction::{Ruling, Voided};
use super::rules::settlement::{Settled, Settlements};
use super::rules::{amended_facts, amended_twice};
use super::shop_fact::ShopFact;
use super::stamp::Stamp;
use super::stop::StandingFact;
use super::time::Timestamp;

/// A stop as it was added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addition<'a> {
    /// The record.
    pub(crate) id: RecordId,
    /// When, and in which row.
    pub(crate) stamp: Stamp,
    /// What it says.
    pub(crate) added: &'a StopAdded,
}

/// What a shop said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShopWord<'a> {
    /// The record.
    pub(crate) id: RecordId,
    /// Its count on the shop's device.
    pub(crate) n: u64,
    /// Who acted for the shop.
    pub(crate) member: MemberId,
    /// What it says.
    pub(crate) fact: &'a ShopFact,
}

/// The records of a set, sorted.
#[derive(Debug, Default)]
pub(crate) struct Sorted<'a> {
    pub(crate) plan_records: BTreeSet<RecordId>,
    pub(crate) added: BTreeMap<StopId, Addition<'a>>,
    pub(crate) amended: BTreeMap<StopId, BTreeMap<RecordId, &'a StopAmended>>,
    pub(crate) withdrawn: BTreeMap<StopId, (RecordId, WithdrawReason)>,
    pub(crate) voided: BTreeMap<StopId, Vec<Voided<'a>>>,
    pub(crate) rulings: BTreeMap<ParcelId, Vec<Ruling<'a>>>,
    pub(crate) plan_sequences: BTreeMap<RecordId, &'a Sequence>,
    pub(crate) archived: bool,
    pub(crate) settlements: Settlements,
    /// The amendments of each fact.
    pub(crate) amendments: BTreeMap<RecordId, Vec<Amendment>>,
    /// Every fact, standing or not.
    pub(crate) facts: Vec<StandingFact>,
    pub(crate) shop_words: Vec<ShopWord<'a>>,
    pub(crate) unread: usize,
}

impl<'a> Sorted<'a> {
    pub(crate) fn of(records: &'a Records) -> Self {
        let mut sorted = Self::default();
        for (id, entry) in records.iter() {
            if entry.record.kind().is_some_and(|kind| kind.family() == Family::Plan) {
                sorted.plan_records.insert(id);
            }
            match &entry.record {
                Record::Act { body: ActBody::Plan(plan), stamp, member } => {
                    sorted.plan(id, plan, (*member, *stamp));
                }
                Record::Act { body: ActBody::Fact(fact), stamp, .. } => {
                    sorted.fact(id, fact, *stamp, entry.received)
                }
                Record::Act { body: ActBody::ShopFact(fact), member, stamp } => {
                    sorted.shop_words.push(ShopWord { id, n: stamp.n, member: *member, fact });
                }
                Record::Reaction(Reaction::Void { stop, parcels, causes }) => {
                    let voided = Voided { id, parcels: parcels.as_deref(), causes };
                    sorted.voided.entry(*stop).or_default().push(voided);
                }
                Record::Reaction(Reaction::Ruled { parcel, holder, causes }) => {
                    sorted.rulings.entry(*parcel).or_default().push(Ruling { id, holder: *holder, causes });
                }
                Record::Unknown { .. } => sorted.unread += 1,
            }
        }
        sorted
    }

    fn plan(&mut self, id: RecordId, plan: &'a PlanRecord, (member, stamp): (MemberId, Stamp)) {
        match plan {
            PlanRecord::StopAdded(added) => {
                self.added.entry(id.stop()).or_insert(Addition { id, stamp, added });
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
            PlanRecord::Settled { records, answer, holds } => {
                let choice = Choice { answer: *answer, holds: *holds };
                let settlement = Settlement { record: id, member, choice };
                let records = records.iter().copied().collect();
                self.settlements.insert(Settled { settlement, time: stamp.time, records });
            }
            PlanRecord::Archived => self.archived = true,
            PlanRecord::Note { .. } => {}
        }
    }

    fn fact(&mut self, id: RecordId, fact: &Fact, stamp: Stamp, received: Option<Timestamp>) {
        if let Fact::Amended { amends, instead } = fact {
            let amendment = Amendment { id, n: stamp.n, instead: *instead };
            self.amendments.entry(*amends).or_default().push(amendment);
        }
        self.facts.push(StandingFact { id, stamp, received, fact: fact.clone() });
    }

    /// The records that were taken back.
    fn taken_back(&self) -> BTreeSet<RecordId> {
        let ids = |amendments: &Vec<Amendment>| amendments.iter().map(|amendment| amendment.id).collect();
        let amended_by = self.amendments.iter().map(|(fact, by)| (*fact, ids(by))).collect();
        amended_facts::taken_back(&amended_by)
    }

    /// The facts that two devices corrected differently, each with the amendments that disagree.
    pub(crate) fn amended_twice(&self) -> Vec<amended_twice::Disagreement> {
        let taken_back = self.taken_back();
        let standing = |by: &[Amendment]| -> Vec<Amendment> {
            by.iter().filter(|amendment| !taken_back.contains(&amendment.id)).copied().collect()
        };
        self.amendments
            .iter()
            .filter_map(|(fact, by)| amended_twice::disagreement(*fact, &standing(by)))
            .collect()
    }

    /// The facts that stand: not taken back, and not what a disputed correction would put in a fact's place.
    pub(crate) fn standing(&self) -> Vec<StandingFact> {
        let taken_back = self.taken_back();
        let waiting = kept_from_standing(&self.amended_twice(), &self.settlements);
        let stands = |fact: &&StandingFact| {
            // An amendment is no correction of anything, whoever says so.
            let waits = waiting.contains(&fact.id) && !matches!(fact.fact, Fact::Amended { .. });
            !taken_back.contains(&fact.id) && !waits
        };
        self.facts.iter().filter(stands).cloned().collect()
    }
}
