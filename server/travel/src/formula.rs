//! The formula of core-sync as a source: always there, the same both ways, never in doubt and never right.

use core_sync::domain::coordinate::Coordinate;
use core_sync::travel::{Leg, leg};

use crate::block::Block;
use crate::profile::Profile;
use crate::times::{Asked, Entry, Source, Table, TravelTimes};

/// 260 m and 1.23 x the straight line, at the profile's speed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Formula;

/// The formula's metres, and its seconds at the profile's speed; rounded up, as core-sync does.
pub(crate) fn estimate(from: Coordinate, to: Coordinate, profile: &Profile) -> Leg {
    let metres = leg(from, to).metres;
    let seconds = (u64::from(metres) * 3_600).div_ceil(u64::from(profile.speed_km_h()).max(1) * 1_000);
    Leg { metres, seconds: u32::try_from(seconds).unwrap_or(u32::MAX) }
}

impl TravelTimes for Formula {
    fn source(&self) -> Source {
        Source::Formula
    }

    fn at_once(&self, _: usize, _: usize) -> Option<Block> {
        None
    }

    fn table<'a>(
        &'a self,
        sources: &'a [Coordinate],
        targets: &'a [Coordinate],
        profile: &'a Profile,
    ) -> Asked<'a> {
        let ride = |from, to| Entry::Ride(estimate(from, to, profile));
        Box::pin(std::future::ready(Ok(Table::of_each(sources, targets, ride))))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn at_fifteen_kilometres_an_hour_it_is_core_sync_s_own(
            latitudes in prop::array::uniform2(-900_000_000_i64..=900_000_000),
            longitudes in prop::array::uniform2(-1_800_000_000_i64..=1_800_000_000),
        ) {
            let from = Coordinate::from_e7(latitudes[0], longitudes[0]).unwrap();
            let to = Coordinate::from_e7(latitudes[1], longitudes[1]).unwrap();
            prop_assert_eq!(estimate(from, to, &Profile::bicycle()), leg(from, to));
            prop_assert!(estimate(from, to, &Profile::new("slow", "bicycle", 5).unwrap()).seconds < planner::TICKS_MAX);
        }
    }

    #[test]
    fn half_the_speed_takes_twice_as_long() {
        let [from, to] = [2.35, 2.36].map(|longitude| Coordinate::from_degrees(48.85, longitude).unwrap());
        let [fast, slow] = [30, 15].map(|speed| estimate(from, to, &Profile::new("b", "b", speed).unwrap()));
        assert_eq!(fast.metres, slow.metres);
        assert!(slow.seconds.abs_diff(fast.seconds * 2) <= 1, "{slow:?} {fast:?}");
    }
}
