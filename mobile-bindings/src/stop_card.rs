//! One stop, as a list draws its line and a screen draws it whole.

use core_sync::domain::card::CardText;
use core_sync::domain::stop::Stop;
use core_sync::{travel, view};
use courier_session::session::CourierSession;

use crate::count::count;
use crate::ids::write_all;
use crate::{
    AppError, FailReason, HandedTo, ParcelId, RecordId, Remark, RoundId, StopId, StopKind, StopStatus,
    WithdrawReason,
};

/// A stop.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct StopCard {
    /// Its id.
    pub stop: StopId,
    /// Its number in the round, from 1, which never changes: what people say on the telephone.
    pub number: u32,
    /// What kind of place it is.
    pub kind: StopKind,
    /// The earliest moment, milliseconds since 1970 in UTC.
    pub window_from_ms: i64,
    /// The latest moment, milliseconds since 1970 in UTC.
    pub window_until_ms: i64,
    /// Seconds that it takes.
    pub service_seconds: u32,
    /// The parcels that change hands.
    pub parcels: Vec<ParcelId>,
    /// Who and where; absent while the card has not come, and once it is erased.
    pub card: Option<Card>,
    /// The ride from the stop before it; absent without two cards.
    pub leg: Option<Leg>,
    /// Where it stands.
    pub status: StopStatus,
    /// The act that the status comes from; it can be taken back.
    pub decided_by: Option<RecordId>,
    /// Why it failed.
    pub fail_reason: Option<FailReason>,
    /// Who took the parcels.
    pub handed_to: Option<HandedTo>,
    /// Why it left the plan.
    pub withdraw_reason: Option<WithdrawReason>,
    /// When that act was tapped, by the phone's clock, milliseconds since 1970 in UTC.
    pub tapped_ms: Option<i64>,
    /// When the server had it, milliseconds since 1970 in UTC; absent while it is only on this phone.
    pub received_ms: Option<i64>,
    /// What to know about it.
    pub remarks: Vec<Remark>,
}

/// The personal side of a stop. No `Debug`: it must not be printed.
#[derive(Clone, PartialEq, uniffi::Record)]
pub struct Card {
    /// The shop or the recipient.
    pub name: String,
    /// Street and number, postcode.
    pub address: String,
    /// Degrees north, WGS 84.
    pub latitude_degrees: f64,
    /// Degrees east, WGS 84.
    pub longitude_degrees: f64,
    /// A telephone number, as dialled.
    pub telephone: Option<String>,
    /// The code of the door.
    pub door_code: Option<String>,
    /// What to know at the door.
    pub instructions: Option<String>,
}

/// A ride, as the crow flies with a margin: to be shown, never a promise.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Leg {
    /// Metres on the street.
    pub metres: u32,
    /// Seconds of riding.
    pub seconds: u32,
}

impl StopCard {
    /// Reads one stop of a round.
    pub(crate) fn read(session: &CourierSession, round: &RoundId, stop: &StopId) -> Result<Self, AppError> {
        let (round, stop) = (round.try_into()?, stop.try_into()?);
        let card = session.stop_card(round, stop)?;
        Ok(Self::new(card, session.round(round)?.stops.get(&stop)))
    }

    /// Draws the stop; what the view leaves out (which parcels, who took them) comes from the round's state.
    pub(crate) fn new(card: view::stop_card::StopCard, stop: Option<&Stop>) -> Self {
        Self {
            stop: card.stop.into(),
            number: count(card.number),
            kind: card.kind.into(),
            window_from_ms: card.window.from_ms.0,
            window_until_ms: card.window.until_ms.0,
            service_seconds: card.service_seconds,
            parcels: stop.map(|stop| write_all(&stop.terms.parcels)).unwrap_or_default(),
            card: card.card.as_ref().map(Card::from),
            leg: card.leg.map(Leg::from),
            status: card.status.into(),
            decided_by: card.decided_by.map(RecordId::from),
            fail_reason: card.fail_reason.map(FailReason::from),
            handed_to: stop.and_then(Stop::handed_to).map(HandedTo::from),
            withdraw_reason: card.withdraw_reason.map(WithdrawReason::from),
            tapped_ms: card.tapped_ms.map(|time| time.0),
            received_ms: card.received_ms.map(|time| time.0),
            remarks: write_all(&card.remarks),
        }
    }
}

impl From<&CardText> for Card {
    fn from(text: &CardText) -> Self {
        let (latitude_degrees, longitude_degrees) = text.coordinate.reveal().degrees();
        Self {
            name: text.name.reveal().clone(),
            address: text.address.reveal().clone(),
            latitude_degrees,
            longitude_degrees,
            telephone: text.telephone.as_ref().map(|text| text.reveal().clone()),
            door_code: text.door_code.as_ref().map(|text| text.reveal().clone()),
            instructions: text.instructions.as_ref().map(|text| text.reveal().clone()),
        }
    }
}

impl From<travel::Leg> for Leg {
    fn from(leg: travel::Leg) -> Self {
        Self { metres: leg.metres, seconds: leg.seconds }
    }
}
