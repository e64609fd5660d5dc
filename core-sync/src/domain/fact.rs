//! Facts: what happened, as a courier saw it. Written at the tap, never changed afterwards.
//!
//! Causes are fields, never Automerge's dependencies: `seen` names the amendments and the withdrawal
//! that stood on the tapped card, `follows` the custody facts that a change of hands continues.

use ciborium::Value;

use super::ids::{ParcelId, PlanVersion, RecordId, StopId};
use super::kind::Kind;
use super::limits::SEEN_MAX;
use super::plan_record::{Sequence, parcels, stops};
use super::reasons::{FailReason, HandedTo};
use crate::cbor::{self, CborError, Map, array, get, require};

/// The body of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The round began, in the sequence shown.
    Started {
        /// The stops as they stood on the screen.
        stops: Vec<StopId>,
    },
    /// The courier is at the stop.
    Arrived(AtStop),
    /// The courier waits there.
    Waiting(AtStop),
    /// Parcels came into the courier's hands.
    Collected(Custody),
    /// Parcels were handed over at a drop-off.
    Delivered(Custody, HandedTo),
    /// The stop could not be served.
    Failed(AtStop, FailReason),
    /// Parcels went back to where they came from.
    Returned(Custody),
    /// The sequence that the courier rides from now on.
    Sequence(Sequence),
    /// The courier takes a fact back.
    Amended {
        /// The fact.
        amends: RecordId,
        /// The fact that stands in its place, if the courier corrected it.
        instead: Option<RecordId>,
    },
    /// A break begins (`true`) or ends.
    Paused(bool),
    /// The courier saw this version of the plan.
    SeenPlan(PlanVersion),
    /// The courier ended the round.
    Finished,
}

/// A fact at a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtStop {
    /// The stop.
    pub stop: StopId,
    /// The amendments and the withdrawal that stood on the tapped card (usually none).
    pub seen: Vec<RecordId>,
}

/// A fact that moves parcels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// Where, and what the card said.
    pub at: AtStop,
    /// The parcels that changed hands.
    pub parcels: Vec<ParcelId>,
    /// The custody facts that this one follows.
    pub follows: Vec<RecordId>,
}

impl AtStop {
    fn fields(&self) -> Map {
        let seen = (!self.seen.is_empty()).then(|| array(self.seen.iter().copied()));
        Map::new().field(1, self.stop).optional(2, seen)
    }

    fn from_cbor(body: &Value) -> Result<Self, CborError> {
        Ok(Self {
            stop: StopId::from_cbor(require(body, 1, "fact.stop")?, "fact.stop")?,
            seen: records(get(body, 2), "fact.seen")?,
        })
    }
}

impl Custody {
    fn fields(&self) -> Map {
        let follows = (!self.follows.is_empty()).then(|| array(self.follows.iter().copied()));
        self.at.fields().field(3, array(self.parcels.iter().copied())).optional(4, follows)
    }

    fn from_cbor(body: &Value) -> Result<Self, CborError> {
        Ok(Self {
            at: AtStop::from_cbor(body)?,
            parcels: parcels(require(body, 3, "fact.parcels")?, "fact.parcels")?,
            follows: records(get(body, 4), "fact.follows")?,
        })
    }
}

/// A list of record ids; absent means none.
fn records(value: Option<&Value>, place: &'static str) -> Result<Vec<RecordId>, CborError> {
    value.map_or(Ok(Vec::new()), |value| cbor::list(value, SEEN_MAX, place, RecordId::from_cbor))
}

impl Fact {
    /// The kind of the record.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Started { .. } => Kind::Started,
            Self::Arrived(_) => Kind::Arrived,
            Self::Waiting(_) => Kind::Waiting,
            Self::Collected(_) => Kind::Collected,
            Self::Delivered(..) => Kind::Delivered,
            Self::Failed(..) => Kind::Failed,
            Self::Returned(_) => Kind::Returned,
            Self::Sequence(_) => Kind::CourierSequence,
            Self::Amended { .. } => Kind::Amended,
            Self::Paused(_) => Kind::Paused,
            Self::SeenPlan(_) => Kind::SeenPlan,
            Self::Finished => Kind::Finished,
        }
    }

    /// The body as a map. Its keys are listed in `docs/sync-protocol.md`.
    #[must_use]
    pub fn to_cbor(&self) -> Value {
        match self {
            Self::Started { stops } => Map::new().field(1, array(stops.iter().copied())).build(),
            Self::Arrived(at) | Self::Waiting(at) => at.fields().build(),
            Self::Collected(custody) | Self::Returned(custody) => custody.fields().build(),
            Self::Delivered(custody, handed_to) => custody.fields().field(5, handed_to.number()).build(),
            Self::Failed(at, reason) => at.fields().field(5, reason.number()).build(),
            Self::Sequence(sequence) => sequence.to_cbor(),
            Self::Amended { amends, instead } => Map::new().field(1, *amends).optional(2, *instead).build(),
            Self::Paused(paused) => Map::new().field(1, *paused).build(),
            Self::SeenPlan(version) => Map::new().field(1, *version).build(),
            Self::Finished => Map::new().build(),
        }
    }

    pub(super) fn started(body: &Value) -> Result<Self, CborError> {
        Ok(Self::Started { stops: stops(require(body, 1, "started.stops")?, "started.stops")? })
    }

    pub(super) fn arrived(body: &Value) -> Result<Self, CborError> {
        AtStop::from_cbor(body).map(Self::Arrived)
    }

    pub(super) fn waiting(body: &Value) -> Result<Self, CborError> {
        AtStop::from_cbor(body).map(Self::Waiting)
    }

    pub(super) fn collected(body: &Value) -> Result<Self, CborError> {
        Custody::from_cbor(body).map(Self::Collected)
    }

    pub(super) fn delivered(body: &Value) -> Result<Self, CborError> {
        let handed_to = HandedTo::from_cbor(require(body, 5, "delivered.to")?, "delivered.to")?;
        Ok(Self::Delivered(Custody::from_cbor(body)?, handed_to))
    }

    pub(super) fn failed(body: &Value) -> Result<Self, CborError> {
        let reason = FailReason::from_cbor(require(body, 5, "failed.reason")?, "failed.reason")?;
        Ok(Self::Failed(AtStop::from_cbor(body)?, reason))
    }

    pub(super) fn returned(body: &Value) -> Result<Self, CborError> {
        Custody::from_cbor(body).map(Self::Returned)
    }

    pub(super) fn amended(body: &Value) -> Result<Self, CborError> {
        Ok(Self::Amended {
            amends: RecordId::from_cbor(require(body, 1, "amended.amends")?, "amended.amends")?,
            instead: get(body, 2).map(|v| RecordId::from_cbor(v, "amended.instead")).transpose()?,
        })
    }

    pub(super) fn paused(body: &Value) -> Result<Self, CborError> {
        Ok(Self::Paused(cbor::boolean(require(body, 1, "paused")?, "paused")?))
    }

    pub(super) fn seen_plan(body: &Value) -> Result<Self, CborError> {
        Ok(Self::SeenPlan(PlanVersion::from_cbor(
            require(body, 1, "seen_plan.version")?,
            "seen_plan.version",
        )?))
    }
}
