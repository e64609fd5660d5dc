//! `POST /v1/plans`: how the stops of drafts could be ridden.
//!
//! Nothing is kept and nothing changes by asking: a plan is accepted by the command `divide_drafts`, which a
//! coordinator may send with other rounds just as well.

use serde::{Deserialize, Serialize};

use crate::domain::coordinate::Coordinate;
use crate::domain::coordinator_command::SeenDraft;
use crate::domain::ids::{MemberId, OrderId, RoundId, StopId};
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
    /// Steps to look for a better plan, instead of seconds: the same drafts and couriers get the same plan on a slow
    /// machine and on a fast one, but for a metre that processors round apart in an estimated way. The most that
    /// `seconds` may be ends it all the same, and then the machine has a say too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// What even rounds are worth to the co-op; none = nothing, and it rides as little as it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub even: Option<Even>,
}

/// What even rounds are worth: an aim that the co-op sets, and pays for in riding.
///
/// What is made small is the sum of squares over all rounds, so that nobody is compared with anybody by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Even {
    /// Minutes of riding that it would give for an hour out that passes from one courier to another who is out two hours
    /// less; none = nothing.
    #[serde(default)]
    pub hours_worth_minutes: u32,
    /// The same for 50 kilograms that pass from one courier to another whose round has 100 less; none = nothing.
    #[serde(default)]
    pub loads_worth_minutes: u32,
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

/// A bike's speed in thousandths where nobody says another: the profile's own.
const SPEED_PER_MILLE: u32 = 1_000;

impl PlanCourier {
    /// The bike's speed, in thousandths of the usual.
    #[must_use]
    pub fn speed(&self) -> u32 {
        self.speed_per_mille.unwrap_or(SPEED_PER_MILLE)
    }
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
    /// Kilograms of all that it picks up, as parcels are taken to weigh.
    pub kilograms: u64,
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
