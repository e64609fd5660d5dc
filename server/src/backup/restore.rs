//! `tournee restore`: a backup becomes the data folder, and what must not come back does not.
//!
//! Nothing of the backup's logs is rewritten: lineages go on from where it stood, and phones notice by themselves that
//! what they read has gone, and give it back. Everything is built in a sibling and renamed into place; the old folder
//! is moved aside and never deleted.

use std::path::{Path, PathBuf};

use core_sync::domain::time::Timestamp;

use super::files::{self, failed};
use super::replay::replay;
use super::window::{self, Lost, WindowError};
use super::{BackupError, manifest};
use crate::app::error::AppError;
use crate::db::connection::WriteConnection;
use crate::db::error::DbError;
use crate::db::open;
use crate::db::whole;
use crate::folder::{Folder, database_in, keys_in};
use crate::keys;
use crate::revocations::{self, Line, Revocations, RevocationsError};
use crate::verify::report::Report;
use crate::verify::{self, Progress, VerifyError};

/// What to put back, where and how. All of it is said by whoever types it, never by a file or a variable.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The backup.
    pub backup: PathBuf,
    /// The data folder to make.
    pub data: PathBuf,
    /// Whether a folder that is there is moved aside.
    pub replace: bool,
    /// Whether a backup with faults is put back all the same.
    pub force: bool,
    /// A file of revocations and erasures beside the one of the old folder.
    pub revocations: Option<PathBuf>,
}

/// What was done.
#[derive(Debug)]
pub struct Restored {
    /// What the check of the backup found.
    pub report: Report,
    /// Where the old folder is now.
    pub moved_aside: Option<PathBuf>,
    /// The newest row of the backup: what came after it phones must give back.
    pub since: Timestamp,
    /// What the old database has and the backup lacks; `None` if there was none, an error if it cannot be read.
    pub lost: Option<Result<Lost, WindowError>>,
    /// Whether a file of revocations and erasures was found.
    pub revocations_found: bool,
    /// Devices shut out again.
    pub revoked: usize,
    /// Cards erased again.
    pub erased: usize,
    /// Lines of the file that cannot be read.
    pub damaged_lines: usize,
}

/// Why nothing was put back. The folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is no manifest: it is not a backup.
    #[error("{} is no backup: there is no {} in it", path.display(), manifest::FILE_NAME)]
    NoBackup {
        /// The folder.
        path: PathBuf,
    },
    /// The backup has faults.
    #[error("the backup is damaged")]
    Damaged(Box<Report>),
    /// The folder is not empty.
    #[error("{} is not empty", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The named file of revocations and erasures is not there.
    #[error("there is no file {}", path.display())]
    NoRevocations {
        /// The file.
        path: PathBuf,
    },
    /// The backup cannot be looked at.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// Something could not be copied or moved.
    #[error(transparent)]
    Copy(#[from] BackupError),
    /// The file of revocations and erasures cannot be read or written.
    #[error(transparent)]
    Revocations(#[from] RevocationsError),
    /// What it says could not be done again.
    #[error("revocations and erasures could not be done again")]
    Replay(#[source] AppError),
}

macro_rules! copy_errors {
    ($($source:ty),+) => {
        $(impl From<$source> for RestoreError {
            fn from(source: $source) -> Self {
                Self::Copy(source.into())
            }
        })+
    };
}

copy_errors!(crate::db::open::DatabaseError, DbError, crate::folder::FolderError, crate::keys::KeyError);

/// Puts a backup back.
///
/// # Errors
/// See [`RestoreError`].
pub fn restore(
    asked: &Restore,
    now: Timestamp,
    said: &mut dyn FnMut(Progress),
) -> Result<Restored, RestoreError> {
    if !manifest::path_in(&asked.backup).exists() {
        return Err(RestoreError::NoBackup { path: asked.backup.clone() });
    }
    let old = OldFolder::hold(asked)?;
    let report = verify::verify(&asked.backup, said)?;
    if !report.is_whole() && !asked.force {
        return Err(RestoreError::Damaged(Box::new(report)));
    }
    let lines = Remembered::read(asked)?;
    let building = beside(&asked.data, "restoring", now);
    keys::make_folder(&building)?;
    let built = build(asked, &building, &lines, now).and_then(|since| {
        let old_database = old.as_ref().map(|_| database_in(&asked.data)).filter(|file| file.exists());
        let lost = old_database.map(|old| window::compare(&old, &database_in(&building), since));
        Ok((since, lost, put_in_place(asked, old, &building, now)?))
    });
    if built.is_err() {
        let _left = std::fs::remove_dir_all(&building);
    }
    let (since, lost, moved_aside) = built?;
    let is_revoked = |line: &&Line| matches!(line, Line::Revoked { .. });
    let revoked = lines.lines.iter().filter(is_revoked).count();
    Ok(Restored {
        report,
        moved_aside,
        since,
        lost,
        revocations_found: lines.found,
        revoked,
        erased: lines.lines.len() - revoked,
        damaged_lines: lines.damaged,
    })
}

/// A folder that is there, held so that nobody serves it.
struct OldFolder {
    lock: Folder,
    is_empty: bool,
}

impl OldFolder {
    fn hold(asked: &Restore) -> Result<Option<Self>, RestoreError> {
        if !asked.data.exists() {
            return Ok(None);
        }
        let is_empty = std::fs::read_dir(&asked.data)
            .map_err(failed("read", &asked.data))?
            .filter_map(Result::ok)
            .all(|entry| entry.file_name() == Folder::LOCK);
        let lock = Folder::hold(&asked.data)?;
        if !is_empty && !asked.replace {
            return Err(RestoreError::NotEmpty { path: asked.data.clone() });
        }
        Ok(Some(Self { lock, is_empty }))
    }
}

/// What the old folder and the named file remember.
struct Remembered {
    lines: Vec<Line>,
    found: bool,
    damaged: usize,
}

impl Remembered {
    fn read(asked: &Restore) -> Result<Self, RestoreError> {
        let of_folder = asked.data.join(revocations::FILE_NAME);
        if let Some(path) = asked.revocations.as_ref().filter(|path| !path.is_file()) {
            return Err(RestoreError::NoRevocations { path: path.clone() });
        }
        let mut remembered = Self { lines: Vec::new(), found: false, damaged: 0 };
        // A restore that was cut between its renames left the file in a folder beside this one.
        let beside = left_beside(&asked.data);
        for file in [&of_folder].into_iter().chain(&beside).chain(&asked.revocations) {
            remembered.found |= file.exists();
            let read = revocations::read(file)?;
            remembered.damaged += read.damaged.len();
            for line in read.lines {
                if !remembered.lines.contains(&line) {
                    remembered.lines.push(line);
                }
            }
        }
        Ok(remembered)
    }
}

/// The files of revocations and erasures in the folders that earlier restores moved aside or did not finish. Lines of
/// another co-op do nothing, and those of this one hold whichever folder they are in.
fn left_beside(data: &Path) -> Vec<PathBuf> {
    let Some((parent, name)) = data.parent().zip(data.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    let is_of_ours = |entry: &std::fs::DirEntry| {
        let found = entry.file_name();
        let rest = found.to_str().and_then(|found| found.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with(".before-") || rest.starts_with(".restoring-"))
    };
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .filter(is_of_ours)
        .map(|entry| entry.path().join(revocations::FILE_NAME))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    files
}

/// The folder as it shall be, in `building`; returns when the backup's newest row came.
fn build(
    asked: &Restore,
    building: &Path,
    remembered: &Remembered,
    now: Timestamp,
) -> Result<Timestamp, RestoreError> {
    files::copy(&database_in(&asked.backup), &database_in(building))?;
    keys::make_folder(&keys_in(building))?;
    files::copy_all(&keys_in(&asked.backup), &keys_in(building), |_| true)?;
    files::copy_all(&asked.backup, building, files::is_config)?;
    let mut connection: WriteConnection = open::open(&database_in(building))?;
    let newest = connection.write(|tx| whole::last_row(tx))?;
    connection.write(|tx| replay(tx, &remembered.lines, now)).map_err(RestoreError::Replay)?;
    connection.checkpoint()?;
    drop(connection);
    Revocations::in_folder(building).append(&remembered.lines)?;
    files::sync(&keys_in(building))?;
    files::sync(building)?;
    let made = manifest::read(&asked.backup).map(|manifest| manifest.made_ms);
    Ok(newest.or(made.ok()).unwrap_or(now))
}

/// Moves the old folder aside and the new one to its place; both stay locked until it stands.
fn put_in_place(
    asked: &Restore,
    old: Option<OldFolder>,
    building: &Path,
    now: Timestamp,
) -> Result<Option<PathBuf>, RestoreError> {
    let new_lock = Folder::hold(building)?;
    let mut moved_aside = None;
    let mut old_lock = None;
    if let Some(old) = old {
        if old.is_empty {
            let lock = asked.data.join(Folder::LOCK);
            std::fs::remove_file(&lock).map_err(failed("take away", &lock))?;
        } else {
            let aside = beside(&asked.data, "before", now);
            files::rename(&asked.data, &aside)?;
            moved_aside = Some(aside);
        }
        old_lock = Some(old.lock);
    }
    if let Err(error) = files::rename(building, &asked.data) {
        // The old one goes back: better the old folder than none.
        if let Some(aside) = &moved_aside {
            files::rename(aside, &asked.data)?;
        }
        return Err(error.into());
    }
    drop((old_lock, new_lock));
    Ok(moved_aside)
}

/// A sibling of the folder, named after the moment.
fn beside(data: &Path, what: &str, now: Timestamp) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{what}-{}", moment(now)));
    data.with_file_name(name)
}

/// A moment as it may stand in a file's name: 20261122T084500Z, and the milliseconds.
fn moment(now: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(now.0)
        .map_or_else(|_| now.0.to_string(), |time| time.strftime("%Y%m%dT%H%M%S%3fZ").to_string())
}
