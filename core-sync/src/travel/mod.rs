//! The travel fallback: how far and how long a ride is when no routing engine can be asked.
//!
//! One formula, metres = 260 + 1.23 x straight line, fitted on the streets of Paris, and one speed of 15 km/h.
//! It knows no river, railway, park, hill or one-way street: good enough to show a courier the next
//! ride and to compare sequences, never for a promise to a recipient, for pay or for judging a person.
//! The numbers stand in [`constants`]. Results may differ by a metre between processors, so none may
//! enter a record or a hash.

pub mod constants;

use geo::{Distance, Haversine, Point};
use serde::Serialize;

use crate::domain::coordinate::Coordinate;
use constants::{METRES_AT_THE_DOORS, METRES_PER_HOUR, STRAIGHT_METRES_MAX, STREET_PER_STRAIGHT};

/// A ride from one place to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Leg {
    /// Metres on the street.
    pub metres: u32,
    /// Seconds of riding, without the service at either stop.
    pub seconds: u32,
}

/// Estimates the ride between two places; either direction gives the same.
///
/// Equal coordinates give 0 and 0: who is there already leaves no door and finds none.
/// Any other pair costs at least the 260 m of the doors.
#[must_use]
pub fn leg(from: Coordinate, to: Coordinate) -> Leg {
    if from == to {
        return Leg { metres: 0, seconds: 0 };
    }
    let straight = Haversine.distance(point(from), point(to));
    // `min` also answers for the NaN that rounding can make of two opposite ends of the globe.
    let street = METRES_AT_THE_DOORS + STREET_PER_STRAIGHT * straight.min(STRAIGHT_METRES_MAX);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 24,620,000 metres")]
    let metres = street.round() as u32;
    Leg { metres, seconds: seconds(metres) }
}

/// Rounded up: a leg never takes less than its distance needs.
fn seconds(metres: u32) -> u32 {
    let seconds = (u64::from(metres) * 3_600).div_ceil(METRES_PER_HOUR);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

fn point(place: Coordinate) -> Point<f64> {
    let (latitude, longitude) = place.degrees();
    Point::new(longitude, latitude)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(latitude: f64, longitude: f64) -> Coordinate {
        Coordinate::from_degrees(latitude, longitude).unwrap()
    }

    #[test]
    fn a_kilometre_of_straight_line_is_a_kilometre_and_a_half_of_street() {
        // 0.008993 degrees of latitude are 1,000 m.
        let leg = leg(at(48.85, 2.35), at(48.858_993, 2.35));
        assert_eq!(leg, Leg { metres: 1_490, seconds: 358 });
    }

    #[test]
    fn nobody_rides_to_where_they_are() {
        assert_eq!(leg(at(48.85, 2.35), at(48.85, 2.35)), Leg { metres: 0, seconds: 0 });
    }

    #[test]
    fn the_door_across_the_street_costs_the_doors() {
        let leg = leg(at(48.85, 2.35), at(48.85, 2.350_000_1));
        assert_eq!(leg, Leg { metres: 260, seconds: 63 });
    }

    #[test]
    fn the_other_end_of_the_globe_is_a_number() {
        for (from, to) in [
            (at(90.0, 0.0), at(-90.0, 0.0)),
            (at(0.0, -180.0), at(0.0, 0.0)),
            (at(48.8, 2.3), at(-48.8, -177.7)),
        ] {
            let leg = leg(from, to);
            assert!((24_600_000..=24_621_000).contains(&leg.metres), "{leg:?}");
        }
    }

    proptest! {
        #[test]
        fn a_leg_is_the_same_both_ways_and_never_shorter_than_the_doors(
            latitudes in prop::array::uniform2(-900_000_000_i64..=900_000_000),
            longitudes in prop::array::uniform2(-1_800_000_000_i64..=1_800_000_000),
        ) {
            let from = Coordinate::from_e7(latitudes[0], longitudes[0]).unwrap();
            let to = Coordinate::from_e7(latitudes[1], longitudes[1]).unwrap();
            let there = leg(from, to);
            prop_assert!(there.metres.abs_diff(leg(to, from).metres) <= 1);
            prop_assert!(from == to || there.metres >= 260);
            prop_assert!(u64::from(there.seconds) * METRES_PER_HOUR >= u64::from(there.metres) * 3_600);
        }
    }
}
