//! What `tournee check` asks of a data folder's insides. It changes nothing and runs beside a server.

use std::path::{Path, PathBuf};

use core_sync::domain::time::Timestamp;

use crate::db::error::DbError;
use crate::db::open::{self, DatabaseError};
use crate::db::{co_op, migrations, sqlite_version, whole};
use crate::folder::database_in;
use crate::verify;
use crate::verify::report::{Place, Report};

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// The number of its last migration.
    pub schema: u64,
    /// The newest that this program knows.
    pub schema_known: u64,
    /// When its newest row came.
    pub last_row: Option<Timestamp>,
    /// The key files that are missing or not as they must be.
    pub bad_keys: Vec<String>,
    /// Bytes of its WAL.
    pub wal_bytes: u64,
}

/// Why a database says nothing.
#[derive(Debug, thiserror::Error)]
pub enum CheckupError {
    /// It cannot be opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// It cannot be read.
    #[error("the database cannot be read")]
    Read(#[from] DbError),
}

/// Asks the database of a folder.
pub fn database(data: &Path) -> Result<Database, CheckupError> {
    let mut connection = open::open_beside(&database_in(data))?;
    let found = connection.read(|snapshot| {
        let mut report = Report::default();
        verify::check_keys(snapshot, data, &co_op::all(snapshot)?, &mut report)?;
        let bad_keys = report.faults.into_iter().map(|fault| match fault.place {
            Place::File(name) => name,
            place @ (Place::Database(_) | Place::CoOp(..) | Place::Round(_) | Place::Row(..)) => {
                place.to_string()
            }
        });
        Ok::<_, DbError>(Database {
            schema: whole::schema(snapshot)?,
            schema_known: migrations::newest(),
            last_row: whole::last_row(snapshot)?,
            bad_keys: bad_keys.collect(),
            wal_bytes: std::fs::metadata(wal_of(data)).map_or(0, |metadata| metadata.len()),
        })
    })?;
    Ok(found)
}

/// The version of the SQLite in this program, and whether the server may use it.
#[must_use]
pub fn sqlite() -> (&'static str, bool) {
    (sqlite_version::linked(), sqlite_version::is_new_enough())
}

fn wal_of(data: &Path) -> PathBuf {
    let mut name = database_in(data).into_os_string();
    name.push("-wal");
    name.into()
}
