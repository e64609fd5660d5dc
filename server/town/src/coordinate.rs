//! A place on the ground, in degrees of WGS84.
//!
//! A coordinate cannot be made outside the globe or from "not a number", so nothing that
//! holds one needs to check again.

/// Mean radius of the earth in metres, as the haversine formula takes it.
const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// A latitude and longitude in degrees, WGS84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinate {
    latitude_degrees: f64,
    longitude_degrees: f64,
}

impl Coordinate {
    /// The poles: a latitude lies between minus this and this.
    pub const LATITUDE_DEGREES_MAX: f64 = 90.0;
    /// The antimeridian: a longitude lies between minus this and this.
    pub const LONGITUDE_DEGREES_MAX: f64 = 180.0;

    /// Makes a coordinate, or nothing if either number lies outside the globe or is no number.
    pub fn new(latitude_degrees: f64, longitude_degrees: f64) -> Option<Self> {
        let on_globe = latitude_degrees.abs() <= Self::LATITUDE_DEGREES_MAX
            && longitude_degrees.abs() <= Self::LONGITUDE_DEGREES_MAX;
        on_globe.then_some(Self { latitude_degrees, longitude_degrees })
    }

    /// Returns the latitude in degrees, north positive.
    pub fn latitude_degrees(&self) -> f64 {
        self.latitude_degrees
    }

    /// Returns the longitude in degrees, east positive.
    pub fn longitude_degrees(&self) -> f64 {
        self.longitude_degrees
    }

    /// Returns the straight line over ground to the other place, in metres (haversine).
    pub fn metres_to(&self, other: &Self) -> f64 {
        let from = self.latitude_degrees.to_radians();
        let to = other.latitude_degrees.to_radians();
        let north = ((to - from) / 2.0).sin();
        let east = ((other.longitude_degrees - self.longitude_degrees).to_radians() / 2.0).sin();
        let chord = north * north + from.cos() * to.cos() * east * east;
        2.0 * EARTH_RADIUS_METRES * chord.sqrt().min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_on_the_globe_are_coordinates() {
        assert!(Coordinate::new(-90.0, 180.0).is_some());
        assert!(Coordinate::new(90.01, 0.0).is_none());
        assert!(Coordinate::new(0.0, -180.01).is_none());
        assert!(Coordinate::new(f64::NAN, 0.0).is_none());
        assert!(Coordinate::new(0.0, f64::INFINITY).is_none());
    }

    #[test]
    fn a_minute_of_latitude_is_a_nautical_mile() {
        let metres = Coordinate::new(48.0, -5.0)
            .zip(Coordinate::new(48.0 + 1.0 / 60.0, -5.0))
            .map(|(south, north)| south.metres_to(&north));
        assert!(metres.is_some_and(|metres| (metres - 1853.2).abs() < 1.0), "{metres:?}");
    }
}
