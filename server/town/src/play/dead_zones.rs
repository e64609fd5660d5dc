//! Where there is no signal: for each courier the minutes of the day in which her link is shut.
//!
//! Known before the day begins, from the seed alone, so that no run can choose when it is convenient to have a network.

use crate::seed::Seed;

use super::day_clock::{DayClock, Minute};

/// A shut link: in a cellar, in the old town, behind the harbour walls.
const SHUT_MINUTES: std::ops::Range<u32> = 30..76;
/// And an open one.
const OPEN_MINUTES: std::ops::Range<u32> = 16..38;

/// An act counts as made with no network if the link was shut at the tap and stayed so for this long.
pub(crate) const OFFLINE_MINUTES: u32 = 10;

/// One courier's dead zones.
#[derive(Debug, Clone)]
pub(crate) struct DeadZones(Vec<(Minute, Minute)>);

impl DeadZones {
    /// Draws those of one courier.
    pub(crate) fn draw(day: &DayClock, seed: &mut Seed) -> Self {
        let mut zones = Vec::new();
        // She set out from the depot, where there is a network.
        let mut at = day.from.plus(4 + seed.draw_below(OPEN_MINUTES.end));
        while at < day.until {
            let until = at.plus(within(&SHUT_MINUTES, seed)).min(day.until);
            zones.push((at, until));
            at = until.plus(within(&OPEN_MINUTES, seed));
        }
        Self(zones)
    }

    /// Whether the link is shut.
    pub(crate) fn is_shut(&self, at: Minute) -> bool {
        self.shut_until(at).is_some()
    }

    /// When the link opens again, if it is shut.
    pub(crate) fn shut_until(&self, at: Minute) -> Option<Minute> {
        self.0.iter().find(|(from, until)| (*from..*until).contains(&at)).map(|(_, until)| *until)
    }

    /// Whether it is shut now and stays so for so many minutes.
    pub(crate) fn is_shut_for(&self, at: Minute, minutes: u32) -> bool {
        self.shut_until(at).is_some_and(|until| until >= at.plus(minutes))
    }
}

fn within(range: &std::ops::Range<u32>, seed: &mut Seed) -> u32 {
    range.start + seed.draw_below(range.end - range.start)
}

#[cfg(test)]
mod tests {
    use core_sync::domain::time::Timestamp;

    use super::*;

    #[test]
    fn links_are_shut_for_more_than_half_of_the_day_and_open_when_it_ends() {
        let day = DayClock::new(Timestamp(0), 10);
        let mut shut = 0;
        for number in 0..100 {
            let zones = DeadZones::draw(&day, &mut Seed::new(number));
            shut += (day.from.0..day.until.0).filter(|minute| zones.is_shut(Minute(*minute))).count();
            assert!(!zones.is_shut(day.from) && !zones.is_shut(day.until), "{zones:?}");
        }
        let percent = shut * 100 / (100 * day.minutes() as usize);
        assert!((55..75).contains(&percent), "{percent}");
    }

    #[test]
    fn a_zone_is_known_to_its_end() {
        let zones = DeadZones(vec![(Minute(10), Minute(30))]);
        assert!(!zones.is_shut(Minute(9)) && zones.is_shut(Minute(10)) && !zones.is_shut(Minute(30)));
        assert!(zones.is_shut_for(Minute(20), 10) && !zones.is_shut_for(Minute(21), 10));
    }
}
