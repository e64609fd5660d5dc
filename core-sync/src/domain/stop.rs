//! A stop as a set of records makes it: its terms now, its status, and what to know about it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::ids::{OrderId, ParcelId, RecordId, StopId};
use super::plan_record::StopTerms;
use super::reasons::{FailReason, HandedTo, StopKind, WithdrawReason};
use super::remark::Remark;
use super::stamp::Stamp;
use super::time::Timestamp;

/// Where a stop stands. Computed, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopStatus {
    /// To be done.
    Planned,
    /// The courier is there.
    Arrived,
    /// The courier waits there.
    Waiting,
    /// The parcels are on the bike.
    Collected,
    /// The parcels are handed over.
    Delivered,
    /// The courier could not serve it.
    Failed,
    /// The parcels went back.
    Returned,
    /// It left the plan.
    Withdrawn,
    /// Another round took it over.
    Void,
}

impl StopStatus {
    /// Every status.
    pub const ALL: &[Self] = &[
        Self::Planned,
        Self::Arrived,
        Self::Waiting,
        Self::Collected,
        Self::Delivered,
        Self::Failed,
        Self::Returned,
        Self::Withdrawn,
        Self::Void,
    ];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Arrived => "arrived",
            Self::Waiting => "waiting",
            Self::Collected => "collected",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Void => "void",
        }
    }

    /// Whether the courier still has to ride there.
    #[must_use]
    pub const fn remains(self) -> bool {
        match self {
            Self::Planned | Self::Arrived | Self::Waiting => true,
            Self::Collected
            | Self::Delivered
            | Self::Failed
            | Self::Returned
            | Self::Withdrawn
            | Self::Void => false,
        }
    }

    /// Whether its courier is there, and has not done it yet.
    #[must_use]
    pub const fn is_reached(self) -> bool {
        matches!(self, Self::Arrived | Self::Waiting)
    }
}

/// A fact that stands at a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingFact {
    /// Its record.
    pub id: RecordId,
    /// When it was tapped.
    pub stamp: Stamp,
    /// When the server had it.
    pub received: Option<Timestamp>,
    /// What it says.
    pub fact: Fact,
}

/// A stop of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Its id.
    pub id: StopId,
    /// Its number in the round, from 1: the sequence in which stops were added. It never changes, so that
    /// people on the telephone mean the same stop.
    pub number: usize,
    /// What kind of place it is.
    pub kind: StopKind,
    /// Its terms as they stand now.
    pub terms: StopTerms,
    /// The order it serves.
    pub order: Option<OrderId>,
    /// The amendment that its terms come from.
    pub amendment: Option<RecordId>,
    /// The amendment that brought its card, if it is another than at first.
    pub card_amendment: Option<RecordId>,
    /// Every amendment of it, ascending.
    pub amendments: BTreeSet<RecordId>,
    /// Its withdrawal, the record and the reason.
    pub withdrawal: Option<(RecordId, WithdrawReason)>,
    /// Parcels that it is void for: another round has them, or had.
    pub void_parcels: BTreeSet<ParcelId>,
    /// Where it stands.
    pub status: StopStatus,
    /// The fact that its status comes from.
    pub decided_by: Option<StandingFact>,
    /// What to know about it.
    pub remarks: BTreeSet<Remark>,
}

impl Stop {
    /// The records of this stop that a card shows now, for `seen` of the next fact.
    #[must_use]
    pub fn shown_records(&self) -> Vec<RecordId> {
        // What stands comes first, so that a stop amended again and again never crowds it out.
        let standing = self.withdrawal.map(|(id, _)| id).into_iter().chain(self.amendment);
        let mut shown: Vec<RecordId> = standing.collect();
        let earlier: Vec<RecordId> =
            self.amendments.iter().copied().filter(|id| !shown.contains(id)).collect();
        shown.extend(earlier);
        shown.truncate(super::limits::SEEN_MAX);
        shown.sort_unstable();
        shown
    }

    /// The parcels that are left to this stop: those of its terms that it is not void for.
    #[must_use]
    pub fn parcels_left(&self) -> Vec<ParcelId> {
        self.terms.parcels.iter().copied().filter(|parcel| !self.void_parcels.contains(parcel)).collect()
    }

    /// Why it failed, if it did.
    #[must_use]
    pub fn fail_reason(&self) -> Option<FailReason> {
        match self.decided_by.as_ref().map(|standing| &standing.fact) {
            Some(Fact::Failed(_, reason)) => Some(*reason),
            _ => None,
        }
    }

    /// Who took the parcels, if somebody did.
    #[must_use]
    pub fn handed_to(&self) -> Option<HandedTo> {
        match self.decided_by.as_ref().map(|standing| &standing.fact) {
            Some(Fact::Delivered(_, handed_to)) => Some(*handed_to),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limits::SEEN_MAX;
    use crate::domain::plan_record::{PlanRecord, StopAmended};
    use crate::domain::record::ActBody;
    use crate::domain::records::Records;
    use crate::domain::round_state::RoundState;
    use crate::testing::{act, added, plan_id, stop_id, terms};

    /// A stop amended this often, each amendment on the one before, then withdrawn. Ids shrink, so that the
    /// latest amendment is the smallest of all.
    fn amended(times: u8) -> Stop {
        let mut records = Records::new();
        let mut insert = |n: u8, record| records.insert(plan_id(n), &act(ActBody::Plan(record), 0), None);
        insert(1, PlanRecord::StopAdded(added(StopKind::DropOff, &[5])));
        for n in 0..times {
            let base = n.checked_sub(1).map(|before| plan_id(200 - before));
            let amended = StopAmended { stop: stop_id(1), base, terms: terms(&[5]) };
            insert(200 - n, PlanRecord::StopAmended(amended));
        }
        let reason = WithdrawReason::Cancelled;
        insert(250, PlanRecord::StopWithdrawn { stop: stop_id(1), reason });
        RoundState::of(&records).stops.remove(&stop_id(1)).unwrap()
    }

    #[test]
    fn a_card_shows_every_amendment_and_the_withdrawal() {
        let shown: BTreeSet<_> = amended(3).shown_records().into_iter().collect();
        assert_eq!(shown, [plan_id(200), plan_id(199), plan_id(198), plan_id(250)].into());
    }

    #[test]
    fn a_card_amended_more_often_than_a_fact_can_name_still_shows_what_the_rules_ask_for() {
        let stop = amended(100);
        assert_eq!(stop.amendment, Some(plan_id(101)));
        let shown = stop.shown_records();
        assert_eq!(shown.len(), SEEN_MAX);
        assert!(shown.contains(&plan_id(250)) && shown.contains(&plan_id(101)), "{shown:?}");
    }
}
