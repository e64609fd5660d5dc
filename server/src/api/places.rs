//! Places for connections: so many, and when all are taken, who has been idle longest gives way.
//!
//! Closing the newest instead would let a few hundred silent sockets shut everybody out. A connection with a
//! request under way, until the last byte of its answer is taken, is never closed for another's sake; if all
//! have one, the newest is closed, and whoever wanted it tries again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The places.
#[derive(Debug, Clone)]
pub(super) struct Places(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    max: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    /// Counts up at every arrival and every end of a request: who has the smallest has been idle longest.
    turn: u64,
    by_id: BTreeMap<u64, Guest>,
}

#[derive(Debug)]
struct Guest {
    idle_since: u64,
    requests: usize,
    leave: Arc<Notify>,
}

/// A place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    id: u64,
    leave: Arc<Notify>,
}

/// What a request knows of the place of its connection.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    places: Places,
    id: u64,
}

/// A request under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Busy {
    places: Places,
    id: u64,
}

impl Places {
    pub(super) fn new(max: usize) -> Self {
        Self(Arc::new(Shared { max, taken: Mutex::default() }))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new connection. `None` if everybody has a request under way.
    pub(super) fn take(&self) -> Option<Place> {
        let mut taken = self.taken();
        if taken.by_id.len() >= self.0.max {
            let idle = taken.by_id.iter().filter(|(_, guest)| guest.requests == 0);
            let longest = *idle.min_by_key(|(_, guest)| guest.idle_since)?.0;
            if let Some(guest) = taken.by_id.remove(&longest) {
                guest.leave.notify_one();
            }
        }
        taken.turn += 1;
        let (id, leave) = (taken.turn, Arc::new(Notify::new()));
        taken.by_id.insert(id, Guest { idle_since: id, requests: 0, leave: Arc::clone(&leave) });
        Some(Place { places: self.clone(), id, leave })
    }
}

impl Place {
    /// Waits until the place is wanted for somebody else.
    pub(super) async fn wanted(&self) {
        self.leave.notified().await;
    }

    /// The place, for a request on its connection.
    pub(super) fn seat(&self) -> Seat {
        Seat { places: self.places.clone(), id: self.id }
    }

    /// Notes that a request is under way.
    pub(super) fn busy(&self) -> Busy {
        if let Some(guest) = self.places.taken().by_id.get_mut(&self.id) {
            guest.requests += 1;
        }
        Busy { places: self.places.clone(), id: self.id }
    }
}

impl Seat {
    /// Gives the place to others while the connection goes on: it has a place among the streams. It must end with its
    /// stream, for it is counted nowhere after that.
    pub(super) fn leave(&self) {
        self.places.taken().by_id.remove(&self.id);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken().by_id.remove(&self.id);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.turn += 1;
        let turn = taken.turn;
        if let Some(guest) = taken.by_id.get_mut(&self.id) {
            guest.requests = guest.requests.saturating_sub(1);
            guest.idle_since = turn;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_told_to_leave(place: &Place) -> bool {
        let mut wanted = std::pin::pin!(place.wanted());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        wanted.as_mut().poll(&mut context).is_ready()
    }

    #[test]
    fn who_has_been_idle_longest_gives_way() {
        let places = Places::new(2);
        let (first, second) = (places.take().unwrap(), places.take().unwrap());
        // The first did something since the second came.
        drop(first.busy());
        let _third = places.take().unwrap();
        assert!(is_told_to_leave(&second) && !is_told_to_leave(&first));
    }

    #[test]
    fn nobody_with_a_request_under_way_is_closed() {
        let places = Places::new(2);
        let (first, second) = (places.take().unwrap(), places.take().unwrap());
        let (_one, other) = (first.busy(), second.busy());
        assert!(places.take().is_none());
        drop(other);
        assert!(places.take().is_some());
        assert!(is_told_to_leave(&second) && !is_told_to_leave(&first));
    }

    #[test]
    fn a_connection_that_became_a_stream_has_no_place_and_is_never_told_to_leave() {
        let places = Places::new(1);
        let stream = places.take().unwrap();
        let _under_way = stream.busy();
        stream.seat().leave();
        let phone = places.take().unwrap();
        let _next = places.take().unwrap();
        assert!(is_told_to_leave(&phone) && !is_told_to_leave(&stream));
    }

    #[test]
    fn a_place_given_back_is_free() {
        let places = Places::new(1);
        drop(places.take());
        let place = places.take().unwrap();
        assert!(!is_told_to_leave(&place));
        assert_eq!(places.taken().by_id.len(), 1);
    }
}
