//! The one thread that writes: jobs in a bounded queue, a savepoint each, one commit for all that wait.
//!
//! An answer leaves after the commit, so what was acknowledged is on the disk. A commit is what costs (4 ms
//! of `fsync`), and waiting jobs share one: the busier the server, the more each commit carries. A job
//! that fails or panics takes back its own savepoint only; a commit that fails acknowledges nothing.
//!
//! After a failed commit the thread goes on, also after a failed `fsync`, whose pages Linux counts as clean although
//! they are not on the disk. Nothing is acknowledged on their strength: SQLite counts the pages of a failed commit as
//! never written, the next commit writes its own anew in their place and syncs those, and a checkpoint that failed
//! begins again from the WAL. Stopping instead would end reading as well, for a disk that is full for a minute.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use core_sync::domain::ids::CoopId;
use core_sync::wire::cursor::Cursor;
use tokio::sync::{oneshot, watch};

use super::cursor::LogCursor;
use crate::db::co_op;
use crate::db::connection::{Batch, Snapshot, Tx, WriteConnection};
use crate::db::error::DbError;
use crate::db::full_disk::{DiskRoom, Met, is_full_disk};

/// Jobs that may wait. At 5,000 a second this is a fifth of a second; who comes later is told to try again.
pub const QUEUE_JOBS_MAX: usize = 1024;
/// Jobs in one commit: enough to share its cost, few enough that the first does not wait long for the last.
pub const BATCH_JOBS_MAX: usize = 64;

/// How soon an emptying of the WAL that a reader was in the way of is tried again.
const EMPTYING_AGAIN: Duration = Duration::from_secs(1);

/// Why a job was not done. Nothing of it is on the disk.
#[derive(Debug, thiserror::Error)]
pub enum WriteError<E: std::error::Error + 'static> {
    /// The job itself said no.
    #[error(transparent)]
    Job(E),
    /// Too many jobs wait.
    #[error("too many writes wait")]
    Busy,
    /// The server is stopping.
    #[error("the writer has stopped")]
    Stopped,
    /// The job panicked: a bug. The others of its batch were done.
    #[error("a write panicked")]
    Panicked,
    /// The disk is full, so no job of the batch was done.
    #[error("the disk is full")]
    DiskFull(#[source] Arc<DbError>),
    /// The commit failed, so no job of the batch was done.
    #[error("a commit failed")]
    Commit(#[source] Arc<DbError>),
}

/// Where the logs of all co-ops stand, as far as they are committed.
pub type Ends = BTreeMap<CoopId, Cursor>;

/// A way to the writer thread.
#[derive(Debug)]
pub struct Writer {
    queue: SyncSender<Message>,
    ends: watch::Receiver<Ends>,
    thread: Mutex<Option<JoinHandle<Result<(), DbError>>>>,
}

/// The answer to a job, to come.
#[derive(Debug)]
pub struct Pending<T, E: std::error::Error + 'static>(oneshot::Receiver<Result<T, WriteError<E>>>);

/// Why the writer did not stop in order. Everything acknowledged is on the disk all the same.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// The thread had ended before.
    #[error("the writer had ended before")]
    Ended,
    /// The WAL could not be moved into the database file; the next start does it.
    #[error("the last checkpoint failed")]
    Checkpoint(#[source] DbError),
}

enum Message {
    Job(Box<dyn Job>),
    Stop,
}

/// A job: done in a batch, answered when the batch's fate is known.
trait Job: Send {
    fn run(self: Box<Self>, batch: &mut Batch<'_>) -> Box<dyn Answer>;
    fn refuse(self: Box<Self>, why: NotDone);
}

trait Answer {
    /// Whether the job met a full disk: SQLite may have given up the whole batch for it.
    fn met_full_disk(&self) -> bool;
    fn give(self: Box<Self>, committed: Result<(), NotDone>);
}

/// Why no job of a batch was done.
#[derive(Clone)]
enum NotDone {
    DiskFull(Arc<DbError>),
    Commit(Arc<DbError>),
}

impl NotDone {
    fn of(error: DbError, full: bool) -> Self {
        let error = Arc::new(error);
        if full { Self::DiskFull(error) } else { Self::Commit(error) }
    }
}

impl<E: std::error::Error + 'static> From<NotDone> for WriteError<E> {
    fn from(why: NotDone) -> Self {
        match why {
            NotDone::DiskFull(error) => Self::DiskFull(error),
            NotDone::Commit(error) => Self::Commit(error),
        }
    }
}

impl Writer {
    /// Starts the thread. It owns the connection until [`Writer::stop`].
    pub fn start(mut connection: WriteConnection) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE_JOBS_MAX);
        let first = connection.write(|tx| ends(tx)).map_err(std::io::Error::other)?;
        let (moved, ends) = watch::channel(first);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || run(connection, &jobs, &moved))?;
        Ok(Self { queue, ends, thread: Mutex::new(Some(thread)) })
    }

    /// Where the logs stand. Whoever waits on it is woken after a commit that moved one, and however many
    /// commits there were meanwhile, it is told once.
    #[must_use]
    pub fn ends(&self) -> watch::Receiver<Ends> {
        self.ends.clone()
    }

    /// Puts a job into the queue; never waits.
    pub fn submit<T, E>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Pending<T, E>, WriteError<E>>
    where
        T: Send + 'static,
        E: std::error::Error + From<DbError> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        match self.queue.try_send(Message::Job(Box::new(Work { work, sender }))) {
            Ok(()) => Ok(Pending(receiver)),
            Err(TrySendError::Full(_)) => Err(WriteError::Busy),
            Err(TrySendError::Disconnected(_)) => Err(WriteError::Stopped),
        }
    }

    /// Whether the thread is there to do jobs.
    pub fn lives(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Does every job that waits, empties the WAL and closes the connection. Blocks until that is done.
    pub fn stop(&self) -> Result<(), StopError> {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = thread.ok_or(StopError::Ended)?;
        // If the queue is closed the thread has ended, and joining says how.
        let _closed = self.queue.send(Message::Stop);
        thread.join().map_err(|_| StopError::Ended)?.map_err(StopError::Checkpoint)
    }
}

impl Drop for Writer {
    /// A writer that nobody stopped still does what waits, and is gone before its folder is free.
    fn drop(&mut self) {
        let _stopped_before = self.stop();
    }
}

impl<T, E: std::error::Error + 'static> Pending<T, E> {
    /// Waits for the commit.
    pub async fn answer(self) -> Result<T, WriteError<E>> {
        self.0.await.unwrap_or(Err(WriteError::Stopped))
    }

    /// Waits for the commit, outside a runtime.
    pub fn wait(self) -> Result<T, WriteError<E>> {
        self.0.blocking_recv().unwrap_or(Err(WriteError::Stopped))
    }
}

fn ends(snapshot: &Snapshot<'_>) -> Result<Ends, DbError> {
    let ends = co_op::log_ends(snapshot)?.into_iter();
    Ok(ends.map(|(id, position, lineage)| (id, LogCursor { position, lineage }.short())).collect())
}

fn run(
    mut connection: WriteConnection,
    jobs: &Receiver<Message>,
    moved: &watch::Sender<Ends>,
) -> Result<(), DbError> {
    let mut stopping = false;
    let mut room = DiskRoom::default();
    while !stopping {
        let Some(first) = next(&connection, jobs) else { break };
        stopping = run_batch(&mut connection, first, jobs, moved, &mut room);
    }
    // What was queued before the stop is done; the queue takes no more once `jobs` is dropped.
    for _ in 0..QUEUE_JOBS_MAX {
        let Ok(first) = jobs.try_recv() else { break };
        run_batch(&mut connection, first, jobs, moved, &mut room);
    }
    connection.checkpoint()
}

/// Waits for the next job. While a reader keeps erased bytes in the WAL it tries again to empty that.
fn next(connection: &WriteConnection, jobs: &Receiver<Message>) -> Option<Message> {
    while connection.owes_emptying() {
        match jobs.recv_timeout(EMPTYING_AGAIN) {
            Ok(message) => return Some(message),
            Err(RecvTimeoutError::Timeout) => empty_if_owed(connection),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    jobs.recv().ok()
}

/// What failed is tried again with the next commit and at the next start.
fn empty_if_owed(connection: &WriteConnection) {
    if let Err(error) = connection.empty_if_owed() {
        tracing::error!(%error, "what was erased may still stand in the WAL");
    }
}

/// Runs the jobs that wait, from `first` on. Returns whether one of the messages said to stop.
fn run_batch(
    connection: &mut WriteConnection,
    first: Message,
    jobs: &Receiver<Message>,
    moved: &watch::Sender<Ends>,
    room: &mut DiskRoom,
) -> bool {
    let mut stopping = false;
    let waiting = std::iter::once(first).chain(jobs.try_iter()).take(BATCH_JOBS_MAX);
    let batch: Vec<Box<dyn Job>> = waiting
        .filter_map(|message| match message {
            Message::Job(job) => Some(job),
            Message::Stop => {
                stopping = true;
                None
            }
        })
        .collect();
    if !batch.is_empty() {
        room.note(commit_together(connection, batch, moved));
    }
    stopping
}

/// Runs jobs and commits them. Returns what that shows of the disk.
fn commit_together(
    connection: &mut WriteConnection,
    jobs: Vec<Box<dyn Job>>,
    moved: &watch::Sender<Ends>,
) -> Met {
    let mut batch = match connection.begin() {
        Ok(batch) => batch,
        Err(error) => {
            let full = is_full_disk(&error);
            let why = NotDone::of(error, full);
            jobs.into_iter().for_each(|job| job.refuse(why.clone()));
            return if full { Met::FullDisk } else { Met::Nothing };
        }
    };
    let before = batch.rows_changed();
    let answers: Vec<Box<dyn Answer>> = jobs.into_iter().map(|job| job.run(&mut batch)).collect();
    let wrote = batch.rows_changed() != before;
    let now = batch.attempt(|tx| ends(tx));
    let committed = batch.commit();
    let full = committed.as_ref().is_err_and(|error| is_full_disk(error))
        || answers.iter().any(|answer| answer.met_full_disk());
    let met = match &committed {
        _ if full => Met::FullDisk,
        Ok(()) if wrote => Met::Room,
        Ok(()) | Err(_) => Met::Nothing,
    };
    let committed = committed.map_err(|error| NotDone::of(error, full));
    if let (Ok(now), Ok(())) = (now, &committed) {
        moved.send_if_modified(|ends| {
            let has_moved = *ends != now;
            *ends = now;
            has_moved
        });
    }
    // Before the answer, which says that it is gone.
    empty_if_owed(connection);
    answers.into_iter().for_each(|answer| answer.give(committed.clone()));
    met
}

struct Work<W, T, E: std::error::Error + 'static> {
    work: W,
    sender: oneshot::Sender<Result<T, WriteError<E>>>,
}

struct Done<T, E: std::error::Error + 'static> {
    result: Result<T, WriteError<E>>,
    sender: oneshot::Sender<Result<T, WriteError<E>>>,
}

impl<W, T, E> Job for Work<W, T, E>
where
    W: FnOnce(&Tx<'_>) -> Result<T, E> + Send,
    T: Send + 'static,
    E: std::error::Error + From<DbError> + Send + 'static,
{
    fn run(self: Box<Self>, batch: &mut Batch<'_>) -> Box<dyn Answer> {
        let Self { work, sender } = *self;
        let result = match catch_unwind(AssertUnwindSafe(|| batch.attempt(work))) {
            Ok(result) => result.map_err(WriteError::Job),
            Err(_) => Err(WriteError::Panicked),
        };
        Box::new(Done { result, sender })
    }

    fn refuse(self: Box<Self>, why: NotDone) {
        // Whoever asked may have gone away; the job was not done either way.
        let _gone = self.sender.send(Err(why.into()));
    }
}

impl<T, E: std::error::Error + 'static> Answer for Done<T, E> {
    fn met_full_disk(&self) -> bool {
        self.result.as_ref().is_err_and(|error| is_full_disk(error))
    }

    fn give(self: Box<Self>, committed: Result<(), NotDone>) {
        // A job that said no may have said it of rows that were never committed.
        let result = match committed {
            Ok(()) => self.result,
            Err(why) => Err(why.into()),
        };
        let _gone = self.sender.send(result);
    }
}
