//! A round as a coordinator sees it.

use std::collections::BTreeMap;

use crate::domain::card::CardText;
use crate::domain::ids::{CardHash, MemberId, RoundId, StopId};
use crate::domain::personal::Personal;
use crate::domain::remark::Remark;
use crate::domain::round_state::RoundState;
use crate::domain::stop::Stop;
use crate::domain::time::Timestamp;
use crate::wire::round::{RoundView, StopView};

/// What the board knows of a round beside its records.
#[derive(Debug)]
pub struct BoardRound<'a> {
    /// Its id.
    pub id: RoundId,
    /// Who holds it.
    pub courier: MemberId,
    /// Their name.
    pub courier_name: Personal<String>,
    /// When one of their devices was last heard.
    pub last_heard: Option<Timestamp>,
    /// Their acts since whatever cursor was asked for.
    pub acts_since: u64,
    /// Whether part of what is stored of it is damaged.
    pub damaged: bool,
    /// The round.
    pub state: &'a RoundState,
    /// The cards that are not erased.
    pub cards: &'a BTreeMap<CardHash, CardText>,
}

/// Draws the round.
#[must_use]
pub fn round_view(round: BoardRound<'_>) -> RoundView {
    let BoardRound { id, courier, courier_name, last_heard, acts_since, damaged, state, cards } = round;
    let damaged = damaged.then_some(Remark::Damaged);
    RoundView {
        id,
        courier,
        courier_name,
        plan_version: state.plan_version,
        plan_seen: state.seen_plan == Some(state.plan_version),
        courier_sequence: state.courier_sequence,
        plan_seen_ms: state.seen_plan_at,
        started_ms: state.started.map(|stamp| stamp.time),
        finished: state.finished,
        last_heard_ms: last_heard,
        acts_since,
        remarks: state.remarks.iter().copied().chain(damaged).collect(),
        stops: in_drawn_sequence(state).into_iter().map(|stop| stop_view(stop, cards)).collect(),
    }
}

/// Done stops as they were tapped, then the remaining as they will be ridden, then those that left the plan.
#[must_use]
pub fn in_drawn_sequence(state: &RoundState) -> Vec<&Stop> {
    let find = |id: &StopId| state.stops.get(id);
    let mut done: Vec<&Stop> =
        state.stops.values().filter(|stop| !stop.status.remains() && !has_left(stop)).collect();
    done.sort_by_key(|stop| (stop.decided_by.as_ref().map(|fact| (fact.stamp.n, fact.id)), stop.number));
    let mut left: Vec<&Stop> = state.stops.values().filter(|stop| has_left(stop)).collect();
    left.sort_by_key(|stop| stop.number);
    done.into_iter().chain(state.remaining.iter().filter_map(find)).chain(left).collect()
}

fn has_left(stop: &Stop) -> bool {
    use crate::domain::stop::StopStatus as S;
    match stop.status {
        S::Withdrawn | S::Void => true,
        S::Planned | S::Arrived | S::Waiting | S::Collected | S::Delivered | S::Failed | S::Returned => false,
    }
}

fn stop_view(stop: &Stop, cards: &BTreeMap<CardHash, CardText>) -> StopView {
    StopView {
        id: stop.id,
        number: stop.number,
        kind: stop.kind,
        window: stop.terms.window,
        service_seconds: stop.terms.service_seconds,
        parcels: stop.terms.parcels.clone(),
        void_parcels: stop.void_parcels.iter().copied().collect(),
        order: stop.order,
        card_version: stop.terms.card,
        card: cards.get(&stop.terms.card).cloned(),
        status: stop.status,
        fail_reason: stop.fail_reason(),
        handed_to: stop.handed_to(),
        withdraw_reason: stop.withdrawal.map(|(_, reason)| reason),
        decided_by: stop.decided_by.as_ref().map(|fact| fact.id),
        tapped_ms: stop.decided_by.as_ref().map(|fact| fact.stamp.time),
        received_ms: stop.decided_by.as_ref().and_then(|fact| fact.received),
        remarks: stop.remarks.iter().copied().collect(),
    }
}
