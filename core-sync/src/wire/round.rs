//! `GET /v1/rounds/{id}`, and what every command answers: one round as a coordinator sees it.

use serde::{Deserialize, Serialize};

use crate::domain::card::CardText;
use crate::domain::ids::{CardHash, MemberId, OrderId, ParcelId, PlanVersion, RecordId, RoundId, StopId};
use crate::domain::personal::Personal;
use crate::domain::reasons::{FailReason, HandedTo, StopKind, WithdrawReason};
use crate::domain::remark::Remark;
use crate::domain::stop::StopStatus;
use crate::domain::time::{Timestamp, Window};

/// A round on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundView {
    /// Its id.
    pub id: RoundId,
    /// Who holds it.
    pub courier: MemberId,
    /// Their name.
    pub courier_name: Personal<String>,
    /// The version to name in the next command.
    pub plan_version: PlanVersion,
    /// Whether the courier saw this version of the plan.
    pub plan_seen: bool,
    /// When the courier last said that the plan, in whatever version, was seen; by the phone's clock.
    pub plan_seen_ms: Option<Timestamp>,
    /// The latest sequence that the courier said she rides, to name in a `sequence`; absent before the start.
    pub courier_sequence: Option<RecordId>,
    /// When the courier says the round began.
    pub started_ms: Option<Timestamp>,
    /// Whether the courier ended it.
    pub finished: bool,
    /// When one of the courier's devices was last heard.
    pub last_heard_ms: Option<Timestamp>,
    /// Acts of the courier since the cursor asked for; all of them without one.
    pub acts_since: u64,
    /// Remarks on the round.
    pub remarks: Vec<Remark>,
    /// Every stop: the done ones, then the remaining in the sequence ridden, then what left the plan.
    pub stops: Vec<StopView>,
}

/// A stop on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopView {
    /// Its id.
    pub id: StopId,
    /// Its number in the round, which never changes.
    pub number: usize,
    /// What kind of place it is.
    pub kind: StopKind,
    /// When it may be served.
    pub window: Window,
    /// Seconds that it takes.
    pub service_seconds: u32,
    /// Its parcels.
    pub parcels: Vec<ParcelId>,
    /// Those of them that it is void for: another courier has them, or had.
    pub void_parcels: Vec<ParcelId>,
    /// The order it serves.
    pub order: Option<OrderId>,
    /// The version of its card.
    pub card_version: CardHash,
    /// Its card; absent once erased.
    pub card: Option<CardText>,
    /// Where it stands.
    pub status: StopStatus,
    /// Why it failed.
    pub fail_reason: Option<FailReason>,
    /// Who took the parcels.
    pub handed_to: Option<HandedTo>,
    /// Why it was withdrawn.
    pub withdraw_reason: Option<WithdrawReason>,
    /// The act that its status comes from.
    pub decided_by: Option<RecordId>,
    /// When that was tapped, by the phone's clock.
    pub tapped_ms: Option<Timestamp>,
    /// When the server had it.
    pub received_ms: Option<Timestamp>,
    /// What to know about it.
    pub remarks: Vec<Remark>,
}
