//! `tournee init`: a folder with a database, keys, one co-op, its first admin and a token.
//!
//! Everything is built in a folder inside the folder and moved into place at the end, the database last: it is
//! what makes the folder one of ours. Interrupted before that, `init` can be run again and nothing was lost,
//! because nobody had a key or a token yet.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{CoopId, MemberId};
use core_sync::domain::personal::Secret;
use core_sync::domain::time::Timestamp;
use core_sync::signing::key::PrivateKey;
use rand_core::Rng;

use crate::app::error::AppError;
use crate::app::init_co_op::{self, Founded, NewCoop};
use crate::db::error::DbError;
use crate::db::open::{self, DatabaseError};
use crate::folder::{Folder, FolderError, database_in, keys_in};
use crate::keys::{self, KeyError};

/// Where everything is built. What is found there was left by an `init` that did not end.
const BUILDING: &str = "init-unfinished";

/// A folder, made.
#[derive(Debug)]
pub struct Initialised {
    /// The co-op.
    pub co_op: CoopId,
    /// Its first admin, named "admin".
    pub admin: MemberId,
    /// Their token. It is kept nowhere else.
    pub token: Secret<String>,
    /// Until when it works.
    pub token_until: Timestamp,
}

/// Why no folder was made. What was begun is taken away again.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// Name or time zone cannot be.
    #[error("{}: {}", .0.field, .0.expected)]
    Field(FieldError),
    /// There is a co-op already.
    #[error("the folder {} holds a co-op already: serve it, or give another folder", path.display())]
    AlreadyThere {
        /// The folder.
        path: PathBuf,
    },
    /// There are keys but no database: somebody's, not to be overwritten.
    #[error("the folder {} holds keys but no database: restore its backup, or give another folder", path.display())]
    KeysWithoutDatabase {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be held.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A key could not be written.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database could not be made.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The co-op could not be written.
    #[error("the co-op could not be written")]
    Write(#[source] AppError),
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

/// Makes the folder `directory` (or fills it, if it is there) with one co-op.
///
/// # Errors
/// See [`InitError`]; nothing half-made is left behind.
pub fn init(
    directory: &Path,
    co_op_name: &str,
    time_zone: &str,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<Initialised, InitError> {
    init_co_op::check(co_op_name, time_zone).map_err(InitError::Field)?;
    let made_here = make_directory(directory)?;
    // Only who holds the folder may take anything away.
    let folder = Folder::hold(directory)?;
    let result = fill(&folder, co_op_name, time_zone, now, random);
    if result.is_err() {
        take_away(&folder, made_here);
    }
    result
}

fn fill(
    folder: &Folder,
    co_op_name: &str,
    time_zone: &str,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<Initialised, InitError> {
    let directory = folder.path();
    if folder.database().exists() {
        return Err(InitError::AlreadyThere { path: directory.to_owned() });
    }
    let building = directory.join(BUILDING);
    if folder.keys().exists() {
        // An `init` that was killed between its last two steps left its database where it was built: nobody
        // had a token for those keys yet.
        if !database_in(&building).exists() {
            return Err(InitError::KeysWithoutDatabase { path: directory.to_owned() });
        }
        fs::remove_dir_all(folder.keys()).map_err(failed("take away", &folder.keys()))?;
    }
    if building.exists() {
        fs::remove_dir_all(&building).map_err(failed("take away", &building))?;
    }
    fs::create_dir(&building).map_err(failed("make the folder", &building))?;
    let initialised = build(&building, co_op_name, time_zone, now, random)?;
    put_in_place(&building, folder)?;
    Ok(initialised)
}

/// Keys and database of a new server with one co-op, in `folder`.
fn build(
    folder: &Path,
    name: &str,
    time_zone: &str,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<Initialised, InitError> {
    keys::make_folder(&keys_in(folder))?;
    let server_key = PrivateKey::random(random);
    keys::write_server_key(&keys_in(folder), &server_key)?;
    let co_op_key = PrivateKey::random(random);
    let id = CoopId::random(random);
    keys::write_co_op_key(&keys_in(folder), id, &co_op_key)?;
    let new = NewCoop {
        id,
        name: name.to_owned(),
        time_zone: time_zone.to_owned(),
        public_key: co_op_key.public(),
        server_key: server_key.public(),
    };
    let mut connection = open::create(&database_in(folder))?;
    let Founded { admin, token } =
        connection.write(|tx| init_co_op::init_co_op(tx, &new, now, random)).map_err(InitError::Write)?;
    for_its_owner_only(&database_in(folder))?;
    // The WAL is emptied, so that the database is one file when it is moved.
    connection.checkpoint().map_err(|error: DbError| InitError::Write(error.into()))?;
    Ok(Initialised {
        co_op: id,
        admin,
        token: Secret::new(token.secret.reveal().clone()),
        token_until: token.until_ms,
    })
}

/// Addresses stand in it. SQLite gives the files it makes beside it the same mode.
fn for_its_owner_only(file: &Path) -> Result<(), InitError> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(file, mode).map_err(failed("protect", file))?;
    }
    Ok(())
}

/// Moves keys and then the database to where a server looks for them, each for good.
fn put_in_place(building: &Path, folder: &Folder) -> Result<(), InitError> {
    rename(&keys_in(building), &folder.keys())?;
    if let Err(error) = rename(&database_in(building), &folder.database()) {
        // Without a database the keys are nobody's yet.
        let _left = fs::remove_dir_all(folder.keys());
        return Err(error);
    }
    // It is empty now. Should it stay, nobody minds: the folder is whole.
    let _left = fs::remove_dir_all(building);
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), InitError> {
    fs::rename(from, to).map_err(failed("put in place", to))?;
    let parent = to.parent().unwrap_or(Path::new("."));
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed("save", parent))
}

/// Whether the folder is new.
fn make_directory(directory: &Path) -> Result<bool, InitError> {
    if directory.is_dir() {
        return Ok(false);
    }
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent).map_err(failed("make the folder", parent))?;
    }
    // What will be in it is about people: nobody else looks in.
    keys::make_folder(directory)?;
    Ok(true)
}

/// Takes away what this run began. What cannot be taken away now is found and taken away by the next run.
fn take_away(folder: &Folder, made_here: bool) {
    let _left = fs::remove_dir_all(folder.path().join(BUILDING));
    if made_here {
        let _left = fs::remove_dir_all(folder.path());
    }
}

fn failed<'a>(doing: &'static str, path: &'a Path) -> impl Fn(io::Error) -> InitError + 'a {
    move |source| InitError::File { doing, path: path.to_owned(), source }
}
