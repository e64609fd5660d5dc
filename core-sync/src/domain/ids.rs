//! Ids: random bytes with a type, written as base64url without padding.
//!
//! A record's id ends in the device that wrote it, so the guard can tell whose key a map entry is
//! without asking anybody. Ids are frozen at the tap and never used twice.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::Rng;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id of this kind is {characters} characters of A-Z a-z 0-9 - _")]
pub struct IdError {
    /// How many characters the id has.
    pub characters: usize,
}

/// Base64url without padding, as ids, keys, tokens and hashes are written everywhere.
#[must_use]
pub fn to_text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url of exactly `N` bytes; other spellings of the same bytes are refused.
pub fn from_text<const N: usize>(text: &str) -> Result<[u8; N], IdError> {
    let error = IdError { characters: (N * 4).div_ceil(3) };
    if text.len() != error.characters {
        return Err(error);
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| error)?;
    bytes.try_into().map_err(|_| error)
}

/// Reads base64url of any length; `None` for other spellings.
#[must_use]
pub fn bytes_from_text(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    (to_text(&bytes) == text).then_some(bytes)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

        impl $name {
            /// Takes fresh random bytes.
            #[must_use]
            pub fn random(random: &mut impl Rng) -> Self {
                let mut bytes = [0; $bytes];
                random.fill_bytes(&mut bytes);
                Self(bytes)
            }

            /// Reads the id from a CBOR byte string.
            pub fn from_cbor(value: &ciborium::Value, place: &'static str) -> Result<Self, crate::cbor::CborError> {
                crate::cbor::fixed(value, place).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&to_text(&self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                from_text(text).map(Self)
            }
        }

        impl From<$name> for ciborium::Value {
            fn from(id: $name) -> Self {
                Self::Bytes(id.0.to_vec())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// A co-op.
    CoopId, 16);
id!(
    /// A person of a co-op.
    MemberId, 16);
id!(
    /// A round, and the document that holds it.
    RoundId, 16);
id!(
    /// One labelled thing.
    ParcelId, 16);
id!(
    /// What a customer ordered: n pickups and one drop-off.
    OrderId, 16);
id!(
    /// What a person did and saw saved; the idempotency key of its command.
    ActId, 16);
id!(
    /// One placement of a stop in a round: the random part of its `stop added`.
    StopId, 16);
id!(
    /// A device, given at enrolment and never used twice. It names its key as well.
    DeviceId, 8);
id!(
    /// A device's boot, so that monotonic times are only compared within one.
    BootId, 8);
id!(
    /// A change, by its hash.
    ChangeHash, 32);
id!(
    /// A record: 16 random bytes and the 8 of the device that wrote it.
    RecordId, 24);
id!(
    /// The version of a round's plan that somebody saw.
    PlanVersion, 8);
id!(
    /// An item to settle: first bytes of a hash over its kind and the records that disagree.
    ItemId, 16);
id!(
    /// A suggestion, given when it is found.
    SuggestionId, 16);
id!(
    /// A version of a card: the hash of its salted bytes.
    CardHash, 32);

impl RecordId {
    /// The id of the record that `act` makes on `device`.
    #[must_use]
    pub fn new(act: ActId, device: DeviceId) -> Self {
        let mut bytes = [0; 24];
        for (to, from) in bytes.iter_mut().zip(act.0.iter().chain(&device.0)) {
            *to = *from;
        }
        Self(bytes)
    }

    /// The random part: the act's id (for a `stop added` also the stop's).
    #[must_use]
    pub fn act(&self) -> ActId {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(self.0) {
            *to = from;
        }
        ActId(bytes)
    }

    /// The device that wrote the record.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        let mut bytes = [0; 8];
        for (to, from) in bytes.iter_mut().zip(self.0.iter().skip(16)) {
            *to = *from;
        }
        DeviceId(bytes)
    }

    /// The stop that a `stop added` of this id makes.
    #[must_use]
    pub fn stop(&self) -> StopId {
        StopId(self.act().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_id_is_its_act_and_its_device() {
        let id = RecordId::new(ActId([7; 16]), DeviceId([9; 8]));
        assert_eq!((id.act(), id.device()), (ActId([7; 16]), DeviceId([9; 8])));
        assert_eq!(id.to_string().len(), 32);
    }

    #[test]
    fn a_second_spelling_of_an_id_is_refused() {
        let text = MemberId([1; 16]).to_string();
        assert_eq!(text.parse(), Ok(MemberId([1; 16])));
        for wrong in [format!("{text}="), format!("{}R", &text[..21]), "short".into(), text.replace('A', "+")]
        {
            assert!(wrong.parse::<MemberId>().is_err(), "{wrong}");
        }
    }
}
