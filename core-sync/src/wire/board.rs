//! `GET /v1/board?after=`: every round of the co-op at one moment.

use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use super::round::RoundView;
use crate::domain::time::Timestamp;

/// A snapshot. Asking again with `after` = its cursor answers 304 while nothing happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// How much of the co-op's log it shows.
    pub cursor: Cursor,
    /// The server's clock.
    pub now_ms: Timestamp,
    /// The rounds, by courier's name and then by id.
    pub rounds: Vec<RoundView>,
}
