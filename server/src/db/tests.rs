//! What a damaged, foreign or newer database does to whoever opens it.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::connection::{Tx, WriteConnection};
use super::error::{DbError, Doing};
use super::migrations::MigrationError;
use super::open::{self, DatabaseError};

/// Writes what only the commit finds wrong, for tests of the writer.
pub(crate) fn fail_the_commit(tx: &Tx<'_>) -> Result<(), DbError> {
    tx.execute("PRAGMA defer_foreign_keys = ON", ()).doing("deferring")?;
    let sql = "INSERT INTO member (co_op, member, name, role, made_ms)
               VALUES (zeroblob(16), zeroblob(16), 'x', 'courier', 0)";
    tx.execute(sql, ()).doing("adding a member of no co-op").map(drop)
}

/// Rolls the whole batch back, as SQLite does by itself on a full disk.
pub(crate) fn roll_everything_back(tx: &Tx<'_>) -> Result<(), DbError> {
    tx.execute("ROLLBACK", ()).doing("rolling back").map(drop)
}

fn made(path: &Path) -> WriteConnection {
    let mut connection = open::create(path).unwrap();
    // Rows on many pages, so that there is something to damage.
    let sql = "INSERT INTO co_op (co_op, name, time_zone, public_key, server_device, position, lineage, made_ms)
               VALUES (randomblob(16), hex(randomblob(500)), '', zeroblob(32), zeroblob(8), 0, zeroblob(32), 0)";
    connection.write(|tx| (0..200).try_for_each(|_| tx.execute(sql, ()).doing("adding").map(drop))).unwrap();
    connection
}

fn flip(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_whole_database_opens_again_with_every_pragma() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    drop(made(&path));
    let connection = open::open(&path).unwrap();
    let mode: String = connection.0.query_row("PRAGMA journal_mode", (), |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    for (name, expected) in
        [("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0), ("cell_size_check", 1)]
    {
        let value: i64 = connection.0.query_row(&format!("PRAGMA {name}"), (), |row| row.get(0)).unwrap();
        assert_eq!(value, expected, "{name}");
    }
}

#[test]
fn a_damaged_database_is_found_at_start_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    drop(made(&path));
    let pages = fs::metadata(&path).unwrap().len() / 4096;
    // The header, a page of the schema's tree, pages in the middle.
    for (at, bytes) in [(0, [b'x'; 16]), (100, [0xff; 16]), ((pages - 3) * 4096, [0xff; 16])] {
        let copy = folder.path().join("copy");
        fs::copy(&path, &copy).unwrap();
        flip(&copy, at, &bytes);
        let error = open::open(&copy).unwrap_err();
        assert!(matches!(error, DatabaseError::Damaged { .. }), "{at}: {error:?}");
        let text = error.to_string();
        assert!(text.contains("copy") && text.contains("damaged"), "{text}");
        for file in ["copy", "copy-wal", "copy-shm"] {
            let _absent = fs::remove_file(folder.path().join(file));
        }
    }
}

#[test]
fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let connection = made(&path);
    connection.0.pragma_update(None, "application_id", 1).unwrap();
    drop(connection);
    assert!(matches!(open::open(&path), Err(DatabaseError::NotOurs { .. })));
    assert!(matches!(open::open(&folder.path().join("none")), Err(DatabaseError::Missing { .. })));
    assert!(!folder.path().join("none").exists());
}

#[test]
fn a_database_of_a_newer_server_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let connection = made(&path);
    let sql = "INSERT INTO refinery_schema_history SELECT 999, 'later', applied_on, checksum
               FROM refinery_schema_history LIMIT 1";
    connection.0.execute(sql, ()).unwrap();
    drop(connection);
    let error = open::open(&path).unwrap_err();
    assert!(matches!(error, DatabaseError::Migrations { source: MigrationError::Newer, .. }), "{error:?}");
}

#[test]
fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let _writer = made(&path);
    let reader = open::open_reader(&path).unwrap();
    assert!(reader.0.execute("DELETE FROM co_op", ()).is_err());
}

#[test]
fn every_table_is_strict() {
    let connection = open::memory();
    let loose: Vec<String> = connection
        .0
        .prepare("SELECT name FROM pragma_table_list WHERE strict = 0 AND schema = 'main' ORDER BY name")
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    // SQLite's own two, and the one that the migration tool makes.
    assert_eq!(loose, ["refinery_schema_history", "sqlite_schema", "sqlite_sequence"]);
}
