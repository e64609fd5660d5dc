//! What goes wrong between the server and its database while it serves.
//!
//! What is found at start has an error of its own in `open.rs`. The text says what was being done, the
//! source says what SQLite said; neither ever holds a value of a row.

use core_sync::domain::ids::RoundId;

use super::damage::{Damage, is_damage};

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A statement failed.
    #[error("{doing}")]
    Statement {
        /// What was being done, as in "reading a device".
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// What is stored of a round is damaged.
    #[error("round {round} is damaged: {damage}")]
    Damaged {
        /// The round.
        round: RoundId,
        /// What is wrong.
        damage: Damage,
    },
    /// SQLite takes names in UTF-8 only.
    #[error("the name of the file is not UTF-8")]
    FileName,
    /// SQLite gave up a whole batch by itself, as it does when the disk is full.
    #[error("SQLite rolled the batch back")]
    RolledBack,
}

impl DbError {
    /// The same, for a statement that reads the rows of a round.
    pub(super) fn of_rows(self, round: RoundId) -> Self {
        match &self {
            Self::Statement { source, .. } if is_damage(source) => {
                Self::Damaged { round, damage: Damage::Rows }
            }
            Self::Statement { .. } | Self::Damaged { .. } | Self::FileName | Self::RolledBack => self,
        }
    }
}

/// Says what was being done when SQLite failed.
pub(super) trait Doing<T> {
    /// Adds it.
    fn doing(self, doing: &'static str) -> Result<T, DbError>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T, DbError> {
        self.map_err(|source| DbError::Statement { doing, source })
    }
}
