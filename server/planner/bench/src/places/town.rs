//! Real shops and doors of one district, from a folder of places.
//!
//! It reads `shops.csv` and `addresses.csv` as the folder's page says them. Of a shop only its place is
//! read: no name is ever shown.

use std::path::Path;

use crate::read_error::ReadError;

/// The district of the scenario: the 16th arrondissement, which has two postcodes.
const POSTCODES: [&str; 2] = ["75016", "75116"];

/// Metres from which on a shop outside belongs to the district no longer.
const NEXT_DOOR_METRES: u32 = 800;

/// Metres of a degree of latitude, and of one of longitude at the equator.
const METRES_A_DEGREE: f64 = 111_195.0;

/// A point in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub latitude: f64,
    pub longitude: f64,
}

impl Point {
    /// The straight way in metres; right to a thousandth within a town.
    pub fn metres(self, other: Self) -> f64 {
        let narrower = ((self.latitude + other.latitude) / 2.0).to_radians().cos();
        let north = (self.latitude - other.latitude) * METRES_A_DEGREE;
        let east = (self.longitude - other.longitude) * METRES_A_DEGREE * narrower;
        north.hypot(east)
    }
}

/// Where orders come from and go to.
#[derive(Debug)]
pub struct Town {
    pub shops: Vec<Point>,
    pub doors: Vec<Point>,
}

impl Town {
    /// Reads the district from the folder.
    pub fn read(folder: &Path) -> Result<Self, ReadError> {
        let shops = points(&folder.join("shops.csv"), |field| {
            let metres = field("dist_to_nearest_16e_shop_m").parse();
            field("postcode") == "75016" || metres.is_ok_and(|metres: u32| metres <= NEXT_DOOR_METRES)
        })?;
        let doors =
            points(&folder.join("addresses.csv"), |field| POSTCODES.contains(&field("postcode").as_str()))?;
        Ok(Self { shops, doors })
    }

    /// Where the bikes stand: amid all doors.
    pub fn hub(&self) -> Point {
        let count = self.doors.len().max(1) as f64;
        let mean = |part: fn(&Point) -> f64| self.doors.iter().map(part).sum::<f64>() / count;
        Point { latitude: mean(|door| door.latitude), longitude: mean(|door| door.longitude) }
    }
}

/// The points of the rows that are taken; a table without any is refused.
fn points(path: &Path, taken: impl Fn(&dyn Fn(&str) -> String) -> bool) -> Result<Vec<Point>, ReadError> {
    let broken = |source| ReadError::Table { path: path.to_owned(), source };
    let mut reader = csv::Reader::from_path(path).map_err(broken)?;
    let heads = reader.headers().map_err(broken)?.clone();
    let mut points = Vec::new();
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let field = |name: &str| {
            let column = heads.iter().position(|head| head == name);
            column.and_then(|column| row.get(column)).unwrap_or_default().to_owned()
        };
        if !taken(&field) {
            continue;
        }
        if let (Ok(latitude), Ok(longitude)) = (field("lat").parse(), field("lon").parse()) {
            points.push(Point { latitude, longitude });
        }
    }
    if points.is_empty() {
        return Err(ReadError::NoPlaces { path: path.to_owned() });
    }
    Ok(points)
}
