//! Reactions: what the server derives. No time, boot or count stands in them, and their id is a hash of their
//! bytes, causes and all, so that deriving one twice is deriving it once.

use ciborium::Value;

use super::ids::{MemberId, ParcelId, RecordId, StopId};
use super::limits::CAUSES_MAX;
use super::plan_record::parcels;
use crate::cbor::{self, CborError, Map, array, get, require};

/// The body of a reaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// A placement is void.
    Void {
        /// The placement.
        stop: StopId,
        /// The parcels it is void for; `None` for the whole stop.
        parcels: Option<Vec<ParcelId>>,
        /// The records that made it so, ascending.
        causes: Vec<RecordId>,
    },
    /// Who holds a parcel, where one round alone cannot tell.
    Ruled {
        /// The parcel.
        parcel: ParcelId,
        /// The member who holds it; `None` while custody is disputed.
        holder: Option<MemberId>,
        /// The records that made it so, ascending.
        causes: Vec<RecordId>,
    },
}

impl Reaction {
    /// The body as a map.
    #[must_use]
    pub fn to_cbor(&self) -> Value {
        match self {
            Self::Void { stop, parcels, causes } => Map::new()
                .field(1, *stop)
                .optional(2, parcels.as_ref().map(|parcels| array(parcels.iter().copied())))
                .field(3, array(causes.iter().copied()))
                .build(),
            Self::Ruled { parcel, holder, causes } => Map::new()
                .field(1, *parcel)
                .optional(2, *holder)
                .field(3, array(causes.iter().copied()))
                .build(),
        }
    }

    pub(super) fn void(body: &Value) -> Result<Self, CborError> {
        Ok(Self::Void {
            stop: StopId::from_cbor(require(body, 1, "void.stop")?, "void.stop")?,
            parcels: get(body, 2).map(|v| parcels(v, "void.parcels")).transpose()?,
            causes: causes(body)?,
        })
    }

    pub(super) fn ruled(body: &Value) -> Result<Self, CborError> {
        Ok(Self::Ruled {
            parcel: ParcelId::from_cbor(require(body, 1, "ruled.parcel")?, "ruled.parcel")?,
            holder: get(body, 2).map(|v| MemberId::from_cbor(v, "ruled.holder")).transpose()?,
            causes: causes(body)?,
        })
    }
}

fn causes(body: &Value) -> Result<Vec<RecordId>, CborError> {
    cbor::list(require(body, 3, "reaction.causes")?, CAUSES_MAX, "reaction.causes", RecordId::from_cbor)
}
