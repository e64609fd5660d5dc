//! When and where the last backup of a folder was made: one small file in it, for `tournee check`.

use std::fs;
use std::path::{Path, PathBuf};

use core_sync::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The file's name in the data folder.
const FILE_NAME: &str = "last-backup.json";

/// The last backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    /// When it was begun.
    pub made_ms: Timestamp,
    /// Where it was put.
    pub path: PathBuf,
}

/// Notes a backup. If that fails the backup is as good, and `check` will ask for another.
pub(super) fn note(data: &Path, out: &Path, now: Timestamp) {
    let path = fs::canonicalize(out).unwrap_or_else(|_| out.to_owned());
    let text = serde_json::to_vec(&LastBackup { made_ms: now, path }).unwrap_or_default();
    let beside = data.join(format!("{FILE_NAME}.new"));
    let _fails_softly = fs::write(&beside, text).and_then(|()| fs::rename(&beside, data.join(FILE_NAME)));
}

/// The last backup of a folder, if one is known.
#[must_use]
pub fn read(data: &Path) -> Option<LastBackup> {
    serde_json::from_slice(&fs::read(data.join(FILE_NAME)).ok()?).ok()
}
