//! Turns at planning: a plan takes a processor for seconds, and phones come first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

/// Plans made at once, each on a thread of its own: the other processor of a small machine is for phones and boards.
pub const PLANS_AT_ONCE_MAX: usize = 1;

/// Plans that wait for their turn: with ten seconds each the last is answered before its request takes too long.
pub const PLANS_WAITING_MAX: usize = 1;

/// The turns.
#[derive(Debug)]
pub struct Turns {
    /// To be worked for or to wait.
    places: Arc<Semaphore>,
    /// To be worked for.
    turns: Arc<Semaphore>,
    stopping: Arc<AtomicBool>,
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TurnError {
    /// Too many wait, or the server stops.
    #[error("too many plans wait")]
    Busy,
    /// The work panicked: a bug.
    #[error("a plan was not made to its end")]
    Panicked,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLANS_AT_ONCE_MAX + PLANS_WAITING_MAX)),
            turns: Arc::new(Semaphore::new(PLANS_AT_ONCE_MAX)),
            stopping: Arc::default(),
        }
    }
}

impl Turns {
    /// Waits for a turn, then does the work on a thread that may block. The work asks its argument whether anybody
    /// still waits for it: a thread cannot be stopped from outside.
    pub async fn take<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, TurnError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| TurnError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| TurnError::Busy)?;
        // Dropped with this future, when its answer came or its request ended.
        let here = Arc::new(());
        let waits = Arc::downgrade(&here);
        let stopping = Arc::clone(&self.stopping);
        let working = tokio::task::spawn_blocking(move || {
            // Held by the work, which may go on for a step after the caller has gone.
            let _held = (turn, place);
            work(&|| waits.strong_count() > 0 && !stopping.load(Ordering::Relaxed))
        });
        let done = working.await.map_err(|_| TurnError::Panicked);
        drop(here);
        done
    }

    /// The server stops: what is planned is answered as far as it is, and nobody begins.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.turns.close();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[tokio::test]
    async fn one_plan_at_a_time_and_nobody_works_for_who_has_gone() {
        let turns = Turns::default();
        let (began, begins) = tokio::sync::oneshot::channel();
        let (ended, ends) = channel();
        let mut first = Box::pin(turns.take(move |waits| {
            began.send(()).unwrap();
            while waits() {
                std::thread::yield_now();
            }
            ended.send(()).unwrap();
        }));
        tokio::select! {
            _ = &mut first => panic!("nobody has gone"),
            begun = begins => begun.unwrap(),
        }
        let second = turns.take(|_| 2);
        tokio::pin!(second);
        tokio::select! {
            biased;
            _ = &mut second => panic!("two at once"),
            () = std::future::ready(()) => {}
        }
        drop(first);
        assert_eq!(second.await, Ok(2));
        ends.try_recv().unwrap();
    }

    #[tokio::test]
    async fn a_panic_is_no_answer_and_gives_its_turn_back() {
        let turns = Turns::default();
        assert_eq!(turns.take(|_| -> u8 { panic!("on purpose") }).await, Err(TurnError::Panicked));
        assert_eq!(turns.take(|_| 1_u8).await, Ok(1));
    }

    #[tokio::test]
    async fn who_cannot_be_served_in_time_is_told_at_once_and_a_stop_ends_the_work() {
        let turns = Turns::default();
        let (began, begins) = tokio::sync::oneshot::channel();
        let mut first = Box::pin(turns.take(move |waits| {
            began.send(()).unwrap();
            while waits() {
                std::thread::yield_now();
            }
            1
        }));
        tokio::select! {
            _ = &mut first => panic!("nobody told it to end"),
            begun = begins => begun.unwrap(),
        }
        let mut second = Box::pin(turns.take(|_| 2));
        tokio::select! {
            biased;
            _ = &mut second => panic!("two at once"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(turns.take(|_| 3).await, Err(TurnError::Busy));
        turns.stop();
        assert_eq!(first.await, Ok(1));
        assert_eq!(second.await, Err(TurnError::Busy));
    }
}
