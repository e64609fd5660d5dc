//! The one file that opens SQLite connections, so that no pragma is ever forgotten.
//!
//! A database is judged before it is used: ours by its application id, whole by `quick_check`, its schema up
//! to date. A damaged one is named here, at start, with what SQLite said; it is never half-served.
#![allow(clippy::disallowed_methods, reason = "this is the one file that opens connections")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::connection::{ReadConnection, WriteConnection};
use super::migrations::{self, MigrationError};
use super::sqlite_version::{self, TooOld};

/// What marks a SQLite file as ours: "Tour" in ASCII.
const APPLICATION_ID: i32 = 0x546f_7572;
/// How long a statement waits for a lock. Within the server nothing waits: this is for somebody's `sqlite3`.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements kept prepared per connection: all of ours fit.
const PREPARED_STATEMENTS_MAX: usize = 128;
/// Pages in the WAL that are moved into the database together, 16 MB: a page that many commits write is moved once.
const CHECKPOINT_PAGES: u32 = 4_000;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The SQLite library has a bug that loses data.
    #[error(transparent)]
    Library(#[from] TooOld),
    /// There is no such file.
    #[error("there is no database {}: make a folder with `tournee init`, or restore a backup", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// SQLite could not open the file or set it up.
    #[error("cannot open the database {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// Some other program's file.
    #[error("{} is a SQLite file, but not of Tournée: give the folder that `tournee init` made", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("the database {} is damaged: {said}; restore a backup into an empty folder", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        said: String,
    },
    /// The WAL could not be moved into it.
    #[error("the WAL of the database {} cannot be emptied", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: super::error::DbError,
    },
    /// The schema could not be brought up to date.
    #[error("the database {} cannot be served", path.display())]
    Migrations {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: MigrationError,
    },
}

/// Makes a new database; the file must not exist.
pub fn create(path: &Path) -> Result<WriteConnection, DatabaseError> {
    sqlite_version::check(rusqlite::version_number())?;
    let failed = |source| DatabaseError::Open { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | FLAGS;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    set_up(connection, path)
}

/// Opens a database for writing: checks it, then brings its schema up to date.
pub fn open(path: &Path) -> Result<WriteConnection, DatabaseError> {
    sqlite_version::check(rusqlite::version_number())?;
    if !path.exists() {
        return Err(DatabaseError::Missing { path: path.to_owned() });
    }
    let failed = |source| judged(path, source);
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | FLAGS).map_err(failed)?;
    let application_id: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    if application_id != APPLICATION_ID {
        return Err(DatabaseError::NotOurs { path: path.to_owned() });
    }
    let connection = set_up(connection, path)?;
    // A server that was killed between erasing something and emptying the WAL left its bytes there.
    connection.checkpoint().map_err(|source| DatabaseError::Checkpoint { path: path.to_owned(), source })?;
    Ok(connection)
}

/// Opens one more connection to a database that [`open`] found whole. It cannot write.
pub fn open_reader(path: &Path) -> Result<ReadConnection, DatabaseError> {
    let failed = |source| judged(path, source);
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | FLAGS).map_err(failed)?;
    pragmas(&connection).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok(ReadConnection(connection))
}

/// Opens a database beside whoever serves it, to check or to copy it. It writes nothing there.
pub fn open_beside(path: &Path) -> Result<ReadConnection, DatabaseError> {
    if !path.exists() {
        return Err(DatabaseError::Missing { path: path.to_owned() });
    }
    let failed = |source| judged(path, source);
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | FLAGS).map_err(failed)?;
    let application_id: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    if application_id != APPLICATION_ID {
        return Err(DatabaseError::NotOurs { path: path.to_owned() });
    }
    // Not `query_only`, which would keep a copy from being written as well.
    pragmas(&connection).map_err(failed)?;
    Ok(ReadConnection(connection))
}

/// A database in memory, with the same pragmas and schema, for the log's contract suite.
#[cfg(test)]
pub fn memory() -> WriteConnection {
    set_up(Connection::open_in_memory().unwrap(), Path::new(":memory:")).unwrap()
}

/// A connection stays with one thread at a time (`NO_MUTEX`); a file name is never read as a URI.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

fn set_up(mut connection: Connection, path: &Path) -> Result<WriteConnection, DatabaseError> {
    let failed = |source| judged(path, source);
    pragmas(&connection).map_err(failed)?;
    // The answer is the mode it now has: `wal`, or `memory` for a database that has no file.
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).map_err(failed)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES).map_err(failed)?;
    let said: Vec<String> = connection
        .prepare("PRAGMA quick_check(3)")
        .and_then(|mut check| check.query_map([], |row| row.get(0))?.collect())
        .map_err(failed)?;
    if said != ["ok"] {
        return Err(DatabaseError::Damaged { path: path.to_owned(), said: said.join("; ") });
    }
    migrations::run(&mut connection)
        .map_err(|source| DatabaseError::Migrations { path: path.to_owned(), source })?;
    Ok(WriteConnection::new(connection))
}

/// What every connection must know.
fn pragmas(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS_MAX);
    // A statement is compiled once: SQLite would compile one anew for each value bound to its LIMIT, which costs more
    // than running it. Ours are made for any value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // FULL: a commit is on the disk when it returns, so that what was acknowledged survives power loss.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A card that is erased shall not be found in a free page.
    connection.pragma_update(None, "secure_delete", true)?;
    // What stands in the schema is ours, but the file may have been in other hands.
    connection.pragma_update(None, "trusted_schema", false)?;
    // Finds a damaged page when it is read, not when it has been written into another.
    connection.pragma_update(None, "cell_size_check", true)?;
    if cfg!(target_vendor = "apple") {
        // There, fsync does not empty the drive's cache.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    Ok(())
}

/// An error of SQLite as the operator should read it: damage is not "cannot open".
fn judged(path: &Path, source: rusqlite::Error) -> DatabaseError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            DatabaseError::Damaged { path, said: source.to_string() }
        }
        _ => DatabaseError::Open { path, source },
    }
}
