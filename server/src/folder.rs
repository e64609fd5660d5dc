//! The data folder: database, keys and the lock that keeps a second server out.
//!
//! It owns names and the lock only; what stands in the files is for `db/` and `keys.rs`. The lock is the
//! operating system's, so it is gone with the process, however that ended.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A data folder that this process holds.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Held, not read.
    lock: File,
}

impl Drop for Folder {
    /// Lets the next server in, by hand: closing alone would leave the folder locked by any child process that
    /// is just being started and still holds a copy of the descriptor.
    fn drop(&mut self) {
        let _free_or_closed = self.lock.unlock();
    }
}

/// Why a folder cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It is not there, or not a folder.
    #[error("there is no folder {}: make one with `tournee init`", path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// Another server has it open.
    #[error("another server has the folder {} open: stop that one first", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The lock file could not be opened or locked.
    #[error("cannot lock {}", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

impl Folder {
    /// The name of the lock file.
    pub const LOCK: &str = "lock";

    /// Takes the folder for this process; it must exist. What stands in it is not looked at.
    pub fn hold(path: &Path) -> Result<Self, FolderError> {
        if !path.is_dir() {
            return Err(FolderError::NoFolder { path: path.to_owned() });
        }
        let file = path.join(Self::LOCK);
        let failed = |source| FolderError::Lock { path: file.clone(), source };
        let mut options = OpenOptions::new();
        let lock = options.write(true).create(true).truncate(false).open(&file).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        database_in(&self.path)
    }

    /// The folder of the key files.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        keys_in(&self.path)
    }
}

/// The database file of a folder.
#[must_use]
pub fn database_in(folder: &Path) -> PathBuf {
    folder.join("tournee.sqlite3")
}

/// The folder of the key files of a folder.
#[must_use]
pub fn keys_in(folder: &Path) -> PathBuf {
    folder.join("keys")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_once_and_free_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let held = Folder::hold(folder.path()).unwrap();
        let error = Folder::hold(folder.path()).unwrap_err();
        assert!(matches!(&error, FolderError::InUse { path } if path == folder.path()), "{error:?}");
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
        drop(held);
        assert!(Folder::hold(folder.path()).is_ok());
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_and_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("nowhere");
        assert!(matches!(Folder::hold(&missing), Err(FolderError::NoFolder { .. })));
        assert!(!missing.exists());
    }
}
