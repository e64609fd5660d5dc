//! Files as a backup has them: readable by their owner alone, and on the disk when a function returns.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::BackupError;
use crate::folder::{Folder, keys_in};

/// Says what was being done when the operating system refused.
pub(super) fn failed<'a>(doing: &'static str, path: &'a Path) -> impl Fn(io::Error) -> BackupError + 'a {
    move |source| BackupError::File { doing, path: path.to_owned(), source }
}

/// Writes a new file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed("make", path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed("write", path))
}

/// Copies a file into a new one.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    write(to, b"")?;
    let mut source = File::open(from).map_err(failed("read", from))?;
    let target = OpenOptions::new().write(true).open(to);
    target
        .and_then(|mut target| io::copy(&mut source, &mut target).and_then(|_| target.sync_all()))
        .map_err(failed("write", to))
}

/// Copies the files of a folder whose names are wanted; folders in it are not.
pub(super) fn copy_all(from: &Path, to: &Path, wanted: impl Fn(&str) -> bool) -> Result<(), BackupError> {
    for entry in fs::read_dir(from).map_err(failed("read", from))? {
        let path = entry.map_err(failed("read", from))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_file() && wanted(name) {
            copy(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Whether a file of a data folder is configuration.
pub(super) fn is_config(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

/// The files of a backup but its lock, as its manifest names them.
pub(super) fn all_in(folder: &Path) -> Result<Vec<String>, BackupError> {
    let mut found = Vec::new();
    for (place, prefix) in [(folder.to_owned(), ""), (keys_in(folder), "keys/")] {
        for entry in fs::read_dir(&place).map_err(failed("read", &place))? {
            let path = entry.map_err(failed("read", &place))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if path.is_file() && name != Folder::LOCK {
                found.push(format!("{prefix}{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Takes away what a dead run left in its folder, but the lock.
pub(super) fn empty(folder: &Path) -> Result<(), BackupError> {
    for entry in fs::read_dir(folder).map_err(failed("read", folder))? {
        let path = entry.map_err(failed("read", folder))?.path();
        if path.is_dir() {
            fs::remove_dir_all(&path).map_err(failed("take away", &path))?;
        } else if path.file_name().is_none_or(|name| name != Folder::LOCK) {
            fs::remove_file(&path).map_err(failed("take away", &path))?;
        }
    }
    Ok(())
}

/// Brings a file's bytes or a folder's names to the disk.
pub(super) fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(failed("save", path))
}

/// Renames, for good.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(from, to).map_err(failed("put in place", to))?;
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync(parent)
}
