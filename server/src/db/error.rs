//! What goes wrong between the server and its database while it serves.
//!
//! What is found at start has an error of its own in `open.rs`. The text says what was being done, the
//! source says what SQLite said; neither ever holds a value of a row.

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
    /// SQLite takes names in UTF-8 only.
    #[error("the name of the file is not UTF-8")]
    FileName,
    /// SQLite gave up a whole batch by itself, as it does when the disk is full.
    #[error("SQLite rolled the batch back")]
    RolledBack,
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
