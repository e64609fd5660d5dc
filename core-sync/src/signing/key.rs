//! A private key that cannot be printed, and the public key that checks it.

use ed25519_dalek::{Signature as DalekSignature, Signer, SigningKey, VerifyingKey};
use rand_core::Rng;
use serde::{Deserialize, Serialize};

use crate::domain::hash::Hash;
use crate::domain::ids::{from_text, to_text};

/// A signature: 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

/// A private key. Wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct PrivateKey(SigningKey);

/// A public key: 32 bytes, base64url in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl PrivateKey {
    /// A fresh key from a source of randomness fit for keys.
    #[must_use]
    pub fn random(random: &mut impl Rng) -> Self {
        let mut seed = [0; 32];
        random.fill_bytes(&mut seed);
        let key = Self::from_seed(&seed);
        zeroize::Zeroize::zeroize(&mut seed);
        key
    }

    /// The key of a seed, as key files and phone stores keep it.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, for the file or store that keeps it. Never to a log.
    #[must_use]
    pub fn reveal_seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs H(domain, parts).
    #[must_use]
    pub fn sign(&self, domain: &str, parts: &[&[u8]]) -> Signature {
        Signature(self.0.sign(&Hash::of(domain, parts).0).to_bytes())
    }
}

impl PublicKey {
    /// Whether `signature` is this key's over H(domain, parts). Weak keys and malleable signatures are not.
    #[must_use]
    pub fn verifies(&self, domain: &str, parts: &[&[u8]], signature: &Signature) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.0) else { return false };
        key.verify_strict(&Hash::of(domain, parts).0, &DalekSignature::from_bytes(&signature.0)).is_ok()
    }

    /// Whether these bytes are a usable key at all: a point on the curve, not of small order, in its one canonical
    /// encoding. Another spelling of a point would be a second name for one key.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| !key.is_weak() && key.to_edwards().compress().to_bytes() == self.0)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_text(&self.0))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        from_text(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_for_its_domain_its_parts_and_its_key_alone() {
        let (key, other) = (PrivateKey::from_seed(&[1; 32]), PrivateKey::from_seed(&[2; 32]));
        let signature = key.sign("tournee/test/1", &[b"ab", b"c"]);
        assert!(key.public().verifies("tournee/test/1", &[b"ab", b"c"], &signature));
        assert!(!key.public().verifies("tournee/test/2", &[b"ab", b"c"], &signature));
        assert!(!key.public().verifies("tournee/test/1", &[b"a", b"bc"], &signature));
        assert!(!other.public().verifies("tournee/test/1", &[b"ab", b"c"], &signature));
    }

    #[test]
    fn a_malleable_signature_and_a_weak_key_are_not_taken() {
        let key = PrivateKey::from_seed(&[1; 32]);
        let mut signature = key.sign("tournee/test/1", &[]);
        // S + L, the same number modulo the group's order.
        const ORDER: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut carry = 0;
        for (byte, order) in signature.0[32..].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            *byte = u8::try_from(sum & 0xff).unwrap();
            carry = sum >> 8;
        }
        assert!(!key.public().verifies("tournee/test/1", &[], &signature));
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(!PublicKey(identity).is_usable() && key.public().is_usable());
        // y = 2^255 - 1 with a sign, a number beyond the field: the library takes it for y = 18.
        assert!(VerifyingKey::from_bytes(&[0xff; 32]).is_ok() && !PublicKey([0xff; 32]).is_usable());
        assert!(!PublicKey(identity).verifies("tournee/test/1", &[], &Signature([0; 64])));
    }

    #[test]
    fn a_private_key_cannot_be_printed() {
        assert_eq!(format!("{:?}", PrivateKey::from_seed(&[0x77; 32])), "[secret]");
    }
}
