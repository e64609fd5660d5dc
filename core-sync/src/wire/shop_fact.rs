//! `POST /v1/shop-facts`: what a shop gave or received, as a record that proves itself.

use serde::{Deserialize, Serialize};

use crate::domain::ids::RecordId;
use crate::domain::time::Timestamp;

/// What the shop's device sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopFactRequest {
    /// The record's id: 16 random bytes and the device.
    pub record: RecordId,
    /// The record's bytes with their proof, base64url.
    pub bytes: String,
}

/// The answer: the server has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopFactAnswer {
    /// The record's id.
    pub record: RecordId,
    /// When the server first had it.
    pub received_ms: Timestamp,
}
