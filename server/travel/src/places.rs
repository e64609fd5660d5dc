//! The points that were asked, each place once: orders of one shop share it.

use std::collections::BTreeMap;

use core_sync::domain::coordinate::Coordinate;
use geo::{Distance, Haversine, Point};

/// Metres from the middle of all points within which a place is asked for: no cargo bike rides further, and
/// both engines refuse a whole block for one pair of cities (Valhalla beyond 200 km).
const REACH_METRES_MAX: f64 = 50_000.0;

/// Places and which of them each point is.
#[derive(Debug)]
pub(crate) struct Places {
    /// Every place once, in the order of their first points.
    pub(crate) distinct: Vec<Coordinate>,
    /// For each point, its place.
    pub(crate) of: Vec<usize>,
}

impl Places {
    /// The places of these points.
    pub(crate) fn of(points: &[Coordinate]) -> Self {
        let mut distinct = Vec::new();
        let mut known = BTreeMap::new();
        let of = points.iter().map(|point| {
            *known.entry(*point).or_insert_with(|| {
                distinct.push(*point);
                distinct.len() - 1
            })
        });
        let of = of.collect();
        Self { distinct, of }
    }
}

/// Which places are far from all others: an address found in another city, most likely.
pub(crate) fn far_off(places: &[Coordinate]) -> Vec<bool> {
    let middle = |of: fn(&Coordinate) -> i32| {
        let mut all: Vec<i32> = places.iter().map(of).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    let (latitude, longitude) = (middle(|place| place.e7().0), middle(|place| place.e7().1));
    let Ok(middle) = Coordinate::from_e7(latitude.into(), longitude.into()) else {
        return vec![false; places.len()];
    };
    places.iter().map(|place| straight_metres(middle, *place) > REACH_METRES_MAX).collect()
}

/// Metres of the straight line.
pub(crate) fn straight_metres(from: Coordinate, to: Coordinate) -> f64 {
    let [from, to] = [from, to].map(|place| {
        let (latitude, longitude) = place.degrees();
        Point::new(longitude, latitude)
    });
    Haversine.distance(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Coordinate {
        Coordinate::from_degrees(latitude, longitude).unwrap()
    }

    #[test]
    fn a_place_that_several_points_share_is_one() {
        let (shop, door) = (at(48.85, 2.35), at(48.86, 2.36));
        let places = Places::of(&[shop, door, shop, shop, door]);
        assert_eq!(places.distinct, [shop, door]);
        assert_eq!(places.of, [0, 1, 0, 0, 1]);
        assert!(Places::of(&[]).distinct.is_empty());
    }

    #[test]
    fn an_address_found_in_another_city_is_far_off() {
        let town = [at(48.85, 2.35), at(48.86, 2.36), at(48.99, 2.5), at(45.76, 4.83)];
        assert_eq!(far_off(&town), [false, false, false, true]);
        assert_eq!(far_off(&[]), Vec::<bool>::new());
        assert_eq!(far_off(&[at(0.0, 0.0)]), [false]);
    }
}
