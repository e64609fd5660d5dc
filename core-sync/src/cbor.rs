//! The one codec of records, cards, delegations and sync messages: deterministic CBOR.
//!
//! RFC 8949 section 4.2.1, narrowed: no floats, no tags, map keys are integers in ascending order.
//! Decoding re-encodes and compares, so two byte strings never mean the same record and
//! a hash of the bytes is a hash of the meaning. Everything else is refused, never repaired.

#![allow(clippy::wildcard_enum_match_arm, reason = "`Value` is another crate's and non-exhaustive")]

use ciborium::Value;

/// Nesting that any of our shapes needs is 5; a bound keeps hostile bytes off the stack.
const NESTING_MAX: usize = 12;

/// Why bytes are not one of our CBOR shapes. `place` names the field a reader would look for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// Not CBOR at all, or nested deeper than any shape of ours.
    #[error("not CBOR")]
    NotCbor,
    /// CBOR, but not the one encoding that deterministic CBOR allows.
    #[error("not the deterministic encoding")]
    NotDeterministic,
    /// A place is missing, or holds another type or size.
    #[error("{place} is missing or not {expected}")]
    Shape {
        /// The place, by its name in `docs/sync-protocol.md`.
        place: &'static str,
        /// What would be right.
        expected: &'static str,
    },
}

/// Encodes a value; maps must have been built in ascending key order (see [`Map`]).
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a Vec cannot fail; a Value always serialises.
    let written = ciborium::into_writer(value, &mut bytes);
    debug_assert!(written.is_ok());
    bytes
}

/// Decodes bytes that must be the deterministic encoding of exactly one value.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    let value: Value =
        ciborium::de::from_reader_with_recursion_limit(bytes, NESTING_MAX).map_err(|_| CborError::NotCbor)?;
    if !ordered(&value) || encode(&value) != bytes {
        return Err(CborError::NotDeterministic);
    }
    Ok(value)
}

/// Only integers, bytes, texts, booleans, null, arrays and maps with ascending integer keys.
fn ordered(value: &Value) -> bool {
    match value {
        Value::Integer(_) | Value::Bytes(_) | Value::Text(_) | Value::Bool(_) | Value::Null => true,
        Value::Array(items) => items.iter().all(ordered),
        Value::Map(entries) => {
            let mut last: Option<i128> = None;
            entries.iter().all(|(key, item)| {
                let Value::Integer(key) = key else { return false };
                let key = i128::from(*key);
                let ascending = key >= 0 && last.is_none_or(|before| before < key);
                last = Some(key);
                ascending && ordered(item)
            })
        }
        // `Value` is non-exhaustive: floats, tags and whatever comes are not ours.
        _ => false,
    }
}

/// Builds a map in ascending key order; `None` leaves a key out.
#[derive(Debug, Default)]
pub struct Map(Vec<(Value, Value)>);

impl Map {
    /// Starts an empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field. Keys must come in ascending order.
    #[must_use]
    pub fn field(mut self, key: u64, value: impl Into<Value>) -> Self {
        self.0.push((Value::from(key), value.into()));
        self
    }

    /// Adds a field if there is a value.
    #[must_use]
    pub fn optional(self, key: u64, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.field(key, value),
            None => self,
        }
    }

    /// The finished map.
    #[must_use]
    pub fn build(self) -> Value {
        Value::Map(self.0)
    }
}

/// Reads an array place by place.
#[derive(Debug)]
pub struct Items<'a> {
    items: std::slice::Iter<'a, Value>,
}

impl<'a> Items<'a> {
    /// Opens `value` as an array of exactly `count` places.
    pub fn exactly(value: &'a Value, count: usize, place: &'static str) -> Result<Self, CborError> {
        match value {
            Value::Array(items) if items.len() == count => Ok(Self { items: items.iter() }),
            _ => Err(CborError::Shape { place, expected: "an array of the right length" }),
        }
    }

    /// The next place.
    pub fn next_value(&mut self, place: &'static str) -> Result<&'a Value, CborError> {
        self.items.next().ok_or(CborError::Shape { place, expected: "present" })
    }
}

/// The value at `key` of a map, if there is one.
#[must_use]
pub fn get(map: &Value, key: u64) -> Option<&Value> {
    let Value::Map(entries) = map else { return None };
    let wanted = Value::from(key);
    entries.iter().find(|(at, _)| *at == wanted).map(|(_, value)| value)
}

/// The value at `key`, or a shape error that names `place`.
pub fn require<'a>(map: &'a Value, key: u64, place: &'static str) -> Result<&'a Value, CborError> {
    get(map, key).ok_or(CborError::Shape { place, expected: "present" })
}

/// Reads a non-negative integer that fits 63 bits, so that SQLite and JSON can hold it too.
pub fn unsigned(value: &Value, place: &'static str) -> Result<u64, CborError> {
    let shape = CborError::Shape { place, expected: "a whole number from 0 to 2^63 - 1" };
    let Value::Integer(number) = value else { return Err(shape) };
    u64::try_from(i128::from(*number)).ok().filter(|n| *n <= i64::MAX as u64).ok_or(shape)
}

/// Reads a signed 64-bit integer.
pub fn signed(value: &Value, place: &'static str) -> Result<i64, CborError> {
    let shape = CborError::Shape { place, expected: "a whole number of 64 bits" };
    let Value::Integer(number) = value else { return Err(shape) };
    i64::try_from(i128::from(*number)).map_err(|_| shape)
}

/// Reads a byte string.
pub fn bytes<'a>(value: &'a Value, place: &'static str) -> Result<&'a [u8], CborError> {
    match value {
        Value::Bytes(bytes) => Ok(bytes),
        _ => Err(CborError::Shape { place, expected: "a byte string" }),
    }
}

/// Reads a byte string of exactly `N` bytes.
pub fn fixed<const N: usize>(value: &Value, place: &'static str) -> Result<[u8; N], CborError> {
    bytes(value, place)?
        .try_into()
        .map_err(|_| CborError::Shape { place, expected: "a byte string of its fixed length" })
}

/// Reads a text.
pub fn text<'a>(value: &'a Value, place: &'static str) -> Result<&'a str, CborError> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(CborError::Shape { place, expected: "a text" }),
    }
}

/// Reads a truth value.
pub fn boolean(value: &Value, place: &'static str) -> Result<bool, CborError> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        _ => Err(CborError::Shape { place, expected: "true or false" }),
    }
}

/// Reads an array of at most `max` values, each by `read`.
pub fn list<T>(
    value: &Value,
    max: usize,
    place: &'static str,
    read: impl Fn(&Value, &'static str) -> Result<T, CborError>,
) -> Result<Vec<T>, CborError> {
    match value {
        Value::Array(items) if items.len() <= max => items.iter().map(|item| read(item, place)).collect(),
        _ => Err(CborError::Shape { place, expected: "an array within its limit" }),
    }
}

/// Reads `null` as `None`, anything else by `read`.
pub fn nullable<T>(
    value: &Value,
    place: &'static str,
    read: impl Fn(&Value, &'static str) -> Result<T, CborError>,
) -> Result<Option<T>, CborError> {
    match value {
        Value::Null => Ok(None),
        other => read(other, place).map(Some),
    }
}

/// `Some` as its value, `None` as `null`.
#[must_use]
pub fn or_null(value: Option<impl Into<Value>>) -> Value {
    value.map_or(Value::Null, Into::into)
}

/// An array of anything that becomes a value.
#[must_use]
pub fn array<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::Array(items.into_iter().map(Into::into).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_encodings_of_the_same_value_are_refused() {
        // 1 in two bytes, an indefinite array, a map out of order, a doubled key, a float, a tag, a tail.
        for bytes in [
            &[0x18, 0x01][..],
            &[0x9f, 0xff],
            &[0xa2, 0x02, 0x01, 0x01, 0x01],
            &[0xa2, 0x01, 0x01, 0x01, 0x01],
            &[0xf9, 0x00, 0x00],
            &[0xc1, 0x01],
            &[0x01, 0x00],
        ] {
            assert!(decode(bytes).is_err(), "{bytes:02x?}");
        }
    }

    #[test]
    fn a_length_that_is_a_lie_is_an_error_and_takes_no_memory() {
        for head in [0x5b, 0x7b, 0x9b, 0xbb] {
            let mut bytes = vec![head];
            bytes.extend((u64::MAX / 2).to_be_bytes());
            bytes.extend([0; 64]);
            assert!(decode(&bytes).is_err(), "{head:02x}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_touching_the_stack() {
        assert_eq!(decode(&[0x81; 100_000]), Err(CborError::NotCbor));
    }

    proptest! {
        #[test]
        fn any_bytes_decode_to_an_error_or_to_themselves(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(value) = decode(&bytes) {
                prop_assert_eq!(encode(&value), bytes);
            }
        }
    }
}
