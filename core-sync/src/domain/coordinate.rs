//! A point on the map, in ten-millionths of a degree (about a centimetre), so that no float is ever hashed.

use serde::{Deserialize, Serialize};

/// Ten-millionths in a degree, as OpenStreetMap keeps coordinates.
const PER_DEGREE: f64 = 1e7;

/// WGS 84, in degrees times 10^7. JSON carries degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Degrees", into = "Degrees")]
pub struct Coordinate {
    latitude_e7: i32,
    longitude_e7: i32,
}

/// A coordinate that is not on the globe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a latitude is from -90 to 90, a longitude from -180 to 180 degrees")]
pub struct CoordinateError;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Degrees {
    latitude: f64,
    longitude: f64,
}

impl Coordinate {
    /// From degrees.
    pub fn from_degrees(latitude: f64, longitude: f64) -> Result<Self, CoordinateError> {
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            return Err(CoordinateError);
        }
        #[expect(clippy::cast_possible_truncation, reason = "180 * 10^7 fits an i32")]
        let e7 = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
        Ok(Self { latitude_e7: e7(latitude), longitude_e7: e7(longitude) })
    }

    /// From ten-millionths of a degree, as cards keep it.
    pub fn from_e7(latitude: i64, longitude: i64) -> Result<Self, CoordinateError> {
        #[expect(clippy::cast_precision_loss, reason = "from_degrees checks the range, far below 2^52")]
        Self::from_degrees(latitude as f64 / PER_DEGREE, longitude as f64 / PER_DEGREE)
    }

    /// Latitude and longitude in ten-millionths of a degree.
    #[must_use]
    pub fn e7(&self) -> (i32, i32) {
        (self.latitude_e7, self.longitude_e7)
    }

    /// Latitude and longitude in degrees.
    #[must_use]
    pub fn degrees(&self) -> (f64, f64) {
        (f64::from(self.latitude_e7) / PER_DEGREE, f64::from(self.longitude_e7) / PER_DEGREE)
    }
}

impl TryFrom<Degrees> for Coordinate {
    type Error = CoordinateError;
    fn try_from(degrees: Degrees) -> Result<Self, CoordinateError> {
        Self::from_degrees(degrees.latitude, degrees.longitude)
    }
}

impl From<Coordinate> for Degrees {
    fn from(coordinate: Coordinate) -> Self {
        let (latitude, longitude) = coordinate.degrees();
        Self { latitude, longitude }
    }
}
