//! What this machine does without the product, in the same run: a busy or slow machine is seen here first.

use std::path::Path;

use core_sync::signing::key::PrivateKey;
use rusqlite::Connection;

use crate::clock;
use crate::error::BenchError;
use crate::median::median;

/// Commits that are timed.
const COMMITS: usize = 100;
/// Signatures that are checked.
const SIGNATURES: usize = 2_000;
/// Bytes of a row: a change with one act in it.
pub const ROW_BYTES: usize = 182;

/// A database that is opened as the product opens its own, with one table and no other thought.
pub struct BareDatabase(Connection);

impl BareDatabase {
    /// Makes it in a folder: WAL, a commit waits for the disk.
    pub fn make(folder: &Path) -> Result<Self, BenchError> {
        #[allow(
            clippy::disallowed_methods,
            reason = "the measure beside which the product's stores are held"
        )]
        let connection = Connection::open(folder.join("bare.sqlite3"))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE act (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
        )?;
        Ok(Self(connection))
    }

    /// Commits one row; gives the seconds that took.
    pub fn commit(&self, bytes: &[u8]) -> Result<f64, BenchError> {
        let (seconds, done) =
            clock::timed(|| self.0.prepare_cached("INSERT INTO act (bytes) VALUES (?1)")?.execute([bytes]));
        done?;
        Ok(seconds)
    }
}

/// Commits a second of one row each, one after the other.
pub fn commits_per_s(folder: &Path) -> Result<f64, BenchError> {
    let database = BareDatabase::make(folder)?;
    let seconds: Result<Vec<f64>, BenchError> =
        (0..COMMITS).map(|_| database.commit(&[7; ROW_BYTES])).collect();
    Ok(1.0 / median(&seconds?))
}

/// Ed25519 signatures checked a second, on one thread.
pub fn verifications_per_s() -> f64 {
    let key = PrivateKey::from_seed(&[7; 32]);
    let signature = key.sign("tournee/bench/1", &[b"act"]);
    let public = key.public();
    let (seconds, valid) = clock::timed(|| {
        (0..SIGNATURES).filter(|_| public.verifies("tournee/bench/1", &[b"act"], &signature)).count()
    });
    valid as f64 / seconds
}
