//! The town's time: minutes of one local day, and the moments that phones and server are given for them.
//!
//! Nothing here looks at a real clock. A minute is the smallest step of the town; the seconds within one only keep
//! taps apart.

use std::fmt;

use core_sync::domain::time::Timestamp;

const MINUTE_MS: i64 = 60_000;

/// A minute of the day, counted from local midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(pub u32);

impl Minute {
    /// The minute so many minutes later.
    #[must_use]
    pub const fn plus(self, minutes: u32) -> Self {
        Self(self.0.saturating_add(minutes))
    }

    /// The minute so many minutes earlier, midnight at the earliest.
    #[must_use]
    pub const fn minus(self, minutes: u32) -> Self {
        Self(self.0.saturating_sub(minutes))
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// One day, from when the first courier may start until all are home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayClock {
    midnight: Timestamp,
    /// The first minute.
    pub from: Minute,
    /// The minute after the last.
    pub until: Minute,
}

impl DayClock {
    /// Eight in the morning: the day begins.
    pub const FROM: Minute = Minute(8 * 60);
    /// The longest day: until six in the evening.
    pub const HOURS_MAX: u32 = 10;

    /// A day of so many hours (1 to [`Self::HOURS_MAX`]) after the local midnight `midnight`.
    #[must_use]
    pub fn new(midnight: Timestamp, hours: u32) -> Self {
        let until = Self::FROM.plus(60 * hours.clamp(1, Self::HOURS_MAX));
        Self { midnight, from: Self::FROM, until }
    }

    /// The first moment of a minute.
    #[must_use]
    pub fn time(&self, minute: Minute) -> Timestamp {
        Timestamp(self.midnight.0.saturating_add(i64::from(minute.0) * MINUTE_MS))
    }

    /// The minute that a moment is in; midnight for what was before.
    #[must_use]
    pub fn minute_of(&self, time: Timestamp) -> Minute {
        let minutes = time.0.saturating_sub(self.midnight.0).div_euclid(MINUTE_MS);
        Minute(u32::try_from(minutes.max(0)).unwrap_or(u32::MAX))
    }

    /// The last second of a minute: what the server's clock shows during it, so that no tap of that minute lies
    /// ahead of it.
    #[must_use]
    pub fn end_of(&self, minute: Minute) -> Timestamp {
        Timestamp(self.time(minute.plus(1)).0.saturating_sub(1))
    }

    /// How many minutes there are.
    #[must_use]
    pub const fn minutes(&self) -> u32 {
        self.until.0.saturating_sub(self.from.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_reads_as_on_a_clock_and_a_day_has_its_hours() {
        let day = DayClock::new(Timestamp(1_000), 2);
        assert_eq!((day.from.to_string(), day.until.to_string()), ("08:00".into(), "10:00".into()));
        assert_eq!(day.minutes(), 120);
        assert_eq!(day.time(Minute(1)), Timestamp(61_000));
        assert!(day.end_of(Minute(1)) < day.time(Minute(2)));
        for time in [day.time(Minute(1)), day.end_of(Minute(1))] {
            assert_eq!(day.minute_of(time), Minute(1));
        }
        assert_eq!(day.minute_of(Timestamp(0)), Minute(0));
        assert_eq!(DayClock::new(Timestamp(0), 99).until.to_string(), "18:00");
    }
}
