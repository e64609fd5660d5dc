//! A stop as a set of records makes it: its terms now, its status, and what to know about it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::ids::{OrderId, RecordId, StopId};
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
    /// Every amendment of it, ascending.
    pub amendments: BTreeSet<RecordId>,
    /// Its withdrawal, the record and the reason.
    pub withdrawal: Option<(RecordId, WithdrawReason)>,
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
        self.amendments
            .iter()
            .copied()
            .chain(self.withdrawal.map(|(id, _)| id))
            .take(super::limits::SEEN_MAX)
            .collect()
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
