//! The manifest of a backup: what stands in it, from which moment, and the hash of every file.
//!
//! JSON, so that a person can read it; SHA-256 in hexadecimal, so that `sha256sum` can check it without us.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use core_sync::domain::ids::CoopId;
use core_sync::domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The file's name in a backup.
pub const FILE_NAME: &str = "manifest.json";
/// The format that this program writes and the newest that it reads.
pub const FORMAT: u64 = 1;
/// Bytes of a manifest that are read: a few hundred for each of a folder's few files and co-ops.
const MANIFEST_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Its format.
    pub format: u64,
    /// When the backup was begun.
    pub made_ms: Timestamp,
    /// The program that made it.
    pub program: String,
    /// The SQLite that wrote the database.
    pub sqlite: String,
    /// The number of the database's last migration.
    pub schema: u64,
    /// When the newest row of any log came.
    pub last_row_ms: Option<Timestamp>,
    /// The co-ops.
    pub co_ops: Vec<CoopAt>,
    /// Every other file.
    pub files: Vec<FileAt>,
}

/// Where a co-op's log stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoopAt {
    /// Its id.
    pub co_op: CoopId,
    /// Its name.
    pub name: String,
    /// The position of the last entry of its log.
    pub position: u64,
    /// The lineage there, base64url.
    pub lineage: String,
    /// How many rounds it has.
    pub rounds: u64,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAt {
    /// Its path in the backup, with `/`.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// Where the manifest of a folder is.
#[must_use]
pub fn path_in(folder: &Path) -> PathBuf {
    folder.join(FILE_NAME)
}

/// Reads the manifest of a backup; a newer format than ours is an error.
pub fn read(folder: &Path) -> io::Result<Manifest> {
    let mut bytes = Vec::new();
    File::open(path_in(folder))?.take(MANIFEST_BYTES_MAX).read_to_end(&mut bytes)?;
    let manifest: Manifest = serde_json::from_slice(&bytes)?;
    if manifest.format > FORMAT {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "made by a newer program"));
    }
    Ok(manifest)
}

/// Where a file that a manifest names is; `None` if that is not inside the backup.
#[must_use]
pub fn place_of(folder: &Path, path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    path.components().all(|part| matches!(part, Component::Normal(_))).then(|| folder.join(path))
}

/// How long a file is and its SHA-256 in hexadecimal.
pub fn sha256(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut digest, mut bytes) = (Sha256::new(), 0_u64);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        digest.update(chunk.get(..read).unwrap_or_default());
    }
    let mut text = String::new();
    for byte in digest.finalize() {
        // Writing into a text does not fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    Ok((bytes, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_hash_is_the_one_that_sha256sum_prints() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("abc");
        std::fs::write(&file, "abc").unwrap();
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&file).unwrap(), (3, hash.to_owned()));
    }

    #[test]
    fn a_name_that_leads_out_of_the_backup_is_not_followed() {
        let folder = Path::new("backup");
        assert_eq!(place_of(folder, "keys/server.key"), Some(folder.join("keys/server.key")));
        for name in ["../x", "/etc/passwd", "keys/../../x"] {
            assert_eq!(place_of(folder, name), None, "{name}");
        }
    }

    #[test]
    fn a_newer_format_is_not_guessed_at() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"format":2,"made_ms":1,"program":"","sqlite":"","schema":9,"last_row_ms":null,"co_ops":[],"files":[]}"#;
        std::fs::write(path_in(folder.path()), text).unwrap();
        assert!(read(folder.path()).is_err());
        std::fs::write(path_in(folder.path()), text.replace("\"format\":2", "\"format\":1")).unwrap();
        assert_eq!(read(folder.path()).unwrap().schema, 9);
    }
}
