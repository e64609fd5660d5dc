//! The folder of a demo: thrown away at the end unless kept.

use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// What a town's people did is nobody else's.
const OWNER_ONLY: u32 = 0o700;

/// The folder.
pub(super) struct Scratch {
    kept: Option<PathBuf>,
    thrown_away: Option<tempfile::TempDir>,
}

impl Scratch {
    /// Makes it: a new folder of this name, or one that goes when this is dropped.
    pub(super) fn make(keep: Option<&Path>) -> Result<Self, Failure> {
        match keep {
            Some(folder) => {
                let mut builder = std::fs::DirBuilder::new();
                builder.mode(OWNER_ONLY);
                builder.create(folder).map_err(|error| Failure::file(folder, &error))?;
                Ok(Self { kept: Some(folder.to_owned()), thrown_away: None })
            }
            None => {
                let mode = std::fs::Permissions::from_mode(OWNER_ONLY);
                let folder = tempfile::Builder::new().prefix("tournee-demo-").permissions(mode).tempdir();
                let folder = folder.map_err(|error| Failure::file(Path::new("temporary folder"), &error))?;
                Ok(Self { kept: None, thrown_away: Some(folder) })
            }
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        match (&self.kept, &self.thrown_away) {
            (Some(path), _) => path,
            (None, Some(folder)) => folder.path(),
            (None, None) => Path::new("."),
        }
    }
}
