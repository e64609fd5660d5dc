//! The phone's store: one SQLite file, WAL, synchronous FULL. All SQL of the phone is in this folder.
//!
//! Every public function is one transaction. A function that returned is on disk.

mod cells;
mod confirm;
mod heads;
mod identity;
mod open;
mod outbox;
mod queue;
mod rebuild;
mod rounds;
mod shop_words;
mod spare;

use std::path::PathBuf;

pub use identity::{Enrolled, PhoneState};
pub use queue::{QueuedAct, SavedAct};
pub use rounds::StoredRound;
pub use shop_words::QueuedWord;

/// The store. One process has it open at a time.
#[derive(Debug)]
pub struct Store {
    connection: rusqlite::Connection,
    folder: PathBuf,
    /// Which file was opened, to notice that another one, or none, stands in its place.
    opened: open::FileIdentity,
    read: rounds::ReadRounds,
    /// Last, because fields are dropped in this sequence: held for as long as the connection may write.
    _lock: open::FolderLock,
}

/// Why the store failed. Nothing was half-written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made, read or written.
    #[error("the folder {} cannot be used", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another program has it open.
    #[error("another program has the folder {} open", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The database is damaged; it is never half-read.
    #[error("the database {} is damaged: {said}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What the check said.
        said: String,
    },
    /// A newer version of this program wrote it.
    #[error("the database {} was written by a newer version (schema {schema})", file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its schema.
        schema: i64,
    },
    /// The folder was moved or deleted while it was open: what is written now would be lost.
    #[error("the folder {} was moved or deleted", folder.display())]
    Gone {
        /// The folder.
        folder: PathBuf,
    },
    /// A row holds what this program never writes.
    #[error("a row of {table} cannot be read")]
    Content {
        /// The table.
        table: &'static str,
    },
    /// SQLite failed: a full disk, an I/O error.
    #[error("the database failed")]
    Sqlite(#[from] rusqlite::Error),
}

impl Store {
    /// The folder it lives in.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Rows written since it was opened. Nobody else writes to it, so while this number stands so does all in it.
    pub(crate) fn rows_written(&self) -> u64 {
        self.connection.total_changes()
    }
}

#[cfg(test)]
mod tests;
