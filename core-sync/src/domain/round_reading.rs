//! One round as the rules over several rounds read it: its state, and who claims which parcel.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Custody, Fact};
use super::ids::{MemberId, ParcelId, RecordId, RoundId, StopId};
use super::reasons::StopKind;
use super::records::Records;
use super::round_state::RoundState;
use super::rules::parcels_in_hand::{InHand, in_hand};
use super::sorted::Sorted;
use super::stop::{StandingFact, StopStatus};

/// What a claim says of its parcels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// They came into the courier's hands.
    Collected,
    /// They were handed over.
    Delivered,
    /// They went back.
    Returned,
}

/// A standing fact that moved parcels.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) id: RecordId,
    pub(crate) round: RoundId,
    /// Who holds the round, and so tapped it.
    pub(crate) member: MemberId,
    pub(crate) n: u64,
    pub(crate) stop: StopId,
    /// Whether parcels change bikes there.
    pub(crate) at_hub: bool,
    pub(crate) deed: Deed,
    pub(crate) parcels: BTreeSet<ParcelId>,
    pub(crate) follows: Vec<RecordId>,
}

/// A round, read.
#[derive(Debug)]
pub(crate) struct RoundReading<'a> {
    pub(crate) round: RoundId,
    pub(crate) holder: MemberId,
    pub(crate) sorted: Sorted<'a>,
    pub(crate) state: RoundState,
    pub(crate) standing: Vec<StandingFact>,
    pub(crate) in_hand: InHand,
    pub(crate) claims: Vec<Claim>,
}

impl<'a> RoundReading<'a> {
    pub(crate) fn of(round: RoundId, holder: MemberId, records: &'a Records) -> Self {
        let sorted = Sorted::of(records);
        let state = RoundState::of_sorted(&sorted);
        let standing = sorted.standing();
        let claim = |standing: &StandingFact| {
            let (deed, custody) = custody(&standing.fact)?;
            let hub = sorted.added.get(&custody.at.stop).is_some_and(|stop| stop.added.kind == StopKind::Hub);
            Some(Claim {
                id: standing.id,
                round,
                member: holder,
                n: standing.stamp.n,
                stop: custody.at.stop,
                at_hub: hub,
                deed,
                parcels: custody.parcels.iter().copied().collect(),
                follows: custody.follows.clone(),
            })
        };
        let claims = standing.iter().filter_map(claim).collect();
        Self { round, holder, state, in_hand: in_hand(&standing), claims, standing, sorted }
    }

    /// The standing claims on a parcel.
    pub(crate) fn claims_on(&self, parcel: ParcelId) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(move |claim| claim.parcels.contains(&parcel))
    }

    /// Whether a stop that has not left the plan names this parcel, or somebody here claims it.
    pub(crate) fn carries(&self, parcel: ParcelId) -> bool {
        let mut stops = self.state.stops.values();
        stops.any(|stop| stop.withdrawal.is_none() && stop.terms.parcels.contains(&parcel))
            || self.claims_on(parcel).next().is_some()
    }

    /// Whether a drop-off that nobody withdrew and nobody has done names this parcel. Void does not count: it is
    /// derived from what this is asked for.
    pub(crate) fn has_drop_off_ahead(&self, parcel: ParcelId) -> bool {
        let mut stops = self.state.stops.values();
        stops.any(|stop| {
            stop.kind == StopKind::DropOff
                && stop.withdrawal.is_none()
                && (stop.status.remains() || stop.status == StopStatus::Void)
                && stop.terms.parcels.contains(&parcel)
        })
    }

    /// The parcels that a stop's terms name or ever named.
    pub(crate) fn ever_named(&self, stop: StopId) -> BTreeSet<ParcelId> {
        let added = self.sorted.added.get(&stop).map(|stop| &stop.added.terms);
        let amended = self.sorted.amended.get(&stop).into_iter().flatten().map(|(_, stop)| &stop.terms);
        added.into_iter().chain(amended).flat_map(|terms| terms.parcels.iter().copied()).collect()
    }

    /// The plan records of a stop that say what it is for and whether it is in the plan.
    pub(crate) fn planned_at(&self, stop: StopId) -> impl Iterator<Item = RecordId> {
        let added = self.sorted.added.get(&stop).map(|added| added.id);
        let amended = self.sorted.amended.get(&stop).into_iter().flatten().map(|(id, _)| *id);
        let withdrawn = self.sorted.withdrawn.get(&stop).map(|(id, _)| *id);
        added.into_iter().chain(amended).chain(withdrawn)
    }

    /// Every record that ever had a say about these parcels here, taken back or not, and the plan of every stop that
    /// ever named one: it only grows, so that what is derived later names it all.
    pub(crate) fn said_about(&self, parcels: &BTreeSet<ParcelId>) -> BTreeSet<RecordId> {
        let named = |ids: &[ParcelId]| ids.iter().any(|parcel| parcels.contains(parcel));
        let mut pickups: BTreeMap<StopId, bool> = BTreeMap::new();
        let mut said: BTreeSet<RecordId> = BTreeSet::new();
        for StandingFact { id, fact, .. } in &self.sorted.facts {
            let speaks = match (custody(fact), fact) {
                (Some((_, custody)), _) => named(&custody.parcels),
                // Nothing was ready: the courier's word against the shop's.
                (None, Fact::Failed(at, _)) => *pickups.entry(at.stop).or_insert_with(|| {
                    let pickup = |kind| kind == StopKind::Pickup;
                    self.sorted.added.get(&at.stop).is_some_and(|stop| pickup(stop.added.kind))
                        && self.ever_named(at.stop).iter().any(|parcel| parcels.contains(parcel))
                }),
                (None, _) => false,
            };
            if speaks {
                said.insert(*id);
            }
        }
        let words = self.sorted.shop_words.iter().filter(|word| named(&word.fact.parcels));
        said.extend(words.map(|word| word.id));
        let mut to_follow: Vec<RecordId> = said.iter().copied().collect();
        while let Some(record) = to_follow.pop() {
            for amendment in self.sorted.amendments.get(&record).into_iter().flatten() {
                if said.insert(amendment.id) {
                    to_follow.push(amendment.id);
                }
            }
        }
        for stop in self.sorted.added.keys().filter(|stop| !self.ever_named(**stop).is_disjoint(parcels)) {
            said.extend(self.planned_at(*stop));
        }
        said
    }
}

/// What a fact says of parcels.
fn custody(fact: &Fact) -> Option<(Deed, &Custody)> {
    match fact {
        Fact::Collected(custody) => Some((Deed::Collected, custody)),
        Fact::Delivered(custody, _) => Some((Deed::Delivered, custody)),
        Fact::Returned(custody) => Some((Deed::Returned, custody)),
        Fact::Started { .. }
        | Fact::Arrived(_)
        | Fact::Waiting(_)
        | Fact::Failed(..)
        | Fact::Sequence(_)
        | Fact::Amended { .. }
        | Fact::Paused(_)
        | Fact::SeenPlan(_)
        | Fact::Finished => None,
    }
}
