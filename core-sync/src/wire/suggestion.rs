//! `POST /v1/suggestions`: what couriers who ride could spare each other. Asking changes nothing.

use serde::{Deserialize, Serialize};

use super::plan::{LeftOutStops, PlanCourier, TravelSaid};
use crate::domain::ids::{MemberId, PlanVersion, RoundId, StopId};
use crate::domain::time::Timestamp;

/// Whose rounds are looked at, and what a suggestion must be worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuggestRequest {
    /// Whose rounds are looked at, and their bikes. `start` and `shift.from_ms` count for who has not started.
    pub couriers: Vec<PlanCourier>,
    /// Seconds of riding that a suggestion must save; none = the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gain_seconds: Option<u32>,
    /// And for each order that another courier would bring; none = the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gain_seconds_per_order: Option<u32>,
    /// Seconds that a stop may be later than it stands, within its window; none = not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub later_seconds: Option<u32>,
    /// One of them who is out: what is left of her round is offered to the others as one suggestion, whatever it gains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<MemberId>,
}

/// What could be better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestAnswer {
    /// The most saved first; no round is in two.
    pub suggestions: Vec<Suggestion>,
    /// Of who is out: the stops ahead of orders with goods on her bike. Somebody has to meet her.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_board: Vec<StopId>,
    /// Of who is out: the stop where she is, and stops that are no order of anybody: a hub, a break, parcels from elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<StopId>,
    /// Of who is out: orders that nobody has room for, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutStops>,
    /// Couriers whose rounds were not looked at, and why: a code of the list `not_looked_at`.
    pub not_looked_at: Vec<NotLookedAt>,
    /// Whether there was time for every pair of rounds.
    pub all_looked_at: bool,
    /// Where the times of the ways come from.
    pub travel: TravelSaid,
}

/// A change of two rounds, or of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The rounds that change.
    pub rounds: Vec<SuggestedRound>,
    /// Orders that another courier would bring.
    pub moved: Vec<MovedOrder>,
    /// Seconds of riding that it saves.
    pub gain_seconds: u64,
    /// The stop that would be later most, and by how many seconds.
    pub later: Option<LaterStop>,
}

/// A round as it stands, and as it would be ridden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestedRound {
    /// The round.
    pub round: RoundId,
    /// The version of its plan.
    pub plan_version: PlanVersion,
    /// Who rides it.
    pub courier: MemberId,
    /// The stops after the one that she is at or rides to, as they would be ridden. Stops that come from the other round
    /// are named as they are there.
    pub stops: Vec<StopId>,
    /// Seconds of riding ahead as it stands.
    pub ridden_seconds_before: u64,
    /// The same as it would be.
    pub ridden_seconds: u64,
    /// When it is over as it stands.
    pub returns_ms_before: Timestamp,
    /// The same as it would be.
    pub returns_ms: Timestamp,
}

/// An order that would pass to another courier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedOrder {
    /// Its stops.
    pub stops: Vec<StopId>,
    /// The round it is in.
    pub from: RoundId,
    /// The round it would be in.
    pub to: RoundId,
}

/// A stop that would be later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterStop {
    /// The stop.
    pub stop: StopId,
    /// By how much.
    pub seconds: u32,
}

/// A courier whose round was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotLookedAt {
    /// Who.
    pub courier: MemberId,
    /// Why.
    pub reason: String,
}
