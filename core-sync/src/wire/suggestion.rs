//! Suggestions: what couriers who ride could spare each other, or where new orders fit, for a person to decide.
//!
//! `POST /v1/suggestions` looks for them and keeps what it finds, with what was asked; no round changes by asking.
//! `GET /v1/suggestions` lists them. The commands `accept_suggestion` and `refuse_suggestion` decide one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::plan::{LeftOutStops, PlanCourier, TravelSaid};
use crate::domain::coordinator_command::SeenDraft;
use crate::domain::ids::{MemberId, OrderId, PlanVersion, RecordId, RoundId, StopId, SuggestionId};
use crate::domain::time::{Timestamp, Window};

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
    /// Drafts whose orders are to be placed into these rounds, as one suggestion, whatever it adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<RoundId>,
    /// True: the server looks again every five minutes while a shift lasts, in the place of what this co-op had it look
    /// for. False: it stops. None: that stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_looking: Option<bool>,
}

/// What could be better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestAnswer {
    /// The most saved first; no round is in two. Those that a person refused while everything stood so are not among
    /// them.
    pub suggestions: Vec<Suggestion>,
    /// Of who is out: the stops ahead of orders with goods on her bike. Somebody has to meet her.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_board: Vec<StopId>,
    /// Of who is out: the stop where she is, and stops that are no order of anybody: a hub, a break, parcels from elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<StopId>,
    /// Of who is out, or of the drafts: orders that nobody has room for, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutStops>,
    /// Couriers whose rounds were not looked at, and why: a code of the list `not_looked_at`.
    pub not_looked_at: Vec<NotLookedAt>,
    /// Exchanges that are not among them because somebody refused them, with the plans as they are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refused_before: usize,
    /// Whether there was time for every pair of rounds and every order.
    pub all_looked_at: bool,
    /// Where the times of the ways come from.
    pub travel: TravelSaid,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// How a few rounds could be ridden from now on, with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What accepting or refusing it names.
    pub id: SuggestionId,
    /// What it says.
    #[serde(flatten)]
    pub replan: SuggestedReplan,
}

/// How a few rounds could be ridden from now on, in one act or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestedReplan {
    /// The rounds that change.
    pub rounds: Vec<SuggestedRound>,
    /// The round of who is out, whose orders pass to the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<OutRound>,
    /// Orders that another courier would bring.
    pub moved: Vec<MovedOrder>,
    /// Orders of drafts that a courier would bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placed: Vec<PlacedOrder>,
    /// The drafts as they were seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<SeenDraft>,
    /// Seconds of riding that it saves; none where that is not asked.
    pub gain_seconds: u64,
    /// The stop that would be later most, and by how many seconds.
    pub later: Option<LaterStop>,
}

impl SuggestedReplan {
    /// The rounds and drafts that it is about.
    #[must_use]
    pub fn about(&self) -> BTreeSet<RoundId> {
        let rounds = self.rounds.iter().map(|round| round.round);
        rounds
            .chain(self.out.map(|out| out.round))
            .chain(self.drafts.iter().map(|draft| draft.draft))
            .collect()
    }

    /// Whether it is one that nobody needs: no new orders, and nobody who is out.
    #[must_use]
    pub fn is_exchange(&self) -> bool {
        self.placed.is_empty() && self.out.is_none()
    }

    /// How its rounds would be ridden.
    pub fn stops(&self) -> impl Iterator<Item = (RoundId, &[StopId])> {
        self.rounds.iter().map(|round| (round.round, round.stops.as_slice()))
    }
}

/// The round of somebody who is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutRound {
    /// The round.
    pub round: RoundId,
    /// The version of its plan.
    pub plan_version: PlanVersion,
    /// Whose it is.
    pub courier: MemberId,
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
    /// The sequence of hers that was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier_sequence: Option<RecordId>,
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

/// An order of a draft that a courier would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedOrder {
    /// Its stops.
    pub stops: Vec<StopId>,
    /// The order, if its drop-off names one.
    pub order: Option<OrderId>,
    /// The draft it waits in.
    pub draft: RoundId,
    /// The round it would be in.
    pub to: RoundId,
    /// When its drop-off would begin.
    pub begins_ms: Timestamp,
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

/// `GET /v1/suggestions`: those that wait for somebody, then those that were decided or are over, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSuggestions {
    /// Them.
    pub suggestions: Vec<KeptSuggestion>,
}

/// A suggestion with what was asked when it was found, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSuggestion {
    /// What it says.
    pub suggestion: Suggestion,
    /// What was asked.
    pub asked: AskedThen,
    /// When it was found.
    pub found_ms: Timestamp,
    /// Who asked.
    pub asked_by: MemberId,
    /// What became of it.
    pub became: Became,
}

/// What was asked when a suggestion was found, but for where couriers begin and end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedThen {
    /// Whose rounds were looked at.
    pub couriers: Vec<AskedCourier>,
    /// Seconds of riding that it had to save.
    pub gain_seconds: u32,
    /// And for each order that another courier would bring.
    pub gain_seconds_per_order: u32,
    /// Seconds that a stop might be later than it stood; none = as late as the windows allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub later_seconds: Option<u32>,
    /// Who was out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<MemberId>,
    /// Where the times of the ways came from.
    pub travel: TravelSaid,
}

/// A courier as a suggestion took her to ride.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedCourier {
    /// Who.
    pub courier: MemberId,
    /// When she may leave first and is back last.
    pub shift: Window,
    /// Litres that the bike carries.
    pub litres: u32,
    /// Kilograms that it carries.
    pub kilograms: u32,
    /// Its speed in thousandths of the usual.
    pub speed_per_mille: u32,
}

/// What became of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Became {
    /// It waits for somebody to decide.
    Open,
    /// Another took its place, a quarter of an hour is over, or what it was about has changed.
    Over,
    /// It was done.
    Accepted {
        /// By whom.
        by: MemberId,
        /// When.
        at_ms: Timestamp,
    },
    /// Somebody said no.
    Refused {
        /// Who.
        by: MemberId,
        /// When.
        at_ms: Timestamp,
    },
}

impl Became {
    /// The stable code, as in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Over => "over",
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
        }
    }

    /// What a code means, with who decided when if it says that somebody did.
    #[must_use]
    pub fn from_code(code: &str, decided: Option<(MemberId, Timestamp)>) -> Option<Self> {
        match (code, decided) {
            ("open", None) => Some(Self::Open),
            ("over", None) => Some(Self::Over),
            ("accepted", Some((by, at_ms))) => Some(Self::Accepted { by, at_ms }),
            ("refused", Some((by, at_ms))) => Some(Self::Refused { by, at_ms }),
            _ => None,
        }
    }

    /// Who decided it, and when.
    #[must_use]
    pub const fn decided(self) -> Option<(MemberId, Timestamp)> {
        match self {
            Self::Open | Self::Over => None,
            Self::Accepted { by, at_ms } | Self::Refused { by, at_ms } => Some((by, at_ms)),
        }
    }
}
