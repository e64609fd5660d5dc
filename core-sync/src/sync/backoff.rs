//! How long to wait before trying again: doubling, bounded, with jitter, so that forty phones that lost the
//! same network do not all come back in the same second.

use rand_core::Rng;

use crate::domain::time::Milliseconds;

/// The first wait: long enough for a tunnel, short enough to stand in front of.
const FIRST: Milliseconds = Milliseconds::seconds(2);
/// The longest wait: a courier who leaves a cellar is back on the board within it.
const LONGEST: Milliseconds = Milliseconds::minutes(5);
/// How often a phone with nothing to send asks for news.
pub const POLL_EVERY: Milliseconds = Milliseconds::seconds(60);

/// The wait after `failures` failures in a row, between half of it and all of it.
#[must_use]
pub fn backoff(failures: u32, random: &mut impl Rng) -> Milliseconds {
    let doubled = FIRST.0.saturating_mul(1_i64.checked_shl(failures.saturating_sub(1).min(20)).unwrap_or(1));
    let wait = doubled.min(LONGEST.0);
    let jitter = i64::from(random.next_u32()) * (wait / 2) / i64::from(u32::MAX);
    Milliseconds(wait - jitter)
}
