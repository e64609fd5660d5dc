//! Plan records: what is wanted. Written once by the server for a coordinator, never overwritten.

use ciborium::Value;

use super::hash::Hash;
use super::ids::{CardHash, OrderId, ParcelId, RecordId, RoundId, StopId};
use super::limits::{PARCELS_PER_STOP_MAX, SEEN_MAX, STOPS_PER_ROUND_MAX};
use super::reasons::{Answer, StopKind, WithdrawReason};
use super::time::{Timestamp, Window};
use crate::cbor::{self, CborError, Map, array, get, require};

/// The body of a plan record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanRecord {
    /// A stop enters the round; its id is the random part of this record's id.
    StopAdded(StopAdded),
    /// The whole of what can change at a stop, as it shall be from now on.
    StopAmended(StopAmended),
    /// A stop leaves the plan, once and for ever.
    StopWithdrawn {
        /// The stop.
        stop: StopId,
        /// Why.
        reason: WithdrawReason,
    },
    /// The sequence that the coordinator wants.
    Sequence(Sequence),
    /// A note, kept outside the document.
    Note {
        /// The stop it is about, if any.
        stop: Option<StopId>,
        /// The hash of the salted text.
        text: Hash,
    },
    /// A disagreement was closed by a person.
    Settled {
        /// The records that disagreed, ascending.
        records: Vec<RecordId>,
        /// The answer chosen.
        answer: Answer,
        /// The record that holds, if the answer is that one does.
        holds: Option<RecordId>,
    },
    /// No plan record shall follow.
    Archived,
}

/// What a coordinator may change at a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopTerms {
    /// When it may be served.
    pub window: Window,
    /// Seconds that it takes.
    pub service_seconds: u32,
    /// The parcels taken or handed over there.
    pub parcels: Vec<ParcelId>,
    /// The card that says who and where.
    pub card: CardHash,
}

/// A stop as it entered the round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopAdded {
    /// What kind of place it is.
    pub kind: StopKind,
    /// Its terms at first.
    pub terms: StopTerms,
    /// The order it serves, if any.
    pub order: Option<OrderId>,
    /// The placement it was moved from, if any.
    pub from: Option<(RoundId, StopId)>,
}

/// New terms of a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopAmended {
    /// The stop.
    pub stop: StopId,
    /// The amendment it replaces; `None` for the first.
    pub base: Option<RecordId>,
    /// The terms from now on.
    pub terms: StopTerms,
}

/// A list of stops, in one of the two registers (the plan's, the courier's).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// The sequence of the same register that it replaces.
    pub base: Option<RecordId>,
    /// The latest of the other register that its author saw.
    pub saw: Option<RecordId>,
    /// The stops, in the order they shall be ridden.
    pub stops: Vec<StopId>,
}

impl Sequence {
    /// The body as a map.
    #[must_use]
    pub fn to_cbor(&self) -> Value {
        Map::new()
            .optional(1, self.base)
            .optional(2, self.saw)
            .field(3, array(self.stops.iter().copied()))
            .build()
    }

    /// Reads the body.
    pub fn from_cbor(body: &Value) -> Result<Self, CborError> {
        Ok(Self {
            base: get(body, 1).map(|v| RecordId::from_cbor(v, "sequence.base")).transpose()?,
            saw: get(body, 2).map(|v| RecordId::from_cbor(v, "sequence.saw")).transpose()?,
            stops: stops(require(body, 3, "sequence.stops")?, "sequence.stops")?,
        })
    }
}

/// Reads a list of stops.
pub(super) fn stops(value: &Value, place: &'static str) -> Result<Vec<StopId>, CborError> {
    cbor::list(value, STOPS_PER_ROUND_MAX, place, StopId::from_cbor)
}

/// Reads a list of parcels.
pub(super) fn parcels(value: &Value, place: &'static str) -> Result<Vec<ParcelId>, CborError> {
    cbor::list(value, PARCELS_PER_STOP_MAX, place, ParcelId::from_cbor)
}

impl StopTerms {
    fn fields(&self, map: Map) -> Map {
        let window = [self.window.from_ms.0, self.window.until_ms.0];
        map.field(2, array(window))
            .field(3, self.service_seconds)
            .field(4, array(self.parcels.iter().copied()))
            .field(6, self.card)
    }

    fn from_cbor(body: &Value) -> Result<Self, CborError> {
        let mut window = cbor::Items::exactly(require(body, 2, "stop.window")?, 2, "stop.window")?;
        let service = cbor::unsigned(require(body, 3, "stop.service")?, "stop.service")?;
        Ok(Self {
            window: Window {
                from_ms: Timestamp(cbor::signed(window.next_value("stop.window.from")?, "stop.window.from")?),
                until_ms: Timestamp(cbor::signed(
                    window.next_value("stop.window.until")?,
                    "stop.window.until",
                )?),
            },
            service_seconds: u32::try_from(service).map_err(|_| CborError::Shape {
                place: "stop.service",
                expected: "seconds that fit 32 bits",
            })?,
            parcels: parcels(require(body, 4, "stop.parcels")?, "stop.parcels")?,
            card: CardHash::from_cbor(require(body, 6, "stop.card")?, "stop.card")?,
        })
    }
}

impl PlanRecord {
    /// The body as a map. Its keys are listed in `docs/sync-protocol.md`.
    #[must_use]
    pub fn to_cbor(&self) -> Value {
        match self {
            Self::StopAdded(added) => {
                let from = added.from.map(|(round, stop)| Value::Array(vec![round.into(), stop.into()]));
                let fields = added.terms.fields(Map::new().field(1, added.kind.number()));
                fields.optional(7, added.order).optional(8, from).build()
            }
            Self::StopAmended(amended) => {
                let fields = amended.terms.fields(Map::new().field(1, amended.stop));
                fields.optional(7, amended.base).build()
            }
            Self::StopWithdrawn { stop, reason } => {
                Map::new().field(1, *stop).field(2, reason.number()).build()
            }
            Self::Sequence(sequence) => sequence.to_cbor(),
            Self::Note { stop, text } => {
                Map::new().optional(1, *stop).field(2, Value::Bytes(text.0.to_vec())).build()
            }
            Self::Settled { records, answer, holds } => Map::new()
                .field(1, array(records.iter().copied()))
                .field(2, answer.number())
                .optional(3, *holds)
                .build(),
            Self::Archived => Map::new().build(),
        }
    }

    pub(super) fn stop_added(body: &Value) -> Result<Self, CborError> {
        let from = |value: &Value, place| {
            let mut pair = cbor::Items::exactly(value, 2, place)?;
            Ok((
                RoundId::from_cbor(pair.next_value(place)?, place)?,
                StopId::from_cbor(pair.next_value(place)?, place)?,
            ))
        };
        Ok(Self::StopAdded(StopAdded {
            kind: StopKind::from_cbor(require(body, 1, "stop.kind")?, "stop.kind")?,
            terms: StopTerms::from_cbor(body)?,
            order: get(body, 7).map(|v| OrderId::from_cbor(v, "stop.order")).transpose()?,
            from: get(body, 8).map(|v| from(v, "stop.from")).transpose()?,
        }))
    }

    pub(super) fn stop_amended(body: &Value) -> Result<Self, CborError> {
        Ok(Self::StopAmended(StopAmended {
            stop: StopId::from_cbor(require(body, 1, "stop")?, "stop")?,
            base: get(body, 7).map(|v| RecordId::from_cbor(v, "stop.base")).transpose()?,
            terms: StopTerms::from_cbor(body)?,
        }))
    }

    pub(super) fn stop_withdrawn(body: &Value) -> Result<Self, CborError> {
        Ok(Self::StopWithdrawn {
            stop: StopId::from_cbor(require(body, 1, "stop")?, "stop")?,
            reason: WithdrawReason::from_cbor(require(body, 2, "withdrawn.reason")?, "withdrawn.reason")?,
        })
    }

    pub(super) fn note(body: &Value) -> Result<Self, CborError> {
        Ok(Self::Note {
            stop: get(body, 1).map(|v| StopId::from_cbor(v, "note.stop")).transpose()?,
            text: Hash(cbor::fixed(require(body, 2, "note.text")?, "note.text")?),
        })
    }

    pub(super) fn settled(body: &Value) -> Result<Self, CborError> {
        Ok(Self::Settled {
            records: cbor::list(
                require(body, 1, "settled.records")?,
                SEEN_MAX,
                "settled.records",
                RecordId::from_cbor,
            )?,
            answer: Answer::from_cbor(require(body, 2, "settled.answer")?, "settled.answer")?,
            holds: get(body, 3).map(|v| RecordId::from_cbor(v, "settled.holds")).transpose()?,
        })
    }
}
