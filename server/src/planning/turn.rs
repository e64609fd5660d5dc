//! Turns at planning: a plan takes a processor for seconds, and phones come first.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Plans made at once, each on a thread of its own: the other processor of a small machine is for phones and boards.
pub const PLANS_AT_ONCE_MAX: usize = 1;

/// The turns.
#[derive(Debug)]
pub struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PLANS_AT_ONCE_MAX)))
    }
}

impl Turns {
    /// Waits for a turn, then does the work on a thread that may block. The work asks its argument whether anybody
    /// still waits for it: a thread cannot be stopped from outside. `None` if the work panicked or the server stops.
    pub async fn take<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Option<T> {
        let turn = Arc::clone(&self.0).acquire_owned().await.ok()?;
        // Dropped with this future, when its answer came or its request ended.
        let here = Arc::new(());
        let waits = Arc::downgrade(&here);
        let working = tokio::task::spawn_blocking(move || {
            // Held by the work, which may go on for a step after the caller has gone.
            let _turn = turn;
            work(&|| waits.strong_count() > 0)
        });
        let done = working.await.ok();
        drop(here);
        done
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
        assert_eq!(second.await, Some(2));
        ends.try_recv().unwrap();
    }

    #[tokio::test]
    async fn a_panic_is_no_answer_and_gives_its_turn_back() {
        let turns = Turns::default();
        assert_eq!(turns.take(|_| -> u8 { panic!("on purpose") }).await, None);
        assert_eq!(turns.take(|_| 1_u8).await, Some(1));
    }
}
