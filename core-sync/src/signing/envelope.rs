//! An envelope: a change, who signed it, and (at the signer's first change in a document) the delegation
//! that says whose key that is. It travels whole, so that any phone can give it back to a restored server.

use ciborium::Value;

use super::key::{PrivateKey, PublicKey, Signature};
use crate::cbor::{self, CborError, Items, or_null};
use crate::domain::ids::{DeviceId, RoundId};
use crate::domain::limits::CHANGE_BYTES_MAX;

/// The domain string of a change's signature.
const DOMAIN: &str = "tournee/change/1";

/// A signed change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The change: one uncompressed change chunk.
    pub change: Vec<u8>,
    /// The signing device, which names the key.
    pub device: DeviceId,
    /// The signature over document, change hash and device.
    pub signature: Signature,
    /// The signer's delegation, at its first change in a document.
    pub delegation: Option<Vec<u8>>,
}

/// Signs a change of `document`.
#[must_use]
pub fn sign(key: &PrivateKey, document: RoundId, change_hash: &[u8; 32], device: DeviceId) -> Signature {
    key.sign(DOMAIN, &[&document.0, change_hash, &device.0])
}

impl Envelope {
    /// Whether the signature is `key`'s over this change of `document`.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey, document: RoundId, change_hash: &[u8; 32]) -> bool {
        key.verifies(DOMAIN, &[&document.0, change_hash, &self.device.0], &self.signature)
    }

    /// `[change, device, signature, delegation or null]`
    #[must_use]
    pub fn to_cbor(&self) -> Value {
        Value::Array(vec![
            Value::Bytes(self.change.clone()),
            self.device.into(),
            Value::Bytes(self.signature.0.to_vec()),
            or_null(self.delegation.clone().map(Value::Bytes)),
        ])
    }

    /// Reads an envelope; the change's bytes are bounded but not judged.
    pub fn from_cbor(value: &Value, place: &'static str) -> Result<Self, CborError> {
        let mut items = Items::exactly(value, 4, place)?;
        let change = cbor::bytes(items.next_value("envelope.change")?, "envelope.change")?;
        // A little more than the guard allows, so that a change too large is refused by its code.
        if change.len() > CHANGE_BYTES_MAX * 2 {
            return Err(CborError::Shape { place: "envelope.change", expected: "within its limit of bytes" });
        }
        Ok(Self {
            change: change.to_vec(),
            device: DeviceId::from_cbor(items.next_value("envelope.device")?, "envelope.device")?,
            signature: Signature(cbor::fixed(items.next_value("envelope.signature")?, "envelope.signature")?),
            delegation: cbor::nullable(
                items.next_value("envelope.delegation")?,
                "envelope.delegation",
                |v, place| cbor::bytes(v, place).map(<[u8]>::to_vec),
            )?,
        })
    }
}
