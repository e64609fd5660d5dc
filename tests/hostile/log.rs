//! The server's database, looked into from outside: what stands in a document's log.

use std::path::{Path, PathBuf};

use core_sync::domain::ids::RoundId;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::mint::Tip;
use core_sync::round_doc::trial::try_document;
use core_sync::sync::outbox::first_tip;
use rusqlite::{Connection, OpenFlags};

/// A row of a log: kind, content hash, lineage.
pub type Row = (i64, Vec<u8>, Vec<u8>);

/// The database.
pub struct Database(PathBuf);

impl Database {
    pub fn of(data: &Path) -> Self {
        Self(data.join("tournee.sqlite3"))
    }

    fn open(&self) -> Connection {
        Connection::open_with_flags(&self.0, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    /// The log of a document.
    pub fn log(&self, round: RoundId) -> Vec<Row> {
        let database = self.open();
        let mut rows = database
            .prepare("SELECT kind, hash, lineage FROM log WHERE document = ?1 ORDER BY position")
            .unwrap();
        let rows = rows.query_map([round.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The changes of a document, in the sequence of its log.
    pub fn changes(&self, round: RoundId) -> Vec<Vec<u8>> {
        let database = self.open();
        let mut rows = database
            .prepare(
                "SELECT change.bytes FROM log JOIN change USING (co_op, document, hash)
                 WHERE log.document = ?1 AND log.kind = 0 ORDER BY log.position",
            )
            .unwrap();
        rows.query_map([round.0], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// The heads of a document; those of an empty one if it does not exist.
    pub fn tip(&self, document: &DocumentName) -> Tip {
        let database = self.open();
        let mut rows = database.prepare("SELECT hash, max_op FROM head WHERE document = ?1").unwrap();
        let heads = rows.query_map([document.round.0], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let heads: Vec<([u8; 32], i64)> = heads.map(Result::unwrap).collect();
        if heads.is_empty() {
            return first_tip(document);
        }
        Tip { heads: heads.into_iter().map(|(hash, max_op)| (hash, max_op.unsigned_abs())).collect() }
    }

    /// Every device with its owner's name, in the sequence of their enrolment; the server has none.
    pub fn devices(&self) -> Vec<[u8; 8]> {
        let database = self.open();
        let mut rows = database.prepare("SELECT device FROM device ORDER BY rowid").unwrap_or_else(|_| {
            // Without a rowid the time of enrolment is the sequence.
            database.prepare("SELECT device FROM device ORDER BY enrolled_ms, device").unwrap()
        });
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// Whether a document is plain Automerge.
    pub fn trial(&self, document: &DocumentName) {
        try_document(document, &self.changes(document.round)).unwrap();
    }
}
