//! Opening: the folder, its lock, the pragmas, the check for damage, the schema.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use rusqlite::Connection;

use super::rounds::ReadRounds;
use super::{Store, StoreError};

/// The database in a phone's folder.
const FILE: &str = "phone.sqlite3";
/// Marks the file as a phone's store of ours ("TrnP").
const APPLICATION_ID: i64 = 0x5472_6e50;
/// The version of the schema.
const SCHEMA_VERSION: i64 = 2;
/// The steps to it, each from the version before; the first makes the store.
const STEPS: [&str; 2] = [include_str!("schema.sql"), include_str!("schema_2.sql")];
/// How long to wait for a lock within one process's own connections; another process is kept out by the lock file.
const BUSY: std::time::Duration = std::time::Duration::from_secs(5);

/// The hold on a phone's folder.
#[derive(Debug)]
pub(super) struct FolderLock(File);

impl Drop for FolderLock {
    /// Gives the folder free by hand: closing alone would leave it locked by any child process that is just
    /// being started and still holds a copy of the descriptor.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// A file as the system tells it from any other that may come to stand under the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileIdentity {
    device: u64,
    number: u64,
}

impl FileIdentity {
    #[cfg(unix)]
    fn of(file: &Path) -> std::io::Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = std::fs::metadata(file)?;
        Ok(Self { device: metadata.dev(), number: metadata.ino() })
    }

    #[cfg(not(unix))]
    fn of(file: &Path) -> std::io::Result<Self> {
        std::fs::metadata(file).map(|_| Self { device: 0, number: 0 })
    }
}

impl Store {
    /// Fails if the file that is open no longer stands in its folder: SQLite would go on writing to a file that
    /// nobody can ever open again, and an act would be shown as saved that is lost.
    pub(super) fn still_in_place(&self) -> Result<(), StoreError> {
        match FileIdentity::of(&self.folder.join(FILE)) {
            Ok(there) if there == self.opened => Ok(()),
            Ok(_) | Err(_) => Err(StoreError::Gone { folder: self.folder.clone() }),
        }
    }

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
        let file = folder.join(FILE);
        make_private_file(&file).map_err(unusable)?;
        let connection = connect(&file).map_err(|error| name_damage(error, &file))?;
        let opened = FileIdentity::of(&file).map_err(unusable)?;
        let read = ReadRounds::default();
        Ok(Self { connection, folder: folder.to_owned(), opened, read, _lock: FolderLock(lock) })
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

/// Makes the database's file before SQLite would, so that nobody else reads it whatever the folder allows;
/// SQLite gives its other files the same rights.
fn make_private_file(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
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
        (0, 0) => step_from(&mut connection, 0)?,
        (APPLICATION_ID, newer) if newer > SCHEMA_VERSION => {
            return Err(StoreError::Newer { file: file.to_owned(), schema: newer });
        }
        (APPLICATION_ID, version @ 1..) => step_from(&mut connection, version)?,
        _ => {
            let said = "it is another program's database".to_owned();
            return Err(StoreError::Damaged { file: file.to_owned(), said });
        }
    }
    // Killed between forgetting something and clearing the write-ahead log, the log would still hold it.
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(connection)
}

/// SQLite's words for a damaged file, with the file.
fn name_damage(error: StoreError, file: &Path) -> StoreError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    if let StoreError::Sqlite(sqlite) = &error
        && matches!(sqlite.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
    {
        return StoreError::Damaged { file: file.to_owned(), said: sqlite.to_string() };
    }
    error
}

/// Brings the schema from a version to this one, in one transaction: a phone that was refused as too old would keep acts
/// that nobody can send.
fn step_from(connection: &mut Connection, version: i64) -> Result<(), StoreError> {
    let done = usize::try_from(version).unwrap_or(0);
    if done == STEPS.len() {
        return Ok(());
    }
    let setup = connection.transaction()?;
    for step in STEPS.iter().skip(done) {
        setup.execute_batch(step)?;
    }
    setup.pragma_update(None, "application_id", APPLICATION_ID)?;
    setup.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    setup.commit()?;
    Ok(())
}
