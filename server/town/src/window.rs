//! When a stop is expected, counted from the start of the courier's day.

/// Minutes a stop takes in a town, riding included: two or three on the way and as many at the door.
const MINUTES_PER_STOP: u32 = 5;
/// Windows begin on a quarter of an hour, one quarter before the courier is expected.
const STEP_MINUTES: u32 = 15;

/// A span in which a stop is wanted, in minutes after the courier sets out (0 is the moment she
/// sets out, not midnight); whoever lays the round says when that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First minute, included.
    pub from_minutes: u32,
    /// Last minute, after `from_minutes`.
    pub until_minutes: u32,
}

impl Window {
    /// Makes a window of so many minutes that a courier who rides the stops in sequence,
    /// the first being number 0, will meet.
    pub(crate) fn of_stop(number: u32, length_minutes: u32) -> Self {
        let expected_minutes = number * MINUTES_PER_STOP;
        let from_minutes = (expected_minutes / STEP_MINUTES * STEP_MINUTES).saturating_sub(STEP_MINUTES);
        Self { from_minutes, until_minutes: from_minutes + length_minutes }
    }
}
