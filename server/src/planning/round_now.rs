//! A round that is ridden, as the planner sees it: where its courier is free next, what is on board, what is ahead.
//!
//! What is done is where she was last. The stop that she is at, or rides to, is hers whatever is planned. Nobody knows
//! where she is between two taps, and nobody asks her phone.

use std::collections::BTreeMap;

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::NewStop;
use core_sync::domain::ids::{PlanVersion, RecordId, RoundId, StopId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::{Stop, StopStatus};
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::travel::leg;
use core_sync::wire::plan::PlanCourier;

use super::orders::{DraftOrder, Waiting, orders};
use crate::board::read_round::ReadRound;

/// What of a round is still to be decided.
#[derive(Debug, Clone)]
pub(super) struct RoundAhead {
    pub(super) round: RoundId,
    pub(super) plan_version: PlanVersion,
    pub(super) courier: PlanCourier,
    /// The latest sequence that she said she rides.
    pub(super) courier_sequence: Option<RecordId>,
    /// The stops ahead as she was asked to ride them, where she has not answered.
    pub(super) asked: Option<Vec<StopId>>,
    /// Where she is free next, and when.
    pub(super) at: Coordinate,
    pub(super) free: Timestamp,
    /// Whether she has begun, so that she rides to her end whatever is left.
    pub(super) under_way: bool,
    /// The stop that she is at or rides to, which is hers.
    pub(super) at_stop: Option<StopId>,
    /// Stops that were ever in it: a round has no more than so many.
    pub(super) stops_ever: usize,
    /// The stops after that, as they are ridden.
    pub(super) ahead: Vec<StopId>,
    /// The orders whose drop-off is ahead. A pickup that is not ahead is done.
    pub(super) orders: Vec<DraftOrder>,
    /// Stops that stay with her where they are no order: a hub, a break, parcels that she has from elsewhere.
    pub(super) hers: Vec<Waiting>,
    /// Those of them at which she hands over what is on her bike.
    pub(super) carried: Vec<StopId>,
}

/// Why a round is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotNow {
    /// She has no round that goes on.
    NoRound,
    /// There is no way from one stop of it to the next.
    NoWay,
    /// Part of it is damaged.
    Damaged,
    /// A card of what is ahead is erased: nobody knows where that is.
    NoCard,
    /// The parcels of one pickup go to several doors.
    SeveralDropOffs,
    /// She has another round with stops left, beside the one that is looked at.
    OtherRound,
}

impl NotNow {
    /// Every reason.
    #[cfg(test)]
    pub(super) const ALL: &[Self] =
        &[Self::NoRound, Self::NoWay, Self::Damaged, Self::NoCard, Self::SeveralDropOffs, Self::OtherRound];

    /// A code of the list `not_looked_at`.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::NoRound => "no_round",
            Self::NoWay => "no_way",
            Self::Damaged => "damaged",
            Self::NoCard => "no_card",
            Self::SeveralDropOffs => "several_drop_offs",
            Self::OtherRound => "other_round",
        }
    }
}

/// Reads a round at a moment. Who is `out` rides to no stop any more, but stands where she has arrived.
pub(super) fn round_ahead(
    read: &ReadRound,
    courier: &PlanCourier,
    is_out: bool,
    now: Timestamp,
) -> Result<RoundAhead, NotNow> {
    if read.damage.is_some() {
        return Err(NotNow::Damaged);
    }
    let state = &read.state;
    // Who rides is on her way to the first stop that remains, or there.
    let next = state.remaining.first().and_then(|next| state.stops.get(next));
    let arrived = |stop: &&Stop| stop.status.is_reached();
    let next = next.filter(|next| state.is_begun() && (!is_out || arrived(next)));
    let ahead: Vec<StopId> = state.remaining.iter().skip(usize::from(next.is_some())).copied().collect();
    let (mut at, mut free) = last_place(read, courier, now);
    if let Some(next) = next {
        let there = place_of(read, next).ok_or(NotNow::NoCard)?;
        let ride = u64::from(leg(at, there).seconds) * 1_000 * 1_000 / u64::from(courier.speed().max(1));
        free = end_of(next, free.plus(Milliseconds(i64::try_from(ride).unwrap_or(i64::MAX))), now);
        at = there;
    }
    let (orders, hers) = what_is_ahead(read, state, &ahead)?;
    let carried = hers.iter().filter(|stop| stop.1.kind == StopKind::DropOff && is_on_board(state, stop));
    let carried = carried.map(|stop| stop.0).collect();
    let courier = courier.clone();
    let (round, plan_version) = (read.document.name.round, state.plan_version);
    let at_stop = next.map(|next| next.id);
    let asked = state.asked_sequence();
    let asked = asked.map(|stops| stops.into_iter().filter(|stop| ahead.contains(stop)).collect());
    let (courier_sequence, stops_ever) = (state.courier_sequence, state.stops.len());
    Ok(RoundAhead {
        round,
        plan_version,
        courier,
        courier_sequence,
        asked,
        at,
        free,
        under_way: state.is_begun(),
        at_stop,
        stops_ever,
        ahead,
        orders,
        hers,
        carried,
    })
}

/// Whether she has collected a parcel of that stop.
fn is_on_board(state: &RoundState, (_, stop): &Waiting) -> bool {
    let collected = state.stops.values().filter(|other| other.status == StopStatus::Collected);
    collected.flat_map(|other| &other.terms.parcels).any(|parcel| stop.parcels.contains(parcel))
}

/// Whether a round was ridden to its last stop before this shift: nobody said that it is over, and it does not go on.
pub(super) fn is_of_before(read: &ReadRound, courier: &PlanCourier) -> bool {
    let state = &read.state;
    let last = last_done(state).and_then(|stop| stop.decided_by.as_ref()).map(|fact| fact.stamp.time);
    let last = last.max(state.started.as_ref().map(|stamp| stamp.time));
    state.remaining.is_empty() && last.is_some_and(|last| last < courier.shift.from_ms)
}

/// The stop that was done last.
fn last_done(state: &RoundState) -> Option<&Stop> {
    let done = state.stops.values().filter(|stop| stop.decided_by.is_some() && !stop.status.remains());
    done.max_by_key(|stop| stop.decided_by.as_ref().map(|fact| (fact.stamp.time, fact.stamp.n)))
}

/// Where she was last, and when she could leave there.
fn last_place(read: &ReadRound, courier: &PlanCourier, now: Timestamp) -> (Coordinate, Timestamp) {
    let last = last_done(&read.state);
    match last.and_then(|stop| Some((place_of(read, stop)?, stop.decided_by.as_ref()?.stamp.time))) {
        // A phone's clock may be ahead: she left there by now.
        Some((place, tapped)) => (place, tapped.min(now)),
        None => {
            let started = read.state.started.as_ref().map(|stamp| stamp.time.min(now));
            (*courier.start.reveal(), started.unwrap_or_else(|| now.max(courier.shift.from_ms)))
        }
    }
}

/// When she leaves the stop that she rides to, or is at: never in the past.
fn end_of(stop: &Stop, arrives: Timestamp, now: Timestamp) -> Timestamp {
    let service = Milliseconds(i64::from(stop.terms.service_seconds) * 1_000);
    let arrived = match stop.status {
        StopStatus::Arrived | StopStatus::Waiting => {
            stop.decided_by.as_ref().map_or(now, |fact| fact.stamp.time.min(now))
        }
        StopStatus::Planned
        | StopStatus::Collected
        | StopStatus::Delivered
        | StopStatus::Failed
        | StopStatus::Returned
        | StopStatus::Withdrawn
        | StopStatus::Void => arrives,
    };
    arrived.max(stop.terms.window.from_ms).plus(service).max(now)
}

/// The orders ahead, and the stops that are none.
fn what_is_ahead(
    read: &ReadRound,
    state: &RoundState,
    ahead: &[StopId],
) -> Result<(Vec<DraftOrder>, Vec<Waiting>), NotNow> {
    let mut listed: BTreeMap<StopId, Waiting> = BTreeMap::new();
    for stop in state.stops.values() {
        let is_ahead = ahead.contains(&stop.id);
        let brought = stop.kind == StopKind::Pickup
            && (stop.status == StopStatus::Collected || (stop.status.remains() && !is_ahead));
        if !is_ahead && !brought {
            continue;
        }
        match (waiting(read, stop), is_ahead) {
            (Some(waiting), _) => drop(listed.insert(stop.id, waiting)),
            (None, true) => return Err(NotNow::NoCard),
            // Done, and nobody need ride there again.
            (None, false) => {}
        }
    }
    let listed: Vec<Waiting> = listed.into_values().collect();
    let (found, others) = orders(&listed);
    let is_ahead = |waiting: &Waiting| ahead.contains(&waiting.0);
    let mut hers = Vec::new();
    for (why, stops) in others {
        if why == super::orders::NoOrder::SeveralDropOffs && stops.iter().any(is_ahead) {
            return Err(NotNow::SeveralDropOffs);
        }
        hers.extend(stops.into_iter().filter(is_ahead));
    }
    // An order whose drop-off is the stop she rides to is done with it; one that she hands over before she has all of it,
    // because her own sequence says so, is hers to understand.
    // So is one whose parcels she takes to a hub or from one.
    let place = |waiting: &Waiting| ahead.iter().position(|stop| *stop == waiting.0);
    let (found, own): (Vec<DraftOrder>, Vec<DraftOrder>) = found.into_iter().partition(|order| {
        let last = order.pickups.iter().filter_map(place).max();
        place(&order.drop_off).is_some_and(|door| last.is_none_or(|last| last < door))
            && !hers.iter().any(|other| share_parcels(other, &order.drop_off))
    });
    let own = own.into_iter().flat_map(|order| order.pickups.into_iter().chain([order.drop_off]));
    hers.extend(own.filter(is_ahead));
    Ok((found, hers))
}

/// Whether two stops are about the same parcel.
pub(super) fn share_parcels((_, one): &Waiting, (_, other): &Waiting) -> bool {
    one.parcels.iter().any(|parcel| other.parcels.contains(parcel))
}

/// A stop with the parcels that are left to it.
fn waiting(read: &ReadRound, stop: &Stop) -> Option<Waiting> {
    let card: &CardText = read.cards.get(&stop.terms.card)?;
    let new = NewStop {
        kind: stop.kind,
        window: stop.terms.window,
        service_seconds: stop.terms.service_seconds,
        parcels: stop.parcels_left(),
        order: stop.order,
        // Where it is, and nothing else of whoever lives there.
        card: CardText {
            name: Personal::new(String::new()),
            address: Personal::new(String::new()),
            coordinate: card.coordinate.clone(),
            telephone: None,
            door_code: None,
            instructions: None,
        },
    };
    Some((stop.id, new))
}

fn place_of(read: &ReadRound, stop: &Stop) -> Option<Coordinate> {
    read.cards.get(&stop.terms.card).map(|card| *card.coordinate.reveal())
}
