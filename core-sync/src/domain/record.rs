//! A record: one immutable entry of a round's document, and the only way to and from its bytes.
//!
//! Plan records and facts are `[schema, kind, member, time, boot, monotonic, n, body]`, reactions
//! `[schema, kind, body]`. An unknown kind, or a later schema, is well-formed and stays unread.

use ciborium::Value;

use super::fact::Fact;
use super::ids::{BootId, MemberId};
use super::kind::Kind;
use super::limits::SCHEMA;
use super::plan_record::{PlanRecord, Sequence};
use super::reaction::Reaction;
use super::shop_fact::{Direction, ShopFact};
use super::stamp::Stamp;
use super::time::Timestamp;
use crate::cbor::{self, CborError, Items};

/// Places of a record that a person made.
const PLACES_OF_AN_ACT: usize = 8;
/// Places of a record that the server derived.
const PLACES_OF_A_REACTION: usize = 3;

/// A record, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// Somebody's act.
    Act {
        /// Who acted.
        member: MemberId,
        /// When, by the writing device.
        stamp: Stamp,
        /// What.
        body: ActBody,
    },
    /// Derived by the server.
    Reaction(Reaction),
    /// Of a kind or schema that this version does not know: kept, counted, never read.
    Unknown {
        /// The kind's number.
        kind: u64,
    },
}

/// What an act says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActBody {
    /// By a coordinator.
    Plan(PlanRecord),
    /// By a courier.
    Fact(Fact),
    /// By a shop.
    ShopFact(ShopFact),
}

impl Record {
    /// The kind; `None` for one of a later version.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Act { body, .. } => Some(body.kind()),
            Self::Reaction(Reaction::Void { .. }) => Some(Kind::Void),
            Self::Reaction(Reaction::Ruled { .. }) => Some(Kind::Ruled),
            Self::Unknown { .. } => None,
        }
    }

    /// When the writing device says it happened; `None` for reactions and unread records.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        match self {
            Self::Act { stamp, .. } => Some(*stamp),
            Self::Reaction(_) | Self::Unknown { .. } => None,
        }
    }

    /// The bytes that are frozen at the tap. `None` for an unread record, which this version never writes.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let kind = self.kind()?.number();
        let value = match self {
            Self::Act { member, stamp, body } => Value::Array(vec![
                SCHEMA.into(),
                kind.into(),
                (*member).into(),
                stamp.time.0.into(),
                stamp.boot.into(),
                stamp.monotonic_ms.into(),
                stamp.n.into(),
                body.to_cbor(),
            ]),
            Self::Reaction(reaction) => Value::Array(vec![SCHEMA.into(), kind.into(), reaction.to_cbor()]),
            Self::Unknown { .. } => return None,
        };
        Some(cbor::encode(&value))
    }

    /// Reads a record. Fails on bytes that are not deterministic or whose places do not parse.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CborError> {
        let value = cbor::decode(bytes)?;
        let Value::Array(places) = &value else {
            return Err(CborError::Shape { place: "record", expected: "an array" });
        };
        if places.len() == PLACES_OF_A_REACTION {
            let mut items = Items::exactly(&value, PLACES_OF_A_REACTION, "record")?;
            let (known, number) = head(&mut items)?;
            let body = body(&mut items)?;
            return match known {
                Some(kind) => reaction(kind, body),
                None => Ok(Self::Unknown { kind: number }),
            };
        }
        let mut items = Items::exactly(&value, PLACES_OF_AN_ACT, "record")?;
        let (known, number) = head(&mut items)?;
        let member = MemberId::from_cbor(items.next_value("record.member")?, "record.member")?;
        let stamp = Stamp {
            time: Timestamp(cbor::signed(items.next_value("record.time")?, "record.time")?),
            boot: BootId::from_cbor(items.next_value("record.boot")?, "record.boot")?,
            monotonic_ms: cbor::unsigned(items.next_value("record.monotonic")?, "record.monotonic")?,
            n: cbor::unsigned(items.next_value("record.n")?, "record.n")?,
        };
        let body = body(&mut items)?;
        match known {
            Some(kind) => Ok(Self::Act { member, stamp, body: ActBody::from_cbor(kind, body)? }),
            None => Ok(Self::Unknown { kind: number }),
        }
    }
}

/// Schema and kind; the kind is unknown too when the schema is a later one.
fn head(items: &mut Items<'_>) -> Result<(Option<Kind>, u64), CborError> {
    let schema = cbor::unsigned(items.next_value("record.schema")?, "record.schema")?;
    let number = cbor::unsigned(items.next_value("record.kind")?, "record.kind")?;
    if schema == 0 {
        return Err(CborError::Shape { place: "record.schema", expected: "1 or more" });
    }
    Ok((if schema == SCHEMA { Kind::from_number(number) } else { None }, number))
}

fn body<'a>(items: &mut Items<'a>) -> Result<&'a Value, CborError> {
    let value = items.next_value("record.body")?;
    if value.is_map() { Ok(value) } else { Err(CborError::Shape { place: "record.body", expected: "a map" }) }
}

fn reaction(kind: Kind, body: &Value) -> Result<Record, CborError> {
    match kind {
        Kind::Void => Reaction::void(body).map(Record::Reaction),
        Kind::Ruled => Reaction::ruled(body).map(Record::Reaction),
        Kind::StopAdded
        | Kind::StopAmended
        | Kind::StopWithdrawn
        | Kind::PlanSequence
        | Kind::Note
        | Kind::Settled
        | Kind::Archived
        | Kind::Started
        | Kind::Arrived
        | Kind::Waiting
        | Kind::Collected
        | Kind::Delivered
        | Kind::Failed
        | Kind::Returned
        | Kind::CourierSequence
        | Kind::Amended
        | Kind::Paused
        | Kind::SeenPlan
        | Kind::Finished
        | Kind::Given
        | Kind::Received => Err(CborError::Shape { place: "record", expected: "eight places for an act" }),
    }
}

impl ActBody {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Plan(PlanRecord::StopAdded(_)) => Kind::StopAdded,
            Self::Plan(PlanRecord::StopAmended(_)) => Kind::StopAmended,
            Self::Plan(PlanRecord::StopWithdrawn { .. }) => Kind::StopWithdrawn,
            Self::Plan(PlanRecord::Sequence(_)) => Kind::PlanSequence,
            Self::Plan(PlanRecord::Note { .. }) => Kind::Note,
            Self::Plan(PlanRecord::Settled { .. }) => Kind::Settled,
            Self::Plan(PlanRecord::Archived) => Kind::Archived,
            Self::Fact(fact) => fact.kind(),
            Self::ShopFact(fact) => fact.kind(),
        }
    }

    fn to_cbor(&self) -> Value {
        match self {
            Self::Plan(record) => record.to_cbor(),
            Self::Fact(fact) => fact.to_cbor(),
            Self::ShopFact(fact) => fact.to_cbor(),
        }
    }

    fn from_cbor(kind: Kind, body: &Value) -> Result<Self, CborError> {
        match kind {
            Kind::StopAdded => PlanRecord::stop_added(body).map(Self::Plan),
            Kind::StopAmended => PlanRecord::stop_amended(body).map(Self::Plan),
            Kind::StopWithdrawn => PlanRecord::stop_withdrawn(body).map(Self::Plan),
            Kind::PlanSequence => Sequence::from_cbor(body).map(PlanRecord::Sequence).map(Self::Plan),
            Kind::Note => PlanRecord::note(body).map(Self::Plan),
            Kind::Settled => PlanRecord::settled(body).map(Self::Plan),
            Kind::Archived => Ok(Self::Plan(PlanRecord::Archived)),
            Kind::Started => Fact::started(body).map(Self::Fact),
            Kind::Arrived => Fact::arrived(body).map(Self::Fact),
            Kind::Waiting => Fact::waiting(body).map(Self::Fact),
            Kind::Collected => Fact::collected(body).map(Self::Fact),
            Kind::Delivered => Fact::delivered(body).map(Self::Fact),
            Kind::Failed => Fact::failed(body).map(Self::Fact),
            Kind::Returned => Fact::returned(body).map(Self::Fact),
            Kind::CourierSequence => Sequence::from_cbor(body).map(Fact::Sequence).map(Self::Fact),
            Kind::Amended => Fact::amended(body).map(Self::Fact),
            Kind::Paused => Fact::paused(body).map(Self::Fact),
            Kind::SeenPlan => Fact::seen_plan(body).map(Self::Fact),
            Kind::Finished => Ok(Self::Fact(Fact::Finished)),
            Kind::Given => ShopFact::from_cbor(Direction::Given, body).map(Self::ShopFact),
            Kind::Received => ShopFact::from_cbor(Direction::Received, body).map(Self::ShopFact),
            Kind::Void | Kind::Ruled => {
                Err(CborError::Shape { place: "record", expected: "three places for a reaction" })
            }
        }
    }
}

#[cfg(test)]
mod tests;
