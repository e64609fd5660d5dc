//! Opening: the folder, its lock, the pragmas, the check for damage, the schema.

use std::fs::{OpenOptions, TryLockError};
use std::path::Path;

use rusqlite::Connection;

use super::{Store, StoreError};

/// Marks the file as a phone's store of ours ("TrnP").
const APPLICATION_ID: i64 = 0x5472_6e50;
/// The version of the schema.
const SCHEMA_VERSION: i64 = 1;
/// How long to wait for a lock within one process's own connections; another process is kept out by the lock file.
const BUSY: std::time::Duration = std::time::Duration::from_secs(5);

impl Store {
    /// Opens the store in `folder`, making both if need be. A damaged database is an error that names it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let unusable = |source| StoreError::Folder { folder: folder.to_owned(), source };
        make_private(folder).map_err(unusable)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        let file = folder.join("phone.sqlite3");
        let connection = connect(&file).map_err(|error| match error {
            StoreError::Sqlite(error) if is_damage(&error) => {
                StoreError::Damaged { file: file.clone(), said: error.to_string() }
            }
            other => other,
        })?;
        Ok(Self { connection, folder: folder.to_owned(), _lock: lock })
    }
}

/// A folder that only its owner reads: it holds a key and addresses.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that opens the phone's store and sets its pragmas"
    )]
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(BUSY)?;
    // FULL: a signature shown as saved must survive the battery falling out.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON;",
    )?;
    // On Apple systems fsync leaves data in the drive's cache.
    #[cfg(target_vendor = "apple")]
    connection.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said != "ok" {
        return Err(StoreError::Damaged { file: file.to_owned(), said });
    }
    let id: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match (id, version) {
        (0, 0) => {
            let setup = connection.transaction()?;
            setup.execute_batch(include_str!("schema.sql"))?;
            setup.pragma_update(None, "application_id", APPLICATION_ID)?;
            setup.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            setup.commit()?;
        }
        (APPLICATION_ID, SCHEMA_VERSION) => {}
        (APPLICATION_ID, newer) => {
            let said = format!("it was written by a newer version (schema {newer})");
            return Err(StoreError::Damaged { file: file.to_owned(), said });
        }
        _ => {
            let said = "it is another program's database".to_owned();
            return Err(StoreError::Damaged { file: file.to_owned(), said });
        }
    }
    Ok(connection)
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
    )
}
