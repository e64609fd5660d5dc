//! One stop as the courier holding the round sees it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::card::CardText;
use crate::domain::ids::{CardHash, RecordId, StopId};
use crate::domain::reasons::{FailReason, StopKind, WithdrawReason};
use crate::domain::remark::Remark;
use crate::domain::stop::{Stop, StopStatus};
use crate::domain::time::{Timestamp, Window};
use crate::travel::Leg;

/// The card of a stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StopCard {
    /// Its id.
    pub stop: StopId,
    /// Its number in the round, which never changes.
    pub number: usize,
    /// What kind of place it is.
    pub kind: StopKind,
    /// When it may be served.
    pub window: Window,
    /// Seconds that it takes.
    pub service_seconds: u32,
    /// How many parcels change hands there: those of its terms that it is not void for.
    pub parcels: usize,
    /// Who and where; absent while the card has not come or once it is erased.
    pub card: Option<CardText>,
    /// The ride from the stop before it, as the crow flies with a margin; absent without two cards.
    pub leg: Option<Leg>,
    /// Where it stands.
    pub status: StopStatus,
    /// The fact that the status comes from; it can be taken back.
    pub decided_by: Option<RecordId>,
    /// Why it failed.
    pub fail_reason: Option<FailReason>,
    /// Why it left the plan.
    pub withdraw_reason: Option<WithdrawReason>,
    /// When that was tapped.
    pub tapped_ms: Option<Timestamp>,
    /// When the server had it; absent while it is only on this phone.
    pub received_ms: Option<Timestamp>,
    /// What to know about it.
    pub remarks: Vec<Remark>,
}

/// The cards that a phone holds, by version.
pub type Cards = BTreeMap<CardHash, CardText>;

/// Draws a stop; `before` is the one ridden before it.
#[must_use]
pub fn stop_card(stop: &Stop, before: Option<&Stop>, cards: &Cards) -> StopCard {
    let card = cards.get(&stop.terms.card);
    let leg = before.and_then(|before| {
        let from = cards.get(&before.terms.card)?.coordinate.reveal();
        Some(crate::travel::leg(*from, *card?.coordinate.reveal()))
    });
    StopCard {
        stop: stop.id,
        number: stop.number,
        kind: stop.kind,
        window: stop.terms.window,
        service_seconds: stop.terms.service_seconds,
        parcels: stop.parcels_left().len(),
        card: card.cloned(),
        leg,
        status: stop.status,
        decided_by: stop.decided_by.as_ref().map(|fact| fact.id),
        fail_reason: stop.fail_reason(),
        withdraw_reason: stop.withdrawal.map(|(_, reason)| reason),
        tapped_ms: stop.decided_by.as_ref().map(|fact| fact.stamp.time),
        received_ms: stop.decided_by.as_ref().and_then(|fact| fact.received),
        remarks: stop.remarks.iter().copied().collect(),
    }
}
