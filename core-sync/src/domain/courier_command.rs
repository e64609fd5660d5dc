//! What a courier can do: the typed value of a tap, and the fact it becomes.
//!
//! A tap is refused only when it names nothing (no such stop, a sequence of other stops): what
//! happened is never refused, and no program blocks a courier.

use super::fact::{AtStop, Custody, Fact};
use super::ids::{ParcelId, RecordId, StopId};
use super::limits::PARCELS_PER_STOP_MAX;
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
    /// Put another fact, which is saved already, in a fact's place.
    Correct {
        /// The fact that was wrong.
        fact: RecordId,
        /// The fact that is right.
        instead: RecordId,
    },
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
    /// Until the round is started, the sequence is the plan's.
    #[error("the round is not started")]
    NotStarted,
    /// More parcels than a stop can have: no record could hold them.
    #[error("more parcels than a stop can have")]
    TooManyParcels,
}

impl RuleViolation {
    /// Every violation.
    pub const ALL: &[Self] = &[
        Self::NoSuchStop,
        Self::WrongKindOfStop,
        Self::NotTheRemainingStops,
        Self::NotStarted,
        Self::TooManyParcels,
    ];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSuchStop => "no_such_stop",
            Self::WrongKindOfStop => "wrong_kind_of_stop",
            Self::NotTheRemainingStops => "not_the_remaining_stops",
            Self::NotStarted => "not_started",
            Self::TooManyParcels => "too_many_parcels",
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
            Ok(Fact::Collected(custody(stop, parcels.as_deref())?))
        }
        CourierCommand::Deliver(stop, parcels, handed_to) => {
            let stop = of_kind(find(round, *stop)?, &[StopKind::DropOff, StopKind::Hub])?;
            let mut custody = custody(stop, parcels.as_deref())?;
            custody.follows = collected(round, &custody.parcels);
            Ok(Fact::Delivered(custody, *handed_to))
        }
        CourierCommand::Fail(stop, reason) => Ok(Fact::Failed(at(find(round, *stop)?), *reason)),
        CourierCommand::Return(stop, parcels) => {
            let mut custody = custody(find(round, *stop)?, Some(parcels))?;
            custody.follows = collected(round, parcels);
            Ok(Fact::Returned(custody))
        }
        CourierCommand::Reorder(_) if round.started.is_none() => Err(RuleViolation::NotStarted),
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
        CourierCommand::TakeBack(fact) => Ok(Fact::Amended { amends: *fact, instead: None }),
        CourierCommand::Correct { fact, instead } => {
            Ok(Fact::Amended { amends: *fact, instead: Some(*instead) })
        }
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

fn custody(stop: &Stop, parcels: Option<&[ParcelId]>) -> Result<Custody, RuleViolation> {
    let left = stop.parcels_left();
    // Of a stop that is void for everything, what its card names.
    let named = if left.is_empty() { stop.terms.parcels.clone() } else { left };
    let parcels = parcels.map_or(named, <[ParcelId]>::to_vec);
    if parcels.len() > PARCELS_PER_STOP_MAX {
        return Err(RuleViolation::TooManyParcels);
    }
    Ok(Custody { at: at(stop), parcels, follows: Vec::new() })
}

/// The standing facts by which these parcels came into the courier's hands.
fn collected(round: &RoundState, parcels: &[ParcelId]) -> Vec<RecordId> {
    round
        .stops
        .values()
        .filter_map(|stop| stop.decided_by.as_ref())
        .filter(|standing| match &standing.fact {
            Fact::Collected(custody) => custody.parcels.iter().any(|parcel| parcels.contains(parcel)),
            Fact::Started { .. }
            | Fact::Arrived(_)
            | Fact::Waiting(_)
            | Fact::Delivered(..)
            | Fact::Failed(..)
            | Fact::Returned(_)
            | Fact::Sequence(_)
            | Fact::Amended { .. }
            | Fact::Paused(_)
            | Fact::SeenPlan(_)
            | Fact::Finished => false,
        })
        .map(|standing| standing.id)
        .take(super::limits::SEEN_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::record::{ActBody, Record};
    use crate::testing::record_sets::record_set;
    use crate::testing::taps::{facts, planned_round, taps};
    use crate::testing::{act, fact_id, parcel, plan_id, records, stop_id};

    /// Stop 1 is a pickup, 4 to 8 are drop-offs.
    fn round() -> RoundState {
        RoundState::of(&records(&planned_round()))
    }

    #[test]
    fn a_tap_is_refused_only_when_it_names_nothing_that_is_there() {
        use CourierCommand as C;
        let (nowhere, pickup, drop_off) = (stop_id(99), stop_id(1), stop_id(4));
        let mut short = round().remaining;
        short.pop();
        let twice = [short.clone(), short[..1].to_vec()].concat();
        for (command, violation) in [
            (C::Arrive(nowhere), RuleViolation::NoSuchStop),
            (C::Wait(nowhere), RuleViolation::NoSuchStop),
            (C::Fail(nowhere, FailReason::Nobody), RuleViolation::NoSuchStop),
            (C::Collect(nowhere, None), RuleViolation::NoSuchStop),
            (C::Deliver(nowhere, None, HandedTo::Recipient), RuleViolation::NoSuchStop),
            (C::Return(nowhere, Vec::new()), RuleViolation::NoSuchStop),
            (C::Collect(drop_off, None), RuleViolation::WrongKindOfStop),
            (C::Deliver(pickup, None, HandedTo::Recipient), RuleViolation::WrongKindOfStop),
            (
                C::Collect(pickup, Some(vec![parcel(1); PARCELS_PER_STOP_MAX + 1])),
                RuleViolation::TooManyParcels,
            ),
            (C::Reorder(short), RuleViolation::NotTheRemainingStops),
            (C::Reorder(twice), RuleViolation::NotTheRemainingStops),
        ] {
            assert_eq!(fact(&command, &started()), Err(violation), "{command:?}");
        }
        assert_eq!(fact(&C::Reorder(round().remaining), &round()), Err(RuleViolation::NotStarted));
    }

    fn started() -> RoundState {
        let mut all = records(&planned_round());
        let started = fact(&CourierCommand::Start, &round()).unwrap();
        all.insert(fact_id(1), &act(ActBody::Fact(started), 1), None);
        RoundState::of(&all)
    }

    #[test]
    fn a_delivery_follows_the_facts_that_brought_its_parcels_and_names_what_the_card_says() {
        let mut all = records(&planned_round());
        let collected = fact(&CourierCommand::Collect(stop_id(1), None), &round()).unwrap();
        all.insert(fact_id(1), &act(ActBody::Fact(collected), 1), None);
        let state = RoundState::of(&all);
        let deliver = |parcels| CourierCommand::Deliver(stop_id(4), parcels, HandedTo::Neighbour);
        let Ok(Fact::Delivered(custody, HandedTo::Neighbour)) = fact(&deliver(None), &state) else {
            panic!("not delivered")
        };
        assert_eq!((custody.parcels, custody.follows), (vec![parcel(4)], vec![fact_id(1)]));
        // Of other parcels than any that were collected: said as it is.
        let Ok(Fact::Delivered(custody, _)) = fact(&deliver(Some(vec![parcel(8)])), &state) else {
            panic!("not delivered")
        };
        assert_eq!((custody.parcels, custody.follows), (vec![parcel(8)], vec![]));
    }

    #[test]
    fn a_new_sequence_stands_on_the_latest_and_answers_the_plan_s() {
        let mut all = records(&planned_round());
        let started = fact(&CourierCommand::Start, &round()).unwrap();
        all.insert(fact_id(1), &act(ActBody::Fact(started), 1), None);
        let wanted = Sequence { base: None, saw: Some(fact_id(1)), stops: vec![stop_id(8)] };
        let asked = crate::domain::plan_record::PlanRecord::Sequence(wanted);
        all.insert(plan_id(40), &act(ActBody::Plan(asked), 0), None);
        let state = RoundState::of(&all);
        let mut stops = state.remaining.clone();
        stops.reverse();
        let Ok(Fact::Sequence(said)) = fact(&CourierCommand::Reorder(stops.clone()), &state) else {
            panic!("no sequence")
        };
        assert_eq!(said, Sequence { base: Some(fact_id(1)), saw: Some(plan_id(40)), stops });
    }

    proptest! {
        #[test]
        fn whatever_is_tapped_can_be_read_back_and_is_never_unread(taps in taps(40)) {
            let written = facts(&planned_round(), &taps);
            for record in &written {
                let read = Record::from_bytes(&record.bytes);
                prop_assert!(matches!(read, Ok(Record::Act { body: ActBody::Fact(_), .. })), "{:?}", read);
            }
            let mut all = records(&planned_round());
            written.iter().for_each(|record| all.insert(record.id, &record.bytes, None));
            let state = RoundState::of(&all);
            prop_assert_eq!((state.unread, state.facts, state.facts_elsewhere), (0, written.len(), 0));
        }

        #[test]
        fn riding_the_remaining_stops_in_any_sequence_shows_that_sequence(
            written in record_set(), seed in any::<prop::sample::Index>(),
        ) {
            let mut all = records(&written);
            let state = RoundState::of(&all);
            let mut stops = state.remaining.clone();
            if !stops.is_empty() {
                stops.rotate_left(seed.index(state.remaining.len()));
            }
            let said = fact(&CourierCommand::Reorder(stops.clone()), &state);
            if state.started.is_none() {
                prop_assert_eq!(said, Err(RuleViolation::NotStarted));
                return Ok(());
            }
            let said = said.unwrap();
            all.insert(fact_id(200), &act(ActBody::Fact(said), 99), None);
            // A later sequence stands on the latest; only one that takes it back or rides in a circle is shown instead.
            let after = RoundState::of(&all);
            if after.courier_sequence == Some(fact_id(200)) {
                prop_assert_eq!(after.remaining, stops);
            }
        }
    }
}
