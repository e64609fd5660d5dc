//! What the tests of this crate share: a real co-op in a real folder, phones with real keys, a whole service.
//!
//! Only under `cfg(test)`. Randomness is seeded and time stands still until a test moves it.

mod co_op;
mod phone;
mod riding;
mod service;
mod stops;

pub(crate) use co_op::Coop;
pub(crate) use phone::{Phone, ask, hash_of};
pub(crate) use riding::{Riding, STOP, refused, verdicts};
pub(crate) use service::{Answer, Service, clock, request};
pub(crate) use stops::{card_text, new_stop, window};

use core_sync::domain::ids::BootId;
use core_sync::domain::stamp::Moment;
use core_sync::domain::time::Timestamp;

/// Half past eight on a day in November, UTC.
pub(crate) const MORNING: Timestamp = Timestamp(1_795_336_200_000);

/// The server's moment at this time.
pub(crate) fn moment(time: Timestamp) -> Moment {
    Moment { time, boot: BootId([0xb0; 8]), monotonic_ms: (time.0 - MORNING.0 + 1_000).unsigned_abs() }
}
