//! A listener's place in the list. Dropping it, or closing it in Kotlin, cancels.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use crate::listeners::{Listeners, Throws};
use crate::{AppError, SessionListener};

/// What keeps a listener told. A listener that holds its own phone keeps the phone open until this is cancelled.
#[derive(uniffi::Object)]
pub struct Subscription {
    number: u64,
    throws: Arc<Throws>,
    listeners: Weak<Listeners>,
}

/// Whether a listener is still told, and how it behaved.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Standing {
    /// Whether it is told: not cancelled, not dropped for throwing, and the phone is open.
    pub told: bool,
    /// How often it threw.
    pub throws: u32,
}

impl Subscription {
    pub(crate) fn new(
        listeners: &Arc<Listeners>,
        listener: Arc<dyn SessionListener>,
    ) -> Result<Self, AppError> {
        let (number, throws) = listeners.add(listener)?;
        Ok(Self { number, throws, listeners: Arc::downgrade(listeners) })
    }
}

#[uniffi::export]
impl Subscription {
    /// Cancels; safe to repeat. Only a call that is under way already may still be heard.
    pub fn cancel(&self) -> Result<(), AppError> {
        if let Some(listeners) = self.listeners.upgrade() {
            listeners.remove(self.number);
        }
        Ok(())
    }

    /// Says whether the listener is still told. Three throws in a row drop it.
    pub fn standing(&self) -> Result<Standing, AppError> {
        let told = self.listeners.upgrade().is_some_and(|listeners| listeners.has(self.number));
        Ok(Standing { told, throws: self.throws.ever.load(Ordering::Relaxed) })
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(listeners) = self.listeners.upgrade() {
            listeners.remove(self.number);
        }
    }
}
