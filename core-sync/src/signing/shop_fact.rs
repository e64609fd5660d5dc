//! The proof of a shop fact: the shop's device signs it, whoever brings it.
//!
//! The signature is over the record's id and its bytes without the proof itself; the delegation that goes with it
//! says whose device that is. No term is looked at: what happened at a counter stays said.

use ciborium::Value;

use super::delegation::{Delegation, DelegationError};
use super::key::{PrivateKey, PublicKey, Signature};
use crate::cbor;
use crate::domain::ids::{MemberId, ParcelId, RecordId};
use crate::domain::record::{ActBody, Record};
use crate::domain::shop_fact::{Direction, ShopFact, ShopProof};
use crate::domain::stamp::Stamp;

/// The domain string of the signature.
const DOMAIN: &str = "tournee/shop-fact/1";
/// The body's keys that hold the proof.
const PROOF_KEYS: [u64; 2] = [3, 4];

/// What a shop says, before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopWord {
    /// Who says it.
    pub member: MemberId,
    /// When.
    pub stamp: Stamp,
    /// Which way the parcels went.
    pub direction: Direction,
    /// The parcels.
    pub parcels: Vec<ParcelId>,
    /// The custody facts that it follows.
    pub follows: Vec<RecordId>,
}

/// Why a shop fact is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShopFactError {
    /// Its bytes are no shop fact.
    #[error("not a shop fact")]
    Shape,
    /// Its delegation is not the co-op's word.
    #[error("its delegation is not believed")]
    Delegation(#[from] DelegationError),
    /// Its delegation speaks for another device or member than the fact names.
    #[error("its delegation speaks for another")]
    Another,
    /// It is not signed by the device.
    #[error("not signed by the device")]
    Signature,
}

/// The record of what a shop says, signed by its device, which `id` ends in.
#[must_use]
pub fn sign(word: ShopWord, id: RecordId, key: &PrivateKey, delegation: Vec<u8>) -> Vec<u8> {
    let record = |signature: [u8; 64]| {
        let ShopWord { member, stamp, direction, parcels, follows } = word.clone();
        let proof = ShopProof { signature, delegation: delegation.clone() };
        let body = ActBody::ShopFact(ShopFact { direction, parcels, follows, proof });
        // Only a record of an unknown kind has no bytes.
        Record::Act { member, stamp, body }.to_bytes().unwrap_or_default()
    };
    let unsigned = without_proof(&record([0; 64])).unwrap_or_default();
    record(key.sign(DOMAIN, &[&id.0, &unsigned]).0)
}

/// Believes a shop fact, or says why not. Gives whose device signed it.
pub fn verify(id: RecordId, bytes: &[u8], co_op_key: &PublicKey) -> Result<Delegation, ShopFactError> {
    let Ok(Record::Act { member, body: ActBody::ShopFact(fact), .. }) = Record::from_bytes(bytes) else {
        return Err(ShopFactError::Shape);
    };
    let delegation = Delegation::verify(&fact.proof.delegation, co_op_key)?;
    if delegation.device != id.device() || delegation.member != Some(member) {
        return Err(ShopFactError::Another);
    }
    let unsigned = without_proof(bytes).ok_or(ShopFactError::Shape)?;
    let signature = Signature(fact.proof.signature);
    if delegation.key.verifies(DOMAIN, &[&id.0, &unsigned], &signature) {
        Ok(delegation)
    } else {
        Err(ShopFactError::Signature)
    }
}

/// A record's bytes without keys 3 and 4 of its body. What other keys a later version adds is signed too.
fn without_proof(bytes: &[u8]) -> Option<Vec<u8>> {
    let Ok(Value::Array(mut places)) = cbor::decode(bytes) else { return None };
    let Some(Value::Map(body)) = places.last_mut() else { return None };
    body.retain(|(key, _)| PROOF_KEYS.iter().all(|proof| *key != Value::from(*proof)));
    Some(cbor::encode(&Value::Array(places)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{COURIER, PHONE, co_op_key, delegation, fact_id, key, parcel, plan_id, stamp};

    fn word() -> ShopWord {
        ShopWord {
            member: COURIER,
            stamp: stamp(3),
            direction: Direction::Given,
            parcels: vec![parcel(1), parcel(2)],
            follows: vec![fact_id(9)],
        }
    }

    fn signed() -> Vec<u8> {
        sign(word(), fact_id(1), &key(PHONE), delegation(PHONE))
    }

    #[test]
    fn a_shop_fact_is_believed_under_its_id_and_no_other() {
        let believed = verify(fact_id(1), &signed(), &co_op_key().public()).unwrap();
        assert_eq!((believed.device, believed.member), (PHONE, Some(COURIER)));
        let co_op = co_op_key().public();
        assert_eq!(verify(fact_id(2), &signed(), &co_op), Err(ShopFactError::Signature));
        assert_eq!(verify(plan_id(1), &signed(), &co_op), Err(ShopFactError::Another));
    }

    #[test]
    fn neither_another_key_nor_another_co_op_nor_another_member_vouches_for_it() {
        let co_op = co_op_key().public();
        let forged = sign(word(), fact_id(1), &co_op_key(), delegation(PHONE));
        assert_eq!(verify(fact_id(1), &forged, &co_op), Err(ShopFactError::Signature));
        let elsewhere = verify(fact_id(1), &signed(), &key(PHONE).public());
        assert!(matches!(elsewhere, Err(ShopFactError::Delegation(_))), "{elsewhere:?}");
        let other = ShopWord { member: crate::domain::ids::MemberId([1; 16]), ..word() };
        let other = sign(other, fact_id(1), &key(PHONE), delegation(PHONE));
        assert_eq!(verify(fact_id(1), &other, &co_op), Err(ShopFactError::Another));
    }

    proptest! {
        #[test]
        fn a_shop_fact_with_a_byte_changed_is_not_believed(at in any::<proptest::sample::Index>(), to in any::<u8>()) {
            let mut bytes = signed();
            let at = at.index(bytes.len());
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            prop_assert!(verify(fact_id(1), &bytes, &co_op_key().public()).is_err());
        }
    }
}
