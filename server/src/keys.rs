//! The private keys of a folder: the server's own and one per co-op, as files of 32 raw bytes.
//!
//! They outlive databases and restores, so they stand beside the database and not in it. Nothing here
//! overwrites or deletes a key, and no key is read from a file that others may read too.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use core_sync::domain::ids::CoopId;
use core_sync::domain::personal::Secret;
use core_sync::signing::key::PrivateKey;

/// The file of the server's own key, which signs plan records.
const SERVER_KEY: &str = "server.key";
/// Bits of a file's mode that let anybody but its owner in.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// The keys that the server signs with.
#[derive(Debug)]
pub struct Keys {
    /// Signs plan records, for every co-op of the folder.
    pub server: PrivateKey,
    co_ops: BTreeMap<CoopId, PrivateKey>,
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no such file.
    #[error("the key file {} is missing: put it back from a backup", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// Others than the server's user may read it.
    #[error("the key file {} can be read by others (mode {mode:03o}): run chmod 600 {}", path.display(), path.display())]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It has another length than a key.
    #[error("the key file {} is not 32 bytes long: put it back from a backup", path.display())]
    Length {
        /// The file.
        path: PathBuf,
    },
    /// The operating system did not read or write it.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// No key was read for this co-op.
    #[error("there is no key for the co-op {0}")]
    NoKey(CoopId),
}

impl Keys {
    /// Reads the server's key and those of these co-ops.
    pub fn read(folder: &Path, co_ops: impl IntoIterator<Item = CoopId>) -> Result<Self, KeyError> {
        let co_ops = co_ops.into_iter().map(|id| Ok((id, read(&folder.join(co_op_file(id)))?)));
        Ok(Self { server: read(&folder.join(SERVER_KEY))?, co_ops: co_ops.collect::<Result<_, KeyError>>()? })
    }

    /// Reads the server's key alone.
    pub fn read_server(folder: &Path) -> Result<PrivateKey, KeyError> {
        read(&folder.join(SERVER_KEY))
    }

    /// The key of a co-op, which signs delegations.
    pub fn of_co_op(&self, co_op: CoopId) -> Result<&PrivateKey, KeyError> {
        self.co_ops.get(&co_op).ok_or(KeyError::NoKey(co_op))
    }
}

/// The names of the server's key file and of a co-op's.
#[must_use]
pub fn file_names(co_op: CoopId) -> (&'static str, String) {
    (SERVER_KEY, co_op_file(co_op))
}

/// Writes the server's key into `folder`. On the disk when it returns.
pub fn write_server_key(folder: &Path, key: &PrivateKey) -> Result<(), KeyError> {
    write(folder, SERVER_KEY, key)
}

/// Writes a co-op's key into `folder`. On the disk when it returns.
pub fn write_co_op_key(folder: &Path, co_op: CoopId, key: &PrivateKey) -> Result<(), KeyError> {
    write(folder, &co_op_file(co_op), key)
}

/// Makes a folder for its owner only.
pub fn make_folder(folder: &Path) -> Result<(), KeyError> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| failed("make the folder", folder, source))
}

fn co_op_file(co_op: CoopId) -> String {
    format!("co-op-{co_op}.key")
}

fn read(path: &Path) -> Result<PrivateKey, KeyError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(KeyError::Missing { path: path.to_owned() });
        }
        Err(source) => return Err(failed("read the key file", path, source)),
    };
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & OTHERS != 0 {
            return Err(KeyError::Permissions { path: path.to_owned(), mode });
        }
    }
    if metadata.len() != 32 {
        return Err(KeyError::Length { path: path.to_owned() });
    }
    let bytes = Secret::new(fs::read(path).map_err(|source| failed("read the key file", path, source))?);
    let seed = bytes.reveal().as_slice().try_into();
    Ok(PrivateKey::from_seed(seed.map_err(|_| KeyError::Length { path: path.to_owned() })?))
}

fn write(folder: &Path, name: &str, key: &PrivateKey) -> Result<(), KeyError> {
    let path = folder.join(name);
    let failed = |source| failed("write the key file", &path, source);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(failed)?;
    file.write_all(Secret::new(key.reveal_seed()).reveal()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    // The name is in the folder, which is a file of its own to the disk.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> KeyError {
    KeyError::File { doing, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng as _;

    const CO_OP: CoopId = CoopId([1; 16]);

    fn folder_with_keys() -> (tempfile::TempDir, PrivateKey) {
        let folder = tempfile::tempdir().unwrap();
        let key = PrivateKey::random(&mut ChaCha8Rng::seed_from_u64(1));
        write_server_key(folder.path(), &key).unwrap();
        write_co_op_key(folder.path(), CO_OP, &key).unwrap();
        (folder, key)
    }

    #[test]
    fn keys_are_read_as_they_were_written() {
        let (folder, key) = folder_with_keys();
        let keys = Keys::read(folder.path(), [CO_OP]).unwrap();
        assert_eq!(keys.server.public(), key.public());
        assert_eq!(keys.of_co_op(CO_OP).unwrap().public(), key.public());
    }

    #[test]
    fn a_key_is_never_overwritten() {
        let (folder, key) = folder_with_keys();
        assert!(matches!(write_server_key(folder.path(), &key), Err(KeyError::File { .. })));
    }

    #[test]
    fn a_missing_key_is_named() {
        let (folder, _) = folder_with_keys();
        fs::remove_file(folder.path().join(co_op_file(CO_OP))).unwrap();
        let error = Keys::read(folder.path(), [CO_OP]).unwrap_err().to_string();
        assert!(error.contains(&co_op_file(CO_OP)) && error.contains("backup"), "{error}");
    }

    #[test]
    #[cfg(unix)]
    fn a_key_that_others_may_read_is_refused_with_the_way_out() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, _) = folder_with_keys();
        let path = folder.path().join(SERVER_KEY);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = Keys::read(folder.path(), []).unwrap_err().to_string();
        assert!(error.contains("chmod 600") && error.contains("640"), "{error}");
    }

    #[test]
    fn a_key_of_another_length_is_named() {
        let (folder, _) = folder_with_keys();
        fs::write(folder.path().join(SERVER_KEY), [0; 31]).unwrap();
        assert!(matches!(Keys::read(folder.path(), []), Err(KeyError::Length { .. })));
    }
}
