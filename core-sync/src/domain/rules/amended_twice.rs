//! Two devices corrected one fact differently: both are read, the writer's own holds until a person settles it.
//!
//! A fact that was amended does not stand, whichever correction holds; what is open is which fact stands in its
//! place. Several corrections by one device are one mind: its later tap counts.

use std::collections::{BTreeMap, BTreeSet};

use super::settlement::{ItemDraft, Settlements, evidence};
use super::strongest_fact::stop_and_status;
use crate::domain::ids::{DeviceId, RecordId};
use crate::domain::item::{Choice, Item, ItemKind, Settlement};
use crate::domain::reasons::Answer;
use crate::domain::round_reading::RoundReading;

/// An amendment of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amendment {
    /// The device's count of taps.
    pub n: u64,
    /// The record.
    pub id: RecordId,
    /// The fact that stands in the amended one's place.
    pub instead: Option<RecordId>,
}

/// A fact that was corrected differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The fact.
    pub fact: RecordId,
    /// The latest amendment of each device, ascending by record.
    pub amendments: Vec<Amendment>,
    /// Facts that no device of these wants any more in its place.
    earlier: BTreeSet<RecordId>,
}

/// Whether these amendments of a fact, which all stand, disagree.
#[must_use]
pub fn disagreement(fact: RecordId, standing: &[Amendment]) -> Option<Disagreement> {
    let mut latest: BTreeMap<DeviceId, Amendment> = BTreeMap::new();
    for amendment in standing {
        let known = latest.entry(amendment.id.device()).or_insert(*amendment);
        *known = (*known).max(*amendment);
    }
    let wanted: BTreeSet<Option<RecordId>> = latest.values().map(|amendment| amendment.instead).collect();
    let earlier: BTreeSet<RecordId> = standing
        .iter()
        .filter_map(|amendment| amendment.instead)
        .filter(|instead| !wanted.contains(&Some(*instead)))
        .collect();
    if wanted.len() < 2 && earlier.is_empty() {
        return None;
    }
    let mut amendments: Vec<Amendment> = latest.into_values().collect();
    amendments.sort_unstable_by_key(|amendment| amendment.id);
    Some(Disagreement { fact, amendments, earlier })
}

impl Disagreement {
    /// Whether a person has to settle it: one device that changed its mind has settled it itself.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let wanted: BTreeSet<_> = self.amendments.iter().map(|amendment| amendment.instead).collect();
        wanted.len() > 1
    }

    /// The records that disagree.
    #[must_use]
    pub fn evidence(&self) -> BTreeSet<RecordId> {
        evidence([], self.amendments.iter().map(|amendment| amendment.id))
    }

    /// What a person can answer.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        let holds = |id| Choice { answer: Answer::Holds, holds: Some(id) };
        self.evidence().into_iter().map(holds).collect()
    }

    /// How it was settled.
    #[must_use]
    pub fn settlement(&self, settlements: &Settlements) -> Option<Settlement> {
        settlements.of(&self.evidence(), &self.choices())
    }

    /// The amendment that holds: the one settled on, else the writer's own, else the later tap.
    fn holds(&self, settlements: &Settlements) -> Option<Amendment> {
        let settled = self.settlement(settlements).and_then(|settlement| settlement.choice.holds);
        let by_settlement = self.amendments.iter().find(|amendment| Some(amendment.id) == settled);
        let own = self.amendments.iter().find(|amendment| amendment.id.device() == self.fact.device());
        by_settlement.or(own).or_else(|| self.amendments.iter().max()).copied()
    }
}

/// The facts that these disagreements keep from standing: the correction that brings them does not hold.
#[must_use]
pub fn kept_from_standing(disagreements: &[Disagreement], settlements: &Settlements) -> BTreeSet<RecordId> {
    let (mut kept, mut held) = (BTreeSet::new(), BTreeSet::new());
    for disagreement in disagreements {
        held.extend(disagreement.holds(settlements).and_then(|amendment| amendment.instead));
        kept.extend(disagreement.amendments.iter().filter_map(|amendment| amendment.instead));
        kept.extend(&disagreement.earlier);
    }
    kept.retain(|fact| !held.contains(fact));
    kept
}

/// The items of a round: one for each fact that several devices corrected differently.
pub(crate) fn items(reading: &RoundReading<'_>, settlements: &Settlements) -> Vec<Item> {
    let item = |disagreement: Disagreement| {
        let about: BTreeSet<RecordId> = disagreement
            .amendments
            .iter()
            .filter_map(|amendment| amendment.instead)
            .chain([disagreement.fact])
            .collect();
        let facts = || reading.sorted.facts.iter().filter(|standing| about.contains(&standing.id));
        let stop = facts().find(|standing| standing.id == disagreement.fact).or_else(|| facts().next());
        ItemDraft {
            kind: ItemKind::AmendedTwice,
            round: reading.round,
            rounds: BTreeSet::new(),
            stop: stop.and_then(|standing| stop_and_status(&standing.fact)).map(|(stop, _)| stop),
            parcels: BTreeSet::new(),
            evidence: disagreement.evidence().into_iter().map(|record| (record, reading.round)).collect(),
            choices: disagreement.choices(),
        }
        .item(settlements)
    };
    reading.sorted.amended_twice().into_iter().filter(Disagreement::is_open).map(item).collect()
}
