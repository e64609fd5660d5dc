//! What coordinators have the server look for, again and again: one request a co-op, in memory alone, because it says
//! where couriers begin.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use core_sync::domain::ids::{CoopId, MemberId};
use core_sync::domain::time::Timestamp;
use core_sync::wire::suggestion::SuggestRequest;

use crate::app::authenticate::Caller;

/// A request that goes on.
#[derive(Debug, Clone)]
pub struct LookOn {
    /// Who asked.
    pub caller: Caller,
    /// For what.
    pub request: SuggestRequest,
    /// The pair of couriers that the next look begins with: a short one does not get to all.
    pub next: usize,
}

/// The requests.
#[derive(Debug, Default)]
pub struct LookingOn(Mutex<BTreeMap<CoopId, LookOn>>);

impl LookingOn {
    /// Begins with a request, in the place of an earlier one of that co-op.
    pub fn begin(&self, look: LookOn) {
        self.requests().insert(look.caller.co_op, look);
    }

    /// Says with which pair the next look begins.
    pub fn go_on(&self, co_op: CoopId, next: usize) {
        if let Some(look) = self.requests().get_mut(&co_op) {
            look.next = next;
        }
    }

    /// Leaves out a courier who is out: what the others bring for her shall not come back to her.
    pub fn leave_out(&self, co_op: CoopId, courier: MemberId) {
        if let Some(look) = self.requests().get_mut(&co_op) {
            look.request.couriers.retain(|other| other.courier != courier);
        }
    }

    /// Ends what is looked for in a co-op.
    pub fn end(&self, co_op: CoopId) {
        self.requests().remove(&co_op);
    }

    /// What is to be looked for at a moment, with the couriers whose shifts are not over. Where all are home it ends.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Vec<LookOn> {
        let mut requests = self.requests();
        for look in requests.values_mut() {
            look.request.couriers.retain(|courier| courier.shift.until_ms > now);
        }
        requests.retain(|_, look| !look.request.couriers.is_empty());
        requests.values().cloned().collect()
    }

    fn requests(&self) -> MutexGuard<'_, BTreeMap<CoopId, LookOn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
