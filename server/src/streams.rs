//! What the event streams of all boards share: how many there may be, and the word that they shall end.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Streams at once: every coordinator of a dozen co-ops with a board open. Each is a connection and a cursor.
pub const STREAMS_MAX: usize = 64;

/// The streams.
#[derive(Debug)]
pub struct Streams {
    places: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(STREAMS_MAX)), stopping: watch::Sender::new(false) }
    }
}

impl Streams {
    /// A place for a stream, given back when dropped. `None` if all are taken.
    #[must_use]
    pub fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Becomes true when streams shall end.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Tells every stream to end.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }
}
