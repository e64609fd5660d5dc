//! The listeners of a phone: who is told, and what becomes of one that throws.
//!
//! They are told after the fact and with no lock held, so a listener may call the phone and cancel itself.
//! Whatever one of them does, the call that has news succeeded already and stays so.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{AppError, News};

/// Throws in a row after which a listener is dropped: one may be caught by a screen that is closing, two by
/// bad luck; one that throws each time would throw at every tap of a day.
pub(crate) const THROWS_IN_A_ROW_MAX: u32 = 3;
/// Listeners of one phone: a few screens and a notification; more are subscriptions that nobody cancels.
const LISTENERS_MAX: usize = 16;

/// Told when something happened on the phone, on the thread where it did (for a sync, one of our own).
#[uniffi::export(rust, foreign)]
pub trait SessionListener: Send + Sync {
    /// Hears that something happened. Read the screen again; do not tap from here, that would be heard too.
    /// Be quick: the call with the news waits. What it throws is counted and never shown.
    fn heard(&self, news: News) -> Result<(), AppError>;
}

/// The listeners of one phone.
#[derive(Default)]
pub(crate) struct Listeners {
    list: Mutex<Vec<Arc<Listening>>>,
    subscriptions: AtomicU64,
}

/// One listener in the list.
pub(crate) struct Listening {
    number: u64,
    listener: Arc<dyn SessionListener>,
    pub(crate) throws: Arc<Throws>,
}

/// How often a listener threw.
#[derive(Debug, Default)]
pub(crate) struct Throws {
    pub(crate) ever: AtomicU32,
    in_a_row: AtomicU32,
}

impl Listeners {
    /// Adds a listener. Gives its number and its throws.
    pub(crate) fn add(&self, listener: Arc<dyn SessionListener>) -> Result<(u64, Arc<Throws>), AppError> {
        let number = self.subscriptions.fetch_add(1, Ordering::Relaxed);
        let throws = Arc::new(Throws::default());
        let mut list = self.list();
        if list.len() >= LISTENERS_MAX {
            let detail = format!("{LISTENERS_MAX} listeners: somebody does not cancel");
            return Err(AppError::Unexpected { reason: "listeners".to_owned(), detail });
        }
        list.push(Arc::new(Listening { number, listener, throws: Arc::clone(&throws) }));
        Ok((number, throws))
    }

    /// Drops a listener; nothing if it is not there. A call that is under way comes to its end.
    pub(crate) fn remove(&self, number: u64) {
        let mut list = self.list();
        let place = list.iter().position(|listening| listening.number == number);
        let removed = place.map(|place| list.remove(place));
        drop(list);
        // Dropping it calls into the app: never with the list locked.
        drop(removed);
    }

    /// Whether a listener is told.
    pub(crate) fn has(&self, number: u64) -> bool {
        self.list().iter().any(|listening| listening.number == number)
    }

    /// Tells everybody, in the sequence in which they came.
    pub(crate) fn tell(&self, news: &News) {
        let everybody = self.list().clone();
        for listening in everybody {
            if listening.throws_at(news) >= THROWS_IN_A_ROW_MAX {
                self.remove(listening.number);
                let throws = listening.throws.ever.load(Ordering::Relaxed);
                tracing::warn!(throws, "a listener that throws each time is dropped");
            }
        }
    }

    fn list(&self) -> MutexGuard<'_, Vec<Arc<Listening>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listening {
    /// Tells this one. Gives its throws in a row.
    fn throws_at(&self, news: &News) -> u32 {
        let told = catch_unwind(AssertUnwindSafe(|| self.listener.heard(news.clone())));
        if matches!(told, Ok(Ok(()))) {
            self.throws.in_a_row.store(0, Ordering::Relaxed);
            return 0;
        }
        self.throws.ever.fetch_add(1, Ordering::Relaxed);
        self.throws.in_a_row.fetch_add(1, Ordering::Relaxed) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Throws, panics or hears, as the next letter of its script says: `t`, `p`, `h`.
    struct Scripted(Mutex<std::str::Chars<'static>>);

    impl SessionListener for Scripted {
        fn heard(&self, _: News) -> Result<(), AppError> {
            let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).next();
            match next {
                Some('t') => Err(AppError::ChooseAgain { reason: "on_purpose".to_owned() }),
                Some('p') => panic!("on purpose"),
                _ => Ok(()),
            }
        }
    }

    fn told(script: &'static str) -> (bool, u32) {
        let listeners = Listeners::default();
        let (number, throws) = listeners.add(Arc::new(Scripted(Mutex::new(script.chars())))).unwrap();
        for _ in script.chars() {
            listeners.tell(&News::Enrolled);
        }
        (listeners.has(number), throws.ever.load(Ordering::Relaxed))
    }

    #[test]
    fn three_throws_in_a_row_drop_a_listener_and_a_good_answer_starts_the_count_again() {
        assert_eq!(told("tthtth"), (true, 4));
        assert_eq!(told("httt"), (false, 3));
        assert_eq!(told("tpthhh"), (false, 3));
    }

    #[test]
    fn listeners_that_nobody_cancels_are_bounded() {
        let listeners = Listeners::default();
        let one: Arc<dyn SessionListener> = Arc::new(Scripted(Mutex::new("".chars())));
        for _ in 0..LISTENERS_MAX {
            listeners.add(Arc::clone(&one)).unwrap();
        }
        assert_eq!(listeners.add(one).unwrap_err().code(), "listeners");
    }
}
