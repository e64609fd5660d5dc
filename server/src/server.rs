//! A server that has its folder, its database and its keys, ready to serve.
//!
//! Opening finds everything that can be wrong with them, so that serving begins with all of it whole or not
//! at all. Clock and randomness are given from outside: nothing in this crate asks the system for either.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;
use core_sync::guard::GUARD_VERSION;
use rand_core::Rng;
use travel::Travel;

use crate::app::error::AppError;
use crate::app::own_change::OwnHand;
use crate::app::react;
use crate::app::sync::judge_again::judge_next;
use crate::backup::replay::replay;
use crate::board::folded::Folded;
use crate::db::aside;
use crate::db::co_op::{self, CoopRow};
use crate::db::connection::{Tx, WriteConnection};
use crate::db::device;
use crate::db::error::DbError;
use crate::db::open::{self, DatabaseError};
use crate::folder::{Folder, FolderError};
use crate::keys::{KeyError, Keys};
use crate::log::writer::Writer;
use crate::looking_on::LookingOn;
use crate::planning::Turns;
use crate::readers::{CONNECTIONS, Readers};
use crate::revocations::{self, Revocations, RevocationsError};
use crate::streams::Streams;

/// The server's clocks: wall, boot and monotonic, read together.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// The server's source of randomness, fit for keys. One at a time draws from it.
pub type Randomness = Arc<Mutex<dyn Rng + Send>>;

/// How long a plan waits for an engine, until the formula gives the ways: twice that and twice the longest search are
/// within the time of a request. What came by then is remembered for the next.
const WAYS_MAX: Duration = Duration::from_secs(4);

/// A server, open.
pub struct Server {
    pub(crate) readers: Readers,
    pub(crate) writer: Writer,
    pub(crate) keys: Arc<Keys>,
    pub(crate) revocations: Arc<Revocations>,
    pub(crate) clock: Clock,
    pub(crate) randomness: Randomness,
    pub(crate) folded: Arc<Folded>,
    pub(crate) streams: Streams,
    pub(crate) planning: Turns,
    pub(crate) looking_on: LookingOn,
    pub(crate) travel: Travel,
    // Fields are dropped in this sequence: readers, writer, and the lock when nobody writes any more.
    _folder: Folder,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    /// Says how many files and sockets the process may have open: what the server does not need itself is left for
    /// event streams. Unless it is said, there are few of them.
    #[must_use]
    pub fn with_handles(mut self, handles: u64) -> Self {
        self.streams = Streams::for_handles(handles);
        self
    }

    /// Says where travel times come from. Unless it is said, the formula gives them.
    #[must_use]
    pub fn with_travel(mut self, travel: Travel) -> Self {
        self.travel = travel.patient(WAYS_MAX);
        self
    }
}

/// Why a folder cannot be served. Nothing of it was changed but the schema brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder is not there or not free.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database is damaged, of another program, or cannot be opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// What follows from earlier rows could not be derived.
    #[error("what follows from earlier acts cannot be derived")]
    CatchUp(#[source] AppError),
    /// A key file is missing or not as it must be.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A key file does not hold the key that the database names.
    #[error("the key files in {folder} are not those of this database: put both back from one backup")]
    OtherKeys {
        /// The folder of the key files.
        folder: String,
    },
    /// The database did not answer.
    #[error("the database cannot be read")]
    Read(#[from] DbError),
    /// The file of revocations and erasures cannot be read.
    #[error(transparent)]
    Revocations(#[from] RevocationsError),
    /// What the file of revocations and erasures says could not be done again.
    #[error("what was shut out and erased before could not be done again")]
    Replay(#[source] AppError),
    /// The writer's thread could not be started.
    #[error("no thread could be started")]
    Thread(#[source] std::io::Error),
}

/// Opens the folder `directory` that `init` made.
///
/// # Errors
/// Names what is wrong with folder, database or keys and what to do about it; see [`OpenError`].
pub fn open(
    directory: &Path,
    clock: Clock,
    randomness: impl Rng + Send + 'static,
) -> Result<Server, OpenError> {
    let folder = Folder::hold(directory)?;
    let mut connection = open::open(&folder.database())?;
    let keys = read_keys(&folder, &mut connection)?;
    // Before what follows from it is derived.
    shut_out_and_erase(&folder, &mut connection, clock().time)?;
    judge_again(&mut connection, &keys, clock().time);
    catch_up(&mut connection, &keys, clock().time)?;
    let readers = (0..CONNECTIONS).map(|_| open::open_reader(&folder.database()));
    let readers = Readers::new(readers.collect::<Result<_, _>>()?);
    let writer = Writer::start(connection).map_err(OpenError::Thread)?;
    let randomness: Randomness = Arc::new(Mutex::new(randomness));
    let (folded, streams) = (Arc::default(), Streams::for_handles(0));
    let revocations = Arc::new(Revocations::in_folder(folder.path()));
    let keys = Arc::new(keys);
    let (planning, travel) = (Turns::default(), Travel::by_formula());
    Ok(Server {
        readers,
        writer,
        keys,
        revocations,
        clock,
        randomness,
        folded,
        streams,
        planning,
        looking_on: LookingOn::default(),
        travel,
        _folder: folder,
    })
}

/// Does again what the file of revocations and erasures says. Whoever put an older database into the folder by hand
/// has no device back and no card. What is done already is found done.
fn shut_out_and_erase(
    folder: &Folder,
    connection: &mut WriteConnection,
    now: Timestamp,
) -> Result<(), OpenError> {
    let lines = revocations::read(&folder.path().join(revocations::FILE_NAME))?.lines;
    connection.write(|tx| replay(tx, &lines, now)).map_err(OpenError::Replay)?;
    Ok(connection.checkpoint()?)
}

/// Derives what an earlier run, or an earlier version, had not. In pieces, each committed, so that a start that is
/// cut off goes on where it was.
fn catch_up(connection: &mut WriteConnection, keys: &Keys, now: Timestamp) -> Result<(), OpenError> {
    let co_ops: Vec<CoopRow> = connection.write(|tx| co_op::all(tx)).map_err(OpenError::Read)?;
    for co_op in co_ops {
        let step = |tx: &Tx<'_>| react::catch_up(&OwnHand { tx, keys, co_op: co_op.id, now });
        while connection.write(step).map_err(OpenError::CatchUp)? {}
    }
    Ok(())
}

/// Forgets what stands aside past its term, and judges again what an older guard refused, one change in each
/// transaction. A failure here is no reason not to serve: what is left is judged at the next start.
fn judge_again(connection: &mut WriteConnection, keys: &Keys, now: Timestamp) {
    let forgotten: Result<usize, DbError> = connection.write(|tx| aside::purge(tx, now));
    if let Err(error) = forgotten {
        tracing::error!(error = &error as &dyn std::error::Error, "what is past its term stays");
    }
    let mut number = 0;
    loop {
        match connection.write(|tx| judge_next(tx, keys, number, now)) {
            Ok(Some(judged)) => number = judged,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a refused change was not judged again"
                );
                // The next start tries it again; the ones after it need not wait for that.
                let failed = connection.write(|tx| aside::next_judged_before(tx, GUARD_VERSION, number));
                let Ok(Some(failed)) = failed else { return };
                number = failed.number;
            }
        }
    }
}

/// The keys of every co-op in the database, which must be the ones it was made with.
fn read_keys(folder: &Folder, connection: &mut WriteConnection) -> Result<Keys, OpenError> {
    let co_ops: Vec<CoopRow> = connection.write(|tx| co_op::all(tx))?;
    let keys = Keys::read(&folder.keys(), co_ops.iter().map(|co_op| co_op.id))?;
    for co_op in &co_ops {
        let server = connection.write(|tx| device::find(tx, co_op.id, co_op.server_device))?;
        let of_server = server.is_some_and(|device| device.key == keys.server.public());
        if !of_server || keys.of_co_op(co_op.id)?.public() != co_op.public_key {
            return Err(OpenError::OtherKeys { folder: folder.keys().display().to_string() });
        }
    }
    Ok(keys)
}
