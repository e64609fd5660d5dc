//! The connections that read: a few, each used by one caller at a time, off the async threads.
//!
//! In WAL mode they never wait for the writer. They see what is committed, so an answer that must show
//! what its own request wrote is computed in the writer's transaction instead.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};

use tokio::sync::Semaphore;

use crate::db::connection::{ReadConnection, Snapshot};
use crate::db::error::DbError;

/// Connections: reads are short and the CPU is the limit, so a few more than the cores of a small machine.
pub const CONNECTIONS: usize = 4;

/// Long reads (whole boards) at once. The other connections are always there for phones, whose reads are short.
pub const LONG_READS_MAX: usize = 2;

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E: std::error::Error + 'static> {
    /// The work itself said no.
    #[error(transparent)]
    Work(E),
    /// The work panicked: a bug.
    #[error("a read panicked")]
    Panicked,
    /// There is no connection: the server is stopping.
    #[error("the readers have stopped")]
    Stopped,
}

/// A connection; `None` once it is closed.
type Place = Mutex<Option<ReadConnection>>;

/// The connections, and the turns to take one.
#[derive(Debug)]
pub struct Readers {
    connections: Arc<[Place]>,
    turns: Arc<Semaphore>,
    long_turns: Arc<Semaphore>,
}

/// Whether somebody still waits for what is read: a thread cannot be stopped from outside, so long work asks.
#[derive(Debug, Clone)]
pub struct Wanted(Weak<()>);

impl Wanted {
    /// Whether the caller is still there. If not, whatever is returned is thrown away.
    #[must_use]
    pub fn still(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl Readers {
    /// Takes the connections.
    #[must_use]
    pub fn new(connections: Vec<ReadConnection>) -> Self {
        let turns = Arc::new(Semaphore::new(connections.len()));
        let long_turns = Arc::new(Semaphore::new(LONG_READS_MAX));
        Self { connections: connections.into_iter().map(Some).map(Mutex::new).collect(), turns, long_turns }
    }

    /// Does `work` on one snapshot, on a thread that may block. Waits for its turn.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ReadError<E>>
    where
        T: Send + 'static,
        E: std::error::Error + From<DbError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| ReadError::Stopped)?;
        let connections = Arc::clone(&self.connections);
        let reading = tokio::task::spawn_blocking(move || {
            // Held here and not by the caller, who may go away while this goes on. The connection is given
            // back first, so whoever has a turn finds one free.
            let _turn = turn;
            let mut place = connections.iter().find_map(free).ok_or(ReadError::Stopped)?;
            place.as_mut().ok_or(ReadError::Stopped)?.read(work).map_err(ReadError::Work)
        });
        reading.await.unwrap_or(Err(ReadError::Panicked))
    }

    /// Does long work on one snapshot, a few at a time. It asks `Wanted` now and then and stops early when
    /// nobody waits any more.
    pub async fn read_long<T, E>(
        &self,
        work: impl FnOnce(&Snapshot<'_>, &Wanted) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ReadError<E>>
    where
        T: Send + 'static,
        E: std::error::Error + From<DbError> + Send + 'static,
    {
        let long = Arc::clone(&self.long_turns).acquire_owned().await.map_err(|_| ReadError::Stopped)?;
        // Dropped with this future, when its answer came or its request ended.
        let here = Arc::new(());
        let wanted = Wanted(Arc::downgrade(&here));
        let read = self.read(move |snapshot| {
            // Held by the work, which may go on for a round after the caller has gone.
            let _long = long;
            work(snapshot, &wanted)
        });
        let read = read.await;
        drop(here);
        read
    }

    /// Takes no more work, waits for what goes on and closes the connections. Blocks until that is done.
    /// To be called before the writer stops: only who can write may take the WAL away, as the last to close.
    pub fn stop(&self) {
        self.long_turns.close();
        self.turns.close();
        for place in self.connections.iter() {
            drop(place.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

/// The place if nobody uses it. After a panic it is as good as before: its transaction was rolled back.
fn free(place: &Place) -> Option<MutexGuard<'_, Option<ReadConnection>>> {
    match place.try_lock() {
        Ok(free) => Some(free),
        Err(TryLockError::Poisoned(free)) => Some(free.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
