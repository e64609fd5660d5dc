//! The numbered files of `migrations/`, embedded: the only way the schema changes.
//!
//! A file that was ever released is never edited, a new number is added. A database of a newer server is
//! refused, not guessed at: this server would not write what the newer one needs.

use refinery::error::Kind;

refinery::embed_migrations!("src/db/migrations");

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database knows a migration that this server does not.
    #[error("it was made by a newer server: start that one")]
    Newer,
    /// A migration failed; nothing of it was kept.
    #[error("its schema could not be brought up to date")]
    Failed(#[source] refinery::Error),
}

/// The number of the newest migration that this program knows.
#[must_use]
pub fn newest() -> u64 {
    let versions = migrations::runner().get_migrations().iter().map(refinery::Migration::version).max();
    versions.and_then(|version| u64::try_from(version).ok()).unwrap_or(0)
}

/// Runs the migrations that the database lacks, each in a transaction.
pub(super) fn run(connection: &mut rusqlite::Connection) -> Result<(), MigrationError> {
    match migrations::runner().run(connection) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), Kind::MissingVersion(_)) => Err(MigrationError::Newer),
        Err(error) => Err(MigrationError::Failed(error)),
    }
}
