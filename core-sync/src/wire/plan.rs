//! `POST /v1/plans`: how the stops of drafts could be ridden.
//!
//! Nothing is kept and nothing changes by asking: a plan is accepted by the command `divide_drafts`, which a
//! coordinator may send with other rounds just as well.

use serde::{Deserialize, Serialize};

use crate::domain::coordinate::Coordinate;
use crate::domain::coordinator_command::SeenDraft;
use crate::domain::ids::{MemberId, OrderId, PlanVersion, RoundId, StopId};
use crate::domain::personal::Personal;
use crate::domain::time::{Timestamp, Window};

/// What is to be planned, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRequest {
    /// The drafts whose stops wait.
    pub drafts: Vec<RoundId>,
    /// Who may ride, each one round at most.
    pub couriers: Vec<PlanCourier>,
    /// Seconds to look for a better plan; none = the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

/// A courier with her bike for one shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanCourier {
    /// Who rides.
    pub courier: MemberId,
    /// When she may leave first and is back last.
    pub shift: Window,
    /// Where she begins.
    pub start: Personal<Coordinate>,
    /// Where she comes back to; none if her round ends at its last stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Personal<Coordinate>>,
    /// Litres that the bike carries.
    pub litres: u32,
    /// Kilograms that it carries.
    pub kilograms: u32,
    /// Its speed in thousandths of the usual; none = 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_per_mille: Option<u32>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAnswer {
    /// The drafts as they were planned.
    pub drafts: Vec<SeenDraft>,
    /// The rounds, in the sequence of the couriers; who is not needed has none.
    pub rounds: Vec<PlannedRound>,
    /// What no round has, and why.
    pub left_out: Vec<LeftOutStops>,
    /// Where the times of the ways come from.
    pub travel: TravelSaid,
}

/// Where the times of ways come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TravelSaid {
    /// `formula`, `file`, `valhalla` or `osrm`.
    pub source: String,
    /// What the formula gave where another source was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fell_back: Option<FellBackSaid>,
}

/// Ways that the formula gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FellBackSaid {
    /// Why, a code of the list `travel`.
    pub why: String,
    /// How many, from a place to another.
    pub ways: usize,
    /// Of how many.
    pub of: usize,
}

/// A round as it could be ridden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRound {
    /// Who rides it.
    pub courier: MemberId,
    /// When she leaves.
    pub leaves_ms: Timestamp,
    /// When she is back, or done at her last stop.
    pub returns_ms: Timestamp,
    /// Seconds of riding.
    pub ridden_seconds: u64,
    /// Metres of riding.
    pub metres: u64,
    /// The break that the law asks for, if the round is long enough for one.
    pub pause: Option<Window>,
    /// Its stops as they are ridden.
    pub stops: Vec<PlannedStop>,
}

/// A stop of such a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStop {
    /// The stop.
    pub stop: StopId,
    /// When she is there.
    pub arrives_ms: Timestamp,
    /// When the window lets her begin.
    pub begins_ms: Timestamp,
    /// When she leaves.
    pub leaves_ms: Timestamp,
}

/// Stops that no round has: an order as a whole, or what is no order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutStops {
    /// The order, if its drop-off names one.
    pub order: Option<OrderId>,
    /// Its stops.
    pub stops: Vec<StopId>,
    /// Litres of all its parcels, as they are taken to be.
    pub litres: u64,
    /// Kilograms of all its parcels, as they are taken to be.
    pub kilograms: u64,
    /// The window of its drop-off, if it has one.
    pub window: Option<Window>,
    /// Why, a code of the list `left_out`.
    pub reason: String,
    /// What alone would make room for it, each tried.
    pub would_fit: Vec<WouldFitView>,
}

/// One thing that would make room for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum WouldFitView {
    /// Another time at the door: the nearest there is.
    AnotherTime {
        /// Who would bring it.
        courier: MemberId,
        /// When.
        begins_ms: Timestamp,
    },
    /// A longer shift, by as little as can be.
    LongerShift {
        /// Whose.
        courier: MemberId,
        /// Until when.
        returns_ms: Timestamp,
    },
    /// One more bike.
    OneMoreBike {
        /// Like the one of this courier.
        like: MemberId,
    },
    /// A larger box.
    LargerBox {
        /// On whose bike.
        courier: MemberId,
        /// Litres that it lacks.
        litres: u64,
        /// Kilograms that it lacks.
        kilograms: u64,
    },
}

/// `POST /v1/suggestions`: what couriers who ride now could spare each other. Asking changes nothing.
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
