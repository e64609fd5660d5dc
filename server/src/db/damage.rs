//! What is stored and no longer says what it said: found by the hash that the log's row has of it.

use core_sync::domain::card::card_hash;
use core_sync::domain::ids::{CardHash, to_text};
use core_sync::round_doc::change::intact_hash;
use rusqlite::{Error, ErrorCode};

use super::log_row::{LogContent, LogRow};

/// Damage in a round's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// A change has other bytes than its hash says.
    #[error("change {} at position {position} has other bytes than its hash says", to_text(.hash))]
    Change {
        /// Where in the round's log.
        position: u64,
        /// What it was.
        hash: [u8; 32],
    },
    /// A card has other bytes than its hash says.
    #[error("card {} has other bytes than its hash says", to_text(&.0.0))]
    Card(CardHash),
    /// A row is missing, or is not what a row is.
    #[error("not every row can be read")]
    Rows,
}

impl LogRow {
    /// What is wrong with the row's content, if anything is.
    #[must_use]
    pub fn damage(&self) -> Option<Damage> {
        match &self.content {
            LogContent::Change { hash, envelope } => (intact_hash(&envelope.change) != Some(*hash))
                .then_some(Damage::Change { position: self.position, hash: *hash }),
            LogContent::Card { hash, bytes } => bytes.as_ref().and_then(|bytes| of_card(*hash, bytes)),
            LogContent::Tombstone(_) => None,
        }
    }
}

/// What is wrong with a card's bytes, if anything is.
#[must_use]
pub fn of_card(hash: CardHash, bytes: &[u8]) -> Option<Damage> {
    (card_hash(bytes) != hash).then_some(Damage::Card(hash))
}

/// Whether SQLite says that what it read is damaged, and not that it could not read.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
        || matches!(
            error,
            Error::FromSqlConversionFailure(..)
                | Error::InvalidColumnType(..)
                | Error::IntegralValueOutOfRange(..)
        )
}
