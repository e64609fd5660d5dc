//! A card: the personal side of a stop. Erasable, never in the document, salted so that its hash tells nothing.
//!
//! A version of a card is its content hash and what it replaces. Only a tombstone deletes one.

use ciborium::Value;
use rand_core::Rng;
use serde::{Deserialize, Serialize};

use super::coordinate::Coordinate;
use super::hash::Hash;
use super::ids::CardHash;
use super::limits::{CARD_BYTES_MAX, INSTRUCTIONS_CHARACTERS_MAX, NAME_CHARACTERS_MAX};
use super::personal::Personal;
use crate::cbor::{self, CborError, Map, get, require};

/// What a person wrote about a stop. In JSON as on screens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardText {
    /// The shop or the recipient.
    pub name: Personal<String>,
    /// Street and number, postcode.
    pub address: Personal<String>,
    /// Where that is.
    pub coordinate: Personal<Coordinate>,
    /// A telephone number, as dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<Personal<String>>,
    /// The code of the door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub door_code: Option<Personal<String>>,
    /// What to know at the door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<Personal<String>>,
}

/// One version of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Random, so that nobody finds an address again by trying hashes.
    pub salt: [u8; 16],
    /// The version it replaces.
    pub replaces: Option<CardHash>,
    /// What it says.
    pub text: CardText,
}

/// What is wrong with a card's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be 1 to {characters_max} characters without line breaks")]
pub struct CardError {
    /// The field.
    pub field: &'static str,
    /// How long it may be.
    pub characters_max: usize,
}

impl CardText {
    /// Checks lengths and characters.
    pub fn check(&self) -> Result<(), CardError> {
        let optional = |field, text: &Option<Personal<String>>, max| {
            text.as_ref().map_or(Ok(()), |text| check_text(field, text, max))
        };
        check_text("name", &self.name, NAME_CHARACTERS_MAX)?;
        check_text("address", &self.address, NAME_CHARACTERS_MAX)?;
        optional("telephone", &self.telephone, NAME_CHARACTERS_MAX)?;
        optional("door_code", &self.door_code, NAME_CHARACTERS_MAX)?;
        optional("instructions", &self.instructions, INSTRUCTIONS_CHARACTERS_MAX)
    }
}

fn check_text(field: &'static str, text: &Personal<String>, characters_max: usize) -> Result<(), CardError> {
    let text = text.reveal();
    let length = text.chars().count();
    if text.trim().is_empty() || length > characters_max || text.chars().any(is_hidden) {
        return Err(CardError { field, characters_max });
    }
    Ok(())
}

/// Whether a character is not seen where it stands: controls, line and paragraph breaks, zero width, and what
/// turns the direction of the text around it. A name with one looks like another name.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Card {
    /// A new version with fresh salt.
    #[must_use]
    pub fn new(text: CardText, replaces: Option<CardHash>, random: &mut impl Rng) -> Self {
        let mut salt = [0; 16];
        random.fill_bytes(&mut salt);
        Self { salt, replaces, text }
    }

    /// The bytes that are hashed and sent.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = |text: &Option<Personal<String>>| text.as_ref().map(|text| text.reveal().clone());
        let (latitude, longitude) = self.text.coordinate.reveal().e7();
        cbor::encode(
            &Map::new()
                .field(1, Value::Bytes(self.salt.to_vec()))
                .optional(2, self.replaces)
                .field(3, self.text.name.reveal().clone())
                .field(4, self.text.address.reveal().clone())
                .field(5, latitude)
                .field(6, longitude)
                .optional(7, text(&self.text.telephone))
                .optional(8, text(&self.text.door_code))
                .optional(9, text(&self.text.instructions))
                .build(),
        )
    }

    /// Reads a card.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CborError> {
        if bytes.len() > CARD_BYTES_MAX {
            return Err(CborError::Shape { place: "card", expected: "within its limit of bytes" });
        }
        let card = cbor::decode(bytes)?;
        let text = |key, place| get(&card, key).map(|v| owned(v, place)).transpose();
        let degrees = |key, place| cbor::signed(require(&card, key, place)?, place);
        let coordinate = Coordinate::from_e7(degrees(5, "card.latitude")?, degrees(6, "card.longitude")?)
            .map_err(|_| CborError::Shape { place: "card.coordinate", expected: "a point on the globe" })?;
        Ok(Self {
            salt: cbor::fixed(require(&card, 1, "card.salt")?, "card.salt")?,
            replaces: get(&card, 2).map(|v| CardHash::from_cbor(v, "card.replaces")).transpose()?,
            text: CardText {
                name: owned(require(&card, 3, "card.name")?, "card.name")?,
                address: owned(require(&card, 4, "card.address")?, "card.address")?,
                coordinate: Personal::new(coordinate),
                telephone: text(7, "card.telephone")?,
                door_code: text(8, "card.door_code")?,
                instructions: text(9, "card.instructions")?,
            },
        })
    }
}

fn owned(value: &Value, place: &'static str) -> Result<Personal<String>, CborError> {
    cbor::text(value, place).map(|text| Personal::new(text.to_owned()))
}

/// The version of a card: the hash of its bytes.
#[must_use]
pub fn card_hash(bytes: &[u8]) -> CardHash {
    CardHash(Hash::of("tournee/card/1", &[bytes]).0)
}

#[cfg(test)]
mod tests;
