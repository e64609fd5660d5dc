//! `tournee backup` and `tournee restore`: copies of a data folder, made beside a running server and put back.
//!
//! The database is copied by `VACUUM INTO`: one read of one moment. The other way that SQLite offers, its backup
//! API in small steps, starts anew whenever another process writes; beside a server with 95 commits a second it was not
//! done after 10 seconds and 936 new starts with a database of 60 MiB, which `VACUUM INTO` copied in 0.12. It leaves out
//! free pages, too, and what it writes is one file without a WAL.

mod files;
pub mod last;
pub mod manifest;
pub(crate) mod replay;
pub mod restore;
#[cfg(test)]
mod tests;
pub mod window;

use std::io;
use std::path::{Path, PathBuf};

use core_sync::domain::ids::to_text;
use core_sync::domain::time::Timestamp;

use self::files::failed;
use self::manifest::{CoopAt, FileAt, Manifest};
use crate::db::connection::ReadConnection;
use crate::db::error::DbError;
use crate::db::open::{self, DatabaseError};
use crate::db::{co_op, sqlite_version, whole};
use crate::folder::{Folder, FolderError, database_in, keys_in};
use crate::keys::{self, KeyError};

/// Why no backup was made. What was begun is taken away again.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something there already.
    #[error("{} is there already: give the name of a new folder", path.display())]
    AlreadyThere {
        /// The folder.
        path: PathBuf,
    },
    /// Another backup to the same place goes on.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database cannot be read or copied.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A statement failed.
    #[error("the database cannot be copied")]
    Read(#[from] DbError),
    /// A folder could not be made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The operating system did not do something.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

/// Where a backup is built before it is moved into place: a sibling, so that moving is renaming.
#[must_use]
pub fn unfinished(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    out.with_file_name(name)
}

/// Makes a backup of the folder `data` in the new folder `out`. When it returns the backup is whole and on the disk;
/// after an error there is none.
///
/// # Errors
/// See [`BackupError`].
pub fn backup(data: &Path, out: &Path, now: Timestamp) -> Result<Manifest, BackupError> {
    if out.exists() {
        return Err(BackupError::AlreadyThere { path: out.to_owned() });
    }
    let source = open::open_beside(&database_in(data))?;
    let building = unfinished(out);
    if !building.is_dir() {
        keys::make_folder(&building)?;
    }
    // Held, so that a second backup to the same place does not take this one for the rest of a dead one.
    let held = Folder::hold(&building)?;
    let made = build(data, &source, &building, now).and_then(|manifest| {
        files::rename(&building, out)?;
        Ok(manifest)
    });
    if made.is_err() {
        // Should it stay: the next backup to this place takes it away.
        let _left = std::fs::remove_dir_all(&building);
    }
    drop(held);
    if made.is_ok() {
        last::note(data, out, now);
    }
    made
}

fn build(
    data: &Path,
    source: &ReadConnection,
    building: &Path,
    now: Timestamp,
) -> Result<Manifest, BackupError> {
    files::empty(building)?;
    let database = database_in(building);
    // Made first, because SQLite would make it readable by others.
    files::write(&database, b"")?;
    source.copy_into(&database)?;
    files::sync(&database)?;
    keys::make_folder(&keys_in(building))?;
    files::copy_all(&keys_in(data), &keys_in(building), |_| true)?;
    files::copy_all(data, building, files::is_config)?;
    let manifest = describe(building, now)?;
    let text = serde_json::to_vec_pretty(&manifest);
    let text = text.map_err(|error| failed("write", &manifest::path_in(building))(error.into()))?;
    files::write(&manifest::path_in(building), &text)?;
    files::sync(&keys_in(building))?;
    // The lock of this run is no part of the backup.
    std::fs::remove_file(building.join(Folder::LOCK)).map_err(failed("take away", building))?;
    files::sync(building)?;
    Ok(manifest)
}

/// Reads from the copy what it is, so that the manifest speaks of the same moment as the database.
fn describe(building: &Path, now: Timestamp) -> Result<Manifest, BackupError> {
    let mut copy = open::open_beside(&database_in(building))?;
    let mut manifest = copy.read(|snapshot| {
        let mut co_ops = Vec::new();
        for row in co_op::all(snapshot)? {
            let Some((position, lineage)) = co_op::log_end(snapshot, row.id)? else { continue };
            let (rounds, lineage) = (whole::rounds(snapshot, row.id)?.len() as u64, to_text(&lineage.0.0));
            co_ops.push(CoopAt { co_op: row.id, name: row.name, position, lineage, rounds });
        }
        Ok::<_, DbError>(Manifest {
            format: manifest::FORMAT,
            made_ms: now,
            program: format!("tournee {}", env!("CARGO_PKG_VERSION")),
            sqlite: sqlite_version::linked().to_owned(),
            schema: whole::schema(snapshot)?,
            last_row_ms: whole::last_row(snapshot)?,
            co_ops,
            files: Vec::new(),
        })
    })?;
    drop(copy);
    for path in files::all_in(building)? {
        let place = building.join(&path);
        let (bytes, sha256) = manifest::sha256(&place).map_err(failed("read", &place))?;
        manifest.files.push(FileAt { path, bytes, sha256 });
    }
    Ok(manifest)
}
