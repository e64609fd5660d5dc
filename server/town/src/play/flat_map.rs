//! The town laid flat: metres east and south of a corner, as whole numbers.
//!
//! Only additions, multiplications and square roots, which every machine rounds alike, so that who rides where at
//! which minute depends on the seed alone. A town is small enough for one scale.

use crate::coordinate::Coordinate;

/// Metres of a degree of latitude (WGS 84, mean).
const METRES_PER_DEGREE: f64 = 111_195.0;
/// Metres left free around what is drawn.
const MARGIN_METRES: i32 = 60;
/// Door to door on the street, from planning measurements: 260 m at the doors and 1.23 times the straight line.
const METRES_AT_THE_DOORS: i64 = 260;
const STREET_PER_STRAIGHT_PERCENT: i64 = 123;
/// 15 km/h.
const METRES_PER_MINUTE: i64 = 250;

/// A place on the flat map, in metres from its north-western corner, y to the south.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Metres to the east.
    pub x: i32,
    /// Metres to the south.
    pub y: i32,
}

impl Spot {
    /// Metres in a straight line, rounded down.
    #[must_use]
    pub fn metres_to(self, other: Self) -> i64 {
        let (east, south) = (i64::from(other.x - self.x), i64::from(other.y - self.y));
        (east * east + south * south).isqrt()
    }

    /// Minutes on a cargo bike from door to door; at least one.
    #[must_use]
    pub fn minutes_to(self, other: Self) -> u32 {
        let straight = self.metres_to(other);
        if straight == 0 {
            return 1;
        }
        let metres = METRES_AT_THE_DOORS + straight * STREET_PER_STRAIGHT_PERCENT / 100;
        u32::try_from(metres / METRES_PER_MINUTE).unwrap_or(u32::MAX).max(1)
    }

    /// The place that lies `done` of `all` parts of the way to another.
    #[must_use]
    pub fn towards(self, other: Self, done: u32, all: u32) -> Self {
        let part = |from: i32, to: i32| {
            let way = i64::from(to - from) * i64::from(done.min(all)) / i64::from(all.max(1));
            from + i32::try_from(way).unwrap_or(0)
        };
        Self { x: part(self.x, other.x), y: part(self.y, other.y) }
    }
}

/// The map.
#[derive(Clone, Debug)]
pub struct FlatMap {
    north: f64,
    west: f64,
    east_scale: f64,
    /// How far east and south it reaches, in metres.
    pub size: Spot,
}

impl FlatMap {
    /// The smallest map that shows all of these places, with a margin.
    #[must_use]
    pub fn of(places: &[Coordinate]) -> Self {
        let latitudes = || places.iter().map(Coordinate::latitude_degrees);
        let longitudes = || places.iter().map(Coordinate::longitude_degrees);
        let (north, south) = (latitudes().fold(-90.0, f64::max), latitudes().fold(90.0, f64::min));
        let (west, east) = (longitudes().fold(180.0, f64::min), longitudes().fold(-180.0, f64::max));
        let mut map = Self {
            north,
            west,
            east_scale: METRES_PER_DEGREE * cosine_of_degrees((north + south) / 2.0),
            size: Spot { x: 0, y: 0 },
        };
        if let Some(corner) = Coordinate::new(south, east) {
            let corner = map.spot(&corner);
            map.size = Spot { x: corner.x + MARGIN_METRES, y: corner.y + MARGIN_METRES };
        }
        map
    }

    /// Where a place lies on the map.
    #[must_use]
    pub fn spot(&self, place: &Coordinate) -> Spot {
        let x = (place.longitude_degrees() - self.west) * self.east_scale;
        let y = (self.north - place.latitude_degrees()) * METRES_PER_DEGREE;
        // A town is some kilometres wide; what lies far outside is put at the edge of what can be counted.
        let whole = |metres: f64| metres.clamp(-1e6, 1e6) as i32 + MARGIN_METRES;
        Spot { x: whole(x), y: whole(y) }
    }
}

/// The cosine by its series, good to six digits between the poles: the library's may differ between machines.
fn cosine_of_degrees(degrees: f64) -> f64 {
    let square = (degrees * (std::f64::consts::PI / 180.0)) * (degrees * (std::f64::consts::PI / 180.0));
    let (mut term, mut sum) = (1.0, 1.0);
    for step in 1..8_u32 {
        let step = f64::from(step);
        term *= -square / ((2.0 * step - 1.0) * (2.0 * step));
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_cosine() {
        for degrees in [0.0_f64, 30.0, 48.86, 60.0, 85.0] {
            assert!((cosine_of_degrees(degrees) - degrees.to_radians().cos()).abs() < 1e-6, "{degrees}");
        }
    }

    #[test]
    fn the_flat_way_is_the_way_over_ground() {
        let at = |latitude, longitude| Coordinate::new(latitude, longitude).unwrap();
        let (one, two) = (at(48.85, 2.26), at(48.87, 2.29));
        let map = FlatMap::of(&[one, two]);
        let flat = map.spot(&one).metres_to(map.spot(&two)) as f64;
        assert!((flat - one.metres_to(&two)).abs() < 15.0, "{flat}");
        assert_eq!(map.spot(&one), Spot { x: MARGIN_METRES, y: map.size.y - MARGIN_METRES });
    }

    #[test]
    fn a_ride_takes_minutes_and_half_of_it_is_half_the_way() {
        let (here, there) = (Spot { x: 0, y: 0 }, Spot { x: 0, y: 1_000 });
        assert_eq!((here.minutes_to(there), here.minutes_to(here)), (5, 1));
        assert_eq!(here.towards(there, 2, 4), Spot { x: 0, y: 500 });
        assert_eq!(here.towards(there, 9, 4), there);
    }
}
