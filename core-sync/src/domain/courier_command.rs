//! What a courier can do: the typed value of a tap, and the fact it becomes.
//!
//! A tap is refused only when it names nothing (no such stop, a sequence of other stops): what
//! happened is never refused, and no program blocks a courier.

use super::fact::{AtStop, Custody, Fact};
use super::ids::{ParcelId, RecordId, StopId};
use super::plan_record::Sequence;
use super::reasons::{FailReason, HandedTo, StopKind};
use super::round_state::RoundState;
use super::stop::Stop;

/// A courier's command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CourierCommand {
    /// Begin the round.
    Start,
    /// Be at a stop.
    Arrive(StopId),
    /// Wait at a stop.
    Wait(StopId),
    /// Take parcels at a pickup; `None` means all that the card names.
    Collect(StopId, Option<Vec<ParcelId>>),
    /// Hand parcels over at a drop-off; `None` means all that the card names.
    Deliver(StopId, Option<Vec<ParcelId>>, HandedTo),
    /// Give a stop up.
    Fail(StopId, FailReason),
    /// Bring parcels back.
    Return(StopId, Vec<ParcelId>),
    /// Ride the remaining stops in this sequence.
    Reorder(Vec<StopId>),
    /// Take a fact back.
    TakeBack(RecordId),
    /// Begin (`true`) or end a break.
    Pause(bool),
    /// Say that the plan as it stands was seen.
    SeePlan,
    /// End the round.
    Finish,
}

/// Why a tap made nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleViolation {
    /// The round has no such stop.
    #[error("the round has no such stop")]
    NoSuchStop,
    /// Parcels are taken at pickups and hubs, handed over at drop-offs and hubs.
    #[error("that cannot be done at a stop of this kind")]
    WrongKindOfStop,
    /// A sequence must name every remaining stop once.
    #[error("a sequence names every remaining stop exactly once")]
    NotTheRemainingStops,
}

impl RuleViolation {
    /// Every violation.
    pub const ALL: &[Self] = &[Self::NoSuchStop, Self::WrongKindOfStop, Self::NotTheRemainingStops];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSuchStop => "no_such_stop",
            Self::WrongKindOfStop => "wrong_kind_of_stop",
            Self::NotTheRemainingStops => "not_the_remaining_stops",
        }
    }
}

/// The fact that a command becomes in a round as the courier sees it now.
pub fn fact(command: &CourierCommand, round: &RoundState) -> Result<Fact, RuleViolation> {
    match command {
        CourierCommand::Start => Ok(Fact::Started { stops: round.remaining.clone() }),
        CourierCommand::Arrive(stop) => find(round, *stop).map(at).map(Fact::Arrived),
        CourierCommand::Wait(stop) => find(round, *stop).map(at).map(Fact::Waiting),
        CourierCommand::Collect(stop, parcels) => {
            let stop = of_kind(find(round, *stop)?, &[StopKind::Pickup, StopKind::Hub])?;
            Ok(Fact::Collected(custody(stop, parcels.as_deref())))
        }
        CourierCommand::Deliver(stop, parcels, handed_to) => {
            let stop = of_kind(find(round, *stop)?, &[StopKind::DropOff, StopKind::Hub])?;
            let mut custody = custody(stop, parcels.as_deref());
            custody.follows = collected(round, &custody.parcels);
            Ok(Fact::Delivered(custody, *handed_to))
        }
        CourierCommand::Fail(stop, reason) => Ok(Fact::Failed(at(find(round, *stop)?), *reason)),
        CourierCommand::Return(stop, parcels) => {
            let mut custody = custody(find(round, *stop)?, Some(parcels));
            custody.follows = collected(round, parcels);
            Ok(Fact::Returned(custody))
        }
        CourierCommand::Reorder(stops) => {
            let (mut wanted, mut remaining) = (stops.clone(), round.remaining.clone());
            wanted.sort_unstable();
            remaining.sort_unstable();
            if wanted != remaining {
                return Err(RuleViolation::NotTheRemainingStops);
            }
            Ok(Fact::Sequence(Sequence {
                base: round.courier_sequence,
                saw: round.plan_sequence,
                stops: stops.clone(),
            }))
        }
        CourierCommand::TakeBack(fact) => Ok(Fact::Amended { amends: *fact }),
        CourierCommand::Pause(paused) => Ok(Fact::Paused(*paused)),
        CourierCommand::SeePlan => Ok(Fact::SeenPlan(round.plan_version)),
        CourierCommand::Finish => Ok(Fact::Finished),
    }
}

fn find(round: &RoundState, stop: StopId) -> Result<&Stop, RuleViolation> {
    round.stops.get(&stop).ok_or(RuleViolation::NoSuchStop)
}

fn of_kind<'a>(stop: &'a Stop, kinds: &[StopKind]) -> Result<&'a Stop, RuleViolation> {
    if kinds.contains(&stop.kind) { Ok(stop) } else { Err(RuleViolation::WrongKindOfStop) }
}

fn at(stop: &Stop) -> AtStop {
    AtStop { stop: stop.id, seen: stop.shown_records() }
}

fn custody(stop: &Stop, parcels: Option<&[ParcelId]>) -> Custody {
    let parcels = parcels.unwrap_or(&stop.terms.parcels).to_vec();
    Custody { at: at(stop), parcels, follows: Vec::new() }
}

/// The standing facts by which these parcels came into the courier's hands.
fn collected(round: &RoundState, parcels: &[ParcelId]) -> Vec<RecordId> {
    round
        .stops
        .values()
        .filter_map(|stop| stop.decided_by.as_ref())
        .filter(|standing| match &standing.fact {
            Fact::Collected(custody) => custody.parcels.iter().any(|parcel| parcels.contains(parcel)),
            _ => false,
        })
        .map(|standing| standing.id)
        .take(super::limits::SEEN_MAX)
        .collect()
}
