//! A new file for a secret, readable by its owner alone. Made before the secret is asked for, so that no token is
//! granted that nobody can keep; taken away again if nothing comes of it.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The file, empty until it is written.
pub(crate) struct NewSecretFile {
    path: PathBuf,
    file: File,
    written: bool,
}

impl NewSecretFile {
    /// Makes the file; one that is there already is an error.
    pub(crate) fn make(path: &Path) -> Result<Self, Failure> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| Failure::file(path, &error))?;
        Ok(Self { path: path.to_owned(), file, written: false })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the secret, to the disk.
    pub(crate) fn write(mut self, secret: &str) -> Result<(), Failure> {
        writeln!(self.file, "{secret}")
            .and_then(|()| self.file.sync_all())
            .map_err(|error| Failure::file(&self.path, &error))?;
        self.written = true;
        Ok(())
    }
}

impl Drop for NewSecretFile {
    fn drop(&mut self) {
        if !self.written {
            // An empty file left behind is only in the way of the next try.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
