//! A delegation: the co-op's word that a device's key speaks for a member, for a term.
//!
//! Renewed by every sync. Past its term uploads and verdicts go on; only a revocation changes that.

use ciborium::Value;

use super::key::{PrivateKey, PublicKey, Signature};
use crate::cbor::{self, CborError, Items, or_null};
use crate::domain::ids::{CoopId, DeviceId, MemberId};
use crate::domain::time::{Milliseconds, Timestamp};

/// The domain string of a delegation's signature.
const DOMAIN: &str = "tournee/delegation/1";
/// How long a delegation speaks for its device: a long weekend without a network.
pub const TERM: Milliseconds = Milliseconds::hours(72);

/// What a delegation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The co-op that says it.
    pub co_op: CoopId,
    /// The device.
    pub device: DeviceId,
    /// Its key.
    pub key: PublicKey,
    /// The member it speaks for; `None` for the server's own device.
    pub member: Option<MemberId>,
    /// When it was issued, by the server's clock.
    pub issued: Timestamp,
    /// The end of its term.
    pub until: Timestamp,
}

/// Why a delegation is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DelegationError {
    /// Its bytes are no delegation.
    #[error("not a delegation")]
    Shape(#[from] CborError),
    /// It is not signed by the co-op.
    #[error("not signed by the co-op")]
    Signature,
    /// It speaks for another device, key or member than it should.
    #[error("it speaks for another device")]
    Another,
}

impl Delegation {
    /// Signs it with the co-op's key: `[payload, signature]`.
    #[must_use]
    pub fn sign(&self, co_op_key: &PrivateKey) -> Vec<u8> {
        let payload = cbor::encode(&Value::Array(vec![
            1.into(),
            self.co_op.into(),
            self.device.into(),
            Value::Bytes(self.key.0.to_vec()),
            or_null(self.member),
            self.issued.0.into(),
            self.until.0.into(),
        ]));
        let signature = co_op_key.sign(DOMAIN, &[&payload]);
        cbor::encode(&Value::Array(vec![Value::Bytes(payload), Value::Bytes(signature.0.to_vec())]))
    }

    /// Reads a delegation and checks the co-op's signature. Its term is for the reader to judge.
    pub fn verify(bytes: &[u8], co_op_key: &PublicKey) -> Result<Self, DelegationError> {
        let outer = cbor::decode(bytes)?;
        let mut items = Items::exactly(&outer, 2, "delegation")?;
        let payload = cbor::bytes(items.next_value("delegation.payload")?, "delegation.payload")?;
        let signature =
            Signature(cbor::fixed(items.next_value("delegation.signature")?, "delegation.signature")?);
        if !co_op_key.verifies(DOMAIN, &[payload], &signature) {
            return Err(DelegationError::Signature);
        }
        let payload = cbor::decode(payload)?;
        let mut items = Items::exactly(&payload, 7, "delegation.payload")?;
        if cbor::unsigned(items.next_value("delegation.version")?, "delegation.version")? != 1 {
            return Err(CborError::Shape { place: "delegation.version", expected: "1" }.into());
        }
        let time = |v, place| cbor::signed(v, place).map(Timestamp);
        Ok(Self {
            co_op: CoopId::from_cbor(items.next_value("delegation.co_op")?, "delegation.co_op")?,
            device: DeviceId::from_cbor(items.next_value("delegation.device")?, "delegation.device")?,
            key: PublicKey(cbor::fixed(items.next_value("delegation.key")?, "delegation.key")?),
            member: cbor::nullable(
                items.next_value("delegation.member")?,
                "delegation.member",
                MemberId::from_cbor,
            )?,
            issued: time(items.next_value("delegation.issued")?, "delegation.issued")?,
            until: time(items.next_value("delegation.until")?, "delegation.until")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{PHONE, SERVER, co_op_key, delegation, key};

    #[test]
    fn a_delegation_comes_back_as_it_was_signed() {
        for device in [PHONE, SERVER] {
            let read = Delegation::verify(&delegation(device), &co_op_key().public()).unwrap();
            assert_eq!((read.device, read.key), (device, key(device).public()));
            assert_eq!(read.member.is_none(), device == SERVER);
            assert_eq!(read.until.since(read.issued), TERM);
            assert_eq!(read.sign(&co_op_key()), delegation(device));
        }
    }

    #[test]
    fn another_co_op_s_key_does_not_vouch_for_it() {
        let verified = Delegation::verify(&delegation(PHONE), &key(SERVER).public());
        assert_eq!(verified, Err(DelegationError::Signature));
    }

    proptest! {
        #[test]
        fn a_delegation_with_a_byte_changed_is_not_believed(at in any::<proptest::sample::Index>(), to in any::<u8>()) {
            let mut bytes = delegation(PHONE);
            let at = at.index(bytes.len());
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            prop_assert!(Delegation::verify(&bytes, &co_op_key().public()).is_err());
        }
    }
}
