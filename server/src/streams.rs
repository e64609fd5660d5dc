//! What the event streams of all boards share: how many there may be, and the word that they shall end.
//!
//! They do not stand in the way of phones: a stream's connection is none of those that requests have, and streams
//! leave handles for these.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Streams at once: two boards for each of the 5,000 couriers a server is made for. `cargo xtask bench` says what ten
/// thousand of them take.
pub const STREAMS_MAX: usize = 10_240;
/// File handles that are left for everything else: 512 connections, the database's files, and as many again.
const HANDLES_BESIDE: u64 = 1024;
/// Streams where handles are few: every coordinator of a dozen co-ops. 512 connections and they fit the 1,024 handles
/// that a process may have by default.
const STREAMS_MIN: usize = 64;

/// The streams.
#[derive(Debug)]
pub struct Streams {
    places: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

impl Streams {
    /// Room for as many streams as the process has file handles for, up to [`STREAMS_MAX`].
    #[must_use]
    pub fn for_handles(handles: u64) -> Self {
        let room = usize::try_from(handles.saturating_sub(HANDLES_BESIDE)).unwrap_or(usize::MAX);
        let places = Semaphore::new(room.clamp(STREAMS_MIN, STREAMS_MAX));
        Self { places: Arc::new(places), stopping: watch::Sender::new(false) }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_leave_handles_for_everything_else() {
        for (handles, room) in [(0, 64), (1_024, 64), (4_096, 3_072), (11_264, 10_240), (u64::MAX, 10_240)] {
            assert_eq!(Streams::for_handles(handles).places.available_permits(), room, "{handles}");
        }
    }
}
