//! Turns at planning: a plan takes a processor for seconds, and phones come first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
    /// Waits for a turn. Whoever could not be answered in time is told so at once.
    pub async fn wait(&self) -> Result<Turn, TurnError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| TurnError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| TurnError::Busy)?;
        Ok(Turn { held: (turn, place), stopping: Arc::clone(&self.stopping) })
    }

    /// The server stops: what is planned is answered as far as it is, and nobody begins.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.turns.close();
    }
}

/// A turn: nobody else plans while it is held.
#[derive(Debug)]
pub struct Turn {
    held: (OwnedSemaphorePermit, OwnedSemaphorePermit),
    stopping: Arc<AtomicBool>,
}

impl Turn {
    /// Does the work on a thread that may block. The work asks its argument whether anybody still waits for it: a thread
    /// cannot be stopped from outside.
    pub async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, TurnError> {
        // Dropped with this future, when its answer came or its request ended.
        let here = Arc::new(());
        let waits = Arc::downgrade(&here);
        let working = tokio::task::spawn_blocking(move || {
            // Held by the work, which may go on for a step after the caller has gone.
            let _held = self.held;
            work(&|| waits.strong_count() > 0 && !self.stopping.load(Ordering::Relaxed))
        });
        let done = working.await.map_err(|_| TurnError::Panicked);
        drop(here);
        done
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    async fn take<T: Send + 'static>(
        turns: &Turns,
        work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, TurnError> {
        turns.wait().await?.work(work).await
    }

    #[tokio::test]
    async fn one_plan_at_a_time_and_nobody_works_for_who_has_gone() {
        let turns = Turns::default();
        let (began, begins) = tokio::sync::oneshot::channel();
        let (ended, ends) = channel();
        let mut first = Box::pin(take(&turns, move |waits| {
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
        let second = take(&turns, |_| 2);
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
        assert_eq!(take(&turns, |_| -> u8 { panic!("on purpose") }).await, Err(TurnError::Panicked));
        assert_eq!(take(&turns, |_| 1_u8).await, Ok(1));
    }

    #[tokio::test]
    async fn who_cannot_be_served_in_time_is_told_at_once_and_a_stop_ends_the_work() {
        let turns = Turns::default();
        let (began, begins) = tokio::sync::oneshot::channel();
        let mut first = Box::pin(take(&turns, move |waits| {
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
        let mut second = Box::pin(take(&turns, |_| 2));
        tokio::select! {
            biased;
            _ = &mut second => panic!("two at once"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(take(&turns, |_| 3).await, Err(TurnError::Busy));
        turns.stop();
        assert_eq!(first.await, Ok(1));
        assert_eq!(second.await, Err(TurnError::Busy));
    }
}
