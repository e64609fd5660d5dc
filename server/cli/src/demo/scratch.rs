//! The folder of a demo: thrown away at the end unless kept.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

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
                std::fs::create_dir(folder).map_err(|error| Failure::file(folder, &error))?;
                Ok(Self { kept: Some(folder.to_owned()), thrown_away: None })
            }
            None => {
                let folder = tempfile::Builder::new().prefix("tournee-demo-").tempdir();
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
