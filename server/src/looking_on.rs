//! What coordinators have the server look for, again and again: one request a co-op, in memory alone, because it says
//! where couriers begin.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use core_sync::domain::ids::CoopId;
use core_sync::domain::time::Timestamp;
use core_sync::wire::suggestion::SuggestRequest;

use crate::app::authenticate::Caller;

/// The requests.
#[derive(Debug, Default)]
pub struct LookingOn(Mutex<BTreeMap<CoopId, (Caller, SuggestRequest)>>);

impl LookingOn {
    /// Begins with a request, in the place of an earlier one of that co-op.
    pub fn begin(&self, caller: Caller, request: SuggestRequest) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.insert(caller.co_op, (caller, request));
    }

    /// Ends what is looked for in a co-op.
    pub fn end(&self, co_op: CoopId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&co_op);
    }

    /// What is to be looked for at a moment, with the couriers whose shifts are not over. Where all are home it ends.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Vec<(Caller, SuggestRequest)> {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, request) in requests.values_mut() {
            request.couriers.retain(|courier| courier.shift.until_ms > now);
        }
        requests.retain(|_, (_, request)| !request.couriers.is_empty());
        requests.values().cloned().collect()
    }
}
