//! Shop facts: what a shop says it gave or received. Signed by the shop's device, brought by the server.

use ciborium::Value;

use super::ids::{ParcelId, RecordId};
use super::kind::Kind;
use super::limits::SEEN_MAX;
use super::plan_record::parcels;
use crate::cbor::{self, CborError, Map, array, require};

/// The body of a shop fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopFact {
    /// Which way the parcels went.
    pub direction: Direction,
    /// The parcels.
    pub parcels: Vec<ParcelId>,
    /// The custody facts that this one follows.
    pub follows: Vec<RecordId>,
    /// The shop's own word for it.
    pub proof: ShopProof,
}

/// What makes a shop fact the shop's, whoever brings it. Whether it holds is the guard's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopProof {
    /// The signature of the shop's device over the record's id and its bytes without this proof.
    pub signature: [u8; 64],
    /// The co-op's word for that device.
    pub delegation: Vec<u8>,
}

/// Which way parcels went, seen from the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To a courier.
    Given,
    /// Back from a courier.
    Received,
}

impl ShopFact {
    /// The kind of the record.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.direction {
            Direction::Given => Kind::Given,
            Direction::Received => Kind::Received,
        }
    }

    /// The body as a map.
    #[must_use]
    pub fn to_cbor(&self) -> Value {
        Map::new()
            .field(1, array(self.parcels.iter().copied()))
            .field(2, array(self.follows.iter().copied()))
            .field(3, Value::Bytes(self.proof.signature.to_vec()))
            .field(4, Value::Bytes(self.proof.delegation.clone()))
            .build()
    }

    pub(super) fn from_cbor(direction: Direction, body: &Value) -> Result<Self, CborError> {
        Ok(Self {
            direction,
            parcels: parcels(require(body, 1, "shop.parcels")?, "shop.parcels")?,
            follows: cbor::list(
                require(body, 2, "shop.follows")?,
                SEEN_MAX,
                "shop.follows",
                RecordId::from_cbor,
            )?,
            proof: ShopProof {
                signature: cbor::fixed(require(body, 3, "shop.signature")?, "shop.signature")?,
                delegation: cbor::bytes(require(body, 4, "shop.delegation")?, "shop.delegation")?.to_vec(),
            },
        })
    }
}
