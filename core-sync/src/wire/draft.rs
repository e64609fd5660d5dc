//! `GET /v1/drafts`, and what a command on a draft answers: rounds that nobody holds yet.

use serde::{Deserialize, Serialize};

use crate::domain::card::CardText;
use crate::domain::ids::{OrderId, ParcelId, PlanVersion, RoundId, StopId};
use crate::domain::reasons::StopKind;
use crate::domain::time::{Timestamp, Window};

/// The drafts of a co-op.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafts {
    /// Those that nobody took, the oldest first.
    pub drafts: Vec<DraftView>,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// Its id, and that of the round it becomes.
    pub id: RoundId,
    /// The version to name in the next command.
    pub plan_version: PlanVersion,
    /// When it was made.
    pub made_ms: Timestamp,
    /// Its stops, as they were added.
    pub stops: Vec<DraftStopView>,
}

/// A stop of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftStopView {
    /// Its id, in the round too.
    pub id: StopId,
    /// Its number in the draft, which never changes.
    pub number: usize,
    /// What kind of place it is.
    pub kind: StopKind,
    /// When it may be served.
    pub window: Window,
    /// Seconds that it takes.
    pub service_seconds: u32,
    /// Its parcels.
    pub parcels: Vec<ParcelId>,
    /// The order it serves.
    pub order: Option<OrderId>,
    /// Who and where; absent for a courier, who learns it by taking the draft.
    pub card: Option<CardText>,
}
