//! What a coordinator can do: the typed value of a command on the board, and what is wrong with one.
//!
//! One command is one act; its id is the idempotency key. The checks here need no round; those that
//! do (unknown stop, stale plan) are the server's.

mod check;

use serde::{Deserialize, Serialize};

use self::check::{
    check_aside, check_card, check_distinct, check_divided, check_moved, check_parcels, check_replanned,
    check_service, check_window,
};
use super::card::CardText;
use super::ids::{
    ChangeHash, DeviceId, MemberId, OrderId, ParcelId, PlanVersion, RecordId, RoundId, StopId, SuggestionId,
};
use super::limits::STOPS_PER_ROUND_MAX;
use super::reasons::{Answer, StopKind, WithdrawReason};
use super::time::Window;

/// A coordinator's command. JSON: one key, the command's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CoordinatorCommand {
    /// Make a round for a courier.
    MakeRound {
        /// The holder, for ever.
        courier: MemberId,
    },
    /// Add a stop.
    AddStop(Box<NewStop>),
    /// Change what is given, leave the rest.
    AmendStop(Box<StopChange>),
    /// Take a stop out of the plan.
    WithdrawStop {
        /// The stop.
        stop: StopId,
        /// Why.
        reason: WithdrawReason,
    },
    /// Erase every version of a stop's card, once nobody needs it any more.
    EraseCard {
        /// The stop.
        stop: StopId,
    },
    /// Set the sequence of the remaining stops.
    Sequence {
        /// Every remaining stop, once. Stops done meanwhile may be among them.
        stops: Vec<StopId>,
        /// The courier's sequence that the coordinator saw, if there was one: whether this answers it or crossed
        /// another is the rules' to say, not the moment's at which it arrives.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        saw: Option<RecordId>,
    },
    /// Move stops that remain to another round; a pickup takes its parcels' part of a drop-off with it.
    MoveStops {
        /// The stops.
        stops: Vec<StopId>,
        /// The round they go to.
        to: RoundId,
        /// The plan version of that round, as it was seen.
        to_plan_version: PlanVersion,
    },
    /// Give every stop that remains to another courier, in a round made for it.
    GiveRound {
        /// Who rides on.
        to: MemberId,
        /// The new round's id.
        round: RoundId,
    },
    /// Settle an item: exactly these records disagree, and this is the answer.
    Settle {
        /// The records that disagree, as the item names them.
        records: Vec<RecordId>,
        /// The answer.
        answer: Answer,
        /// The record that it says holds, if it says so of one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holds: Option<RecordId>,
    },
    /// Make a draft: a round that nobody holds yet.
    MakeDraft {},
    /// Take a draft: it becomes its courier's round, with all its stops.
    TakeDraft {
        /// The holder, for ever.
        courier: MemberId,
    },
    /// Make rounds of stops that stand in drafts, each ridden in the sequence given. What is not named stays in its draft.
    DivideDrafts {
        /// The rounds to make.
        rounds: Vec<DividedRound>,
        /// The other drafts whose stops are named, beside the one that the command is sent to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<SeenDraft>,
    },
    /// Set how rounds are ridden from now on, in one act: an order goes with all its stops from one of them to another,
    /// and the stops of drafts come in.
    Replan {
        /// Every stop that is to remain in the round that the command is sent to, as it is to be ridden.
        stops: Vec<StopId>,
        /// The courier's sequence that was seen, as in `sequence`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        saw: Option<RecordId>,
        /// The same for the other rounds that change.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<ReplannedRound>,
        /// The drafts whose stops are named.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        drafts: Vec<SeenDraft>,
    },
    /// Do what a suggestion says, if its rounds and drafts still stand as it saw them.
    AcceptSuggestion {
        /// Which.
        suggestion: SuggestionId,
    },
    /// Say no to a suggestion: an exchange is not made again for a day, while its rounds stand so.
    RefuseSuggestion {
        /// Which.
        suggestion: SuggestionId,
    },
    /// Let acts that stand aside into the round, with their ids and bytes.
    Release {
        /// The device that sent them.
        device: DeviceId,
        /// The change they came in.
        change: ChangeHash,
        /// Which of them; none = all that are open.
        records: Vec<RecordId>,
    },
    /// Leave acts that stand aside out of the round.
    Reject {
        /// The device that sent them.
        device: DeviceId,
        /// The change they came in.
        change: ChangeHash,
        /// Which of them; none = all that are open.
        records: Vec<RecordId>,
    },
}

/// A round to make of stops that stand in drafts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DividedRound {
    /// The new round's id.
    pub round: RoundId,
    /// The holder, for ever.
    pub courier: MemberId,
    /// The stops, as they are to be ridden.
    pub stops: Vec<StopId>,
}

/// Another round that is replanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplannedRound {
    /// The round.
    pub round: RoundId,
    /// The plan version of it, as it was seen.
    pub plan_version: PlanVersion,
    /// Every stop that is to remain in it, as it is to be ridden.
    pub stops: Vec<StopId>,
    /// The courier's sequence that was seen, as in `sequence`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saw: Option<RecordId>,
}

/// A draft and the version that was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenDraft {
    /// The draft.
    pub draft: RoundId,
    /// Its version as it was seen.
    pub plan_version: PlanVersion,
}

/// A stop to add. Its id is the act's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewStop {
    /// What kind of place it is.
    pub kind: StopKind,
    /// When it may be served.
    pub window: Window,
    /// Seconds that it takes.
    pub service_seconds: u32,
    /// The parcels taken or handed over.
    pub parcels: Vec<ParcelId>,
    /// The order it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Who and where.
    pub card: CardText,
}

/// A change of a stop; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopChange {
    /// The stop.
    pub stop: StopId,
    /// When it may be served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Seconds that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_seconds: Option<u32>,
    /// The parcels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcels: Option<Vec<ParcelId>>,
    /// Who and where: the whole card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardText>,
}

/// A field of a command that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {expected}")]
pub struct FieldError {
    /// The field, as in the JSON.
    pub field: String,
    /// What would be right, as a sentence.
    pub expected: String,
}

impl FieldError {
    /// A field and what would be right.
    pub fn new(field: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { field: field.into(), expected: expected.into() }
    }
}

impl CoordinatorCommand {
    /// Checks everything that needs no round.
    pub fn check(&self) -> Result<(), FieldError> {
        match self {
            Self::MakeRound { .. }
            | Self::WithdrawStop { .. }
            | Self::GiveRound { .. }
            | Self::MakeDraft {}
            | Self::Settle { .. }
            | Self::TakeDraft { .. }
            | Self::AcceptSuggestion { .. }
            | Self::RefuseSuggestion { .. }
            | Self::EraseCard { .. } => Ok(()),
            Self::AddStop(stop) => {
                check_window("command.add_stop.window", stop.window)?;
                check_service("command.add_stop.service_seconds", stop.service_seconds)?;
                check_parcels("command.add_stop.parcels", &stop.parcels, stop.kind)?;
                check_card("command.add_stop.card", &stop.card)
            }
            Self::AmendStop(change) => {
                let StopChange { stop: _, window, service_seconds, parcels, card } = change.as_ref();
                if window.is_none() && service_seconds.is_none() && parcels.is_none() && card.is_none() {
                    return Err(FieldError::new(
                        "command.amend_stop",
                        "give at least one of window, service_seconds, parcels, card",
                    ));
                }
                window.map_or(Ok(()), |window| check_window("command.amend_stop.window", window))?;
                service_seconds.map_or(Ok(()), |s| check_service("command.amend_stop.service_seconds", s))?;
                if let Some(parcels) = parcels {
                    check_distinct("command.amend_stop.parcels", parcels)?;
                }
                card.as_ref().map_or(Ok(()), |card| check_card("command.amend_stop.card", card))
            }
            Self::Sequence { stops, .. } if stops.len() > STOPS_PER_ROUND_MAX => {
                Err(FieldError::new("command.sequence.stops", format!("at most {STOPS_PER_ROUND_MAX} stops")))
            }
            Self::Sequence { .. } => Ok(()),
            Self::MoveStops { stops, .. } => check_moved(stops),
            Self::DivideDrafts { rounds, also } => check_divided(rounds, also),
            Self::Replan { stops, saw: _, also, drafts } => check_replanned(stops, also, drafts),
            Self::Release { records, .. } => check_aside("command.release.records", records),
            Self::Reject { records, .. } => check_aside("command.reject.records", records),
        }
    }
}
