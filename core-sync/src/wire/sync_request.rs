//! What a phone asks: per round the cursor it has and the signed changes it brings.
//!
//! `[schema, [[round, holder or null, schema, position, lineage, [envelope ..], [card ..]] ..]]`; a holder of null is
//! the sender. Three rounds with nothing to push fit 200 bytes.

use ciborium::Value;

use super::cursor::Cursor;
use crate::cbor::{self, CborError, Items, or_null};
use crate::domain::ids::{MemberId, RoundId};
use crate::domain::limits::{CARDS_GIVEN_BACK_MAX, PUSHES_PER_ROUND_MAX, ROUNDS_PER_REQUEST_MAX};
use crate::round_doc::DocumentName;
use crate::signing::envelope::Envelope;

/// A request's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRequest {
    /// The newest schema that the phone reads.
    pub schema: u64,
    /// The rounds it knows.
    pub rounds: Vec<RoundAsk>,
}

/// One round of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundAsk {
    /// Its document.
    pub document: DocumentName,
    /// How much of its log the phone has.
    pub cursor: Cursor,
    /// The changes it brings, dependencies first.
    pub pushes: Vec<Envelope>,
    /// The bytes of cards that this log lost and this phone still has: given back after a rollback.
    pub cards: Vec<Vec<u8>>,
}

impl SyncRequest {
    /// The body's bytes, as `sender` sends them.
    #[must_use]
    pub fn to_bytes(&self, sender: MemberId) -> Vec<u8> {
        let rounds = self.rounds.iter().map(|round| {
            let holder = round.document.holder;
            Value::Array(vec![
                round.document.round.into(),
                or_null((holder != sender).then_some(holder)),
                round.document.schema.into(),
                round.cursor.position.into(),
                Value::Bytes(round.cursor.lineage.to_vec()),
                Value::Array(round.pushes.iter().map(Envelope::to_cbor).collect()),
                Value::Array(round.cards.iter().cloned().map(Value::Bytes).collect()),
            ])
        });
        cbor::encode(&Value::Array(vec![self.schema.into(), Value::Array(rounds.collect())]))
    }

    /// Reads a body that `sender` sent.
    pub fn from_bytes(bytes: &[u8], sender: MemberId) -> Result<Self, CborError> {
        let value = cbor::decode(bytes)?;
        let mut items = Items::exactly(&value, 2, "body")?;
        Ok(Self {
            schema: cbor::unsigned(items.next_value("body.schema")?, "body.schema")?,
            rounds: cbor::list(
                items.next_value("body.rounds")?,
                ROUNDS_PER_REQUEST_MAX,
                "body.rounds",
                |value, place| RoundAsk::from_cbor(value, place, sender),
            )?,
        })
    }
}

impl RoundAsk {
    fn from_cbor(value: &Value, place: &'static str, sender: MemberId) -> Result<Self, CborError> {
        let mut items = Items::exactly(value, 7, place)?;
        let round = RoundId::from_cbor(items.next_value("round.id")?, "round.id")?;
        let holder = cbor::nullable(items.next_value("round.holder")?, "round.holder", MemberId::from_cbor)?;
        let schema = cbor::unsigned(items.next_value("round.schema")?, "round.schema")?;
        Ok(Self {
            document: DocumentName { round, holder: holder.unwrap_or(sender), schema },
            cursor: Cursor {
                position: cbor::unsigned(items.next_value("round.position")?, "round.position")?,
                lineage: cbor::fixed(items.next_value("round.lineage")?, "round.lineage")?,
            },
            // More than the limit is answered with `later`, so reading allows some more.
            pushes: cbor::list(
                items.next_value("round.pushes")?,
                PUSHES_PER_ROUND_MAX * 4,
                "round.pushes",
                Envelope::from_cbor,
            )?,
            cards: cbor::list(
                items.next_value("round.cards")?,
                CARDS_GIVEN_BACK_MAX,
                "round.cards",
                |value, place| cbor::bytes(value, place).map(<[u8]>::to_vec),
            )?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sync::prepare::prepare;
    use crate::testing::answers::{empty_round, outbox};
    use crate::testing::{COURIER, DOCUMENT, PHONE, key};
    use crate::wire::signed_request::SignedRequest;

    fn request() -> Vec<u8> {
        prepare(outbox(vec![empty_round(DOCUMENT)])).unwrap().request
    }

    #[test]
    fn a_round_of_another_holder_names_them_and_comes_back_as_it_was() {
        let document = DocumentName { holder: MemberId([1; 16]), ..DOCUMENT };
        let cursor = Cursor { position: 7, lineage: [3; 8] };
        let asked = SyncRequest {
            schema: 1,
            rounds: vec![RoundAsk { document, cursor, pushes: Vec::new(), cards: Vec::new() }],
        };
        assert_eq!(SyncRequest::from_bytes(&asked.to_bytes(COURIER), COURIER).unwrap(), asked);
    }

    proptest! {
        #[test]
        fn a_request_with_a_byte_changed_is_not_signed_or_not_read(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut bytes = request();
            let at = at.index(bytes.len());
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            if let Ok(read) = SignedRequest::from_bytes(&bytes) {
                prop_assert!(!read.is_signed_by(&key(PHONE).public()));
                let _ = SyncRequest::from_bytes(&read.body, COURIER);
            }
        }

        #[test]
        fn random_bytes_are_no_request_and_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..99)) {
            prop_assert!(SignedRequest::from_bytes(&bytes).is_err());
            let _ = SyncRequest::from_bytes(&bytes, COURIER);
        }
    }
}
