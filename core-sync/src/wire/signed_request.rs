//! A signed request: the outside of every sync. A phone has no session; its key signs each request.
//!
//! `[version, device, counter, signature, body, [delegation ..] or null]`. The counter is saved before sending and only grows, so
//! that two phones with one key (a copied folder) are found.

use ciborium::Value;

use crate::cbor::{self, CborError, Items, array, or_null};
use crate::domain::ids::DeviceId;
use crate::domain::limits::DELEGATIONS_SHOWN_MAX;
use crate::signing::key::{PrivateKey, PublicKey, Signature};

/// The version of the sync protocol.
pub const PROTOCOL: u64 = 1;
/// The domain string of a request's signature.
const DOMAIN: &str = "tournee/request/1";

/// A request with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// Who sends it.
    pub device: DeviceId,
    /// The device's count of requests.
    pub counter: u64,
    /// The signature over device, counter and body.
    pub signature: Signature,
    /// The bytes of a [`super::sync_request::SyncRequest`].
    pub body: Vec<u8>,
    /// The co-op's word for devices that the server may not know, because it was put back from an older copy: the
    /// sender, after it was answered `device_unknown`; other devices of its member whose record ids it pushes.
    /// Not covered by the signature: each proves itself.
    pub delegations: Vec<Vec<u8>>,
}

impl SignedRequest {
    /// Signs a body.
    #[must_use]
    pub fn sign(key: &PrivateKey, device: DeviceId, counter: u64, body: Vec<u8>) -> Self {
        let signature = key.sign(DOMAIN, &[&device.0, &counter.to_be_bytes(), &body]);
        Self { device, counter, signature, body, delegations: Vec::new() }
    }

    /// Whether `key` signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(DOMAIN, &[&self.device.0, &self.counter.to_be_bytes(), &self.body], &self.signature)
    }

    /// The bytes to send, before compression.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(&Value::Array(vec![
            PROTOCOL.into(),
            self.device.into(),
            self.counter.into(),
            Value::Bytes(self.signature.0.to_vec()),
            Value::Bytes(self.body.clone()),
            or_null(
                (!self.delegations.is_empty())
                    .then(|| array(self.delegations.iter().cloned().map(Value::Bytes))),
            ),
        ]))
    }

    /// Reads the outside; the body stays unread until the signature is checked.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CborError> {
        let value = cbor::decode(bytes)?;
        let mut items = Items::exactly(&value, 6, "request")?;
        if cbor::unsigned(items.next_value("request.version")?, "request.version")? != PROTOCOL {
            return Err(CborError::Shape { place: "request.version", expected: "1" });
        }
        Ok(Self {
            device: DeviceId::from_cbor(items.next_value("request.device")?, "request.device")?,
            counter: cbor::unsigned(items.next_value("request.counter")?, "request.counter")?,
            signature: Signature(cbor::fixed(items.next_value("request.signature")?, "request.signature")?),
            body: cbor::bytes(items.next_value("request.body")?, "request.body")?.to_vec(),
            delegations: cbor::nullable(
                items.next_value("request.delegations")?,
                "request.delegations",
                delegations,
            )?
            .unwrap_or_default(),
        })
    }
}

/// One spelling for none: null.
fn delegations(value: &Value, place: &'static str) -> Result<Vec<Vec<u8>>, CborError> {
    let shown = cbor::list(value, DELEGATIONS_SHOWN_MAX, place, |value, place| {
        cbor::bytes(value, place).map(<[u8]>::to_vec)
    })?;
    if shown.is_empty() {
        Err(CborError::Shape { place, expected: "null, or a list of one or more" })
    } else {
        Ok(shown)
    }
}
