//! A shop of the places folder: where parcels are picked up.
//!
//! Only what a stop needs is kept; category, services and whatever else the file says are not.

use crate::coordinate::Coordinate;
use crate::day::Day;
use crate::fields::Fields;
use crate::place::Place;

/// A shop, as one line of `shops.csv` describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shop {
    /// The id in the file, unique among shops.
    pub id: String,
    /// The name above the door.
    pub name: String,
    /// House number and street in one line.
    pub address_line: String,
    /// The postcode, as written in the file.
    pub postcode: String,
    /// Where the door is.
    pub coordinate: Coordinate,
}

impl Place for Shop {
    const FILE: &'static str = "shops.csv";
    const COLUMNS: &'static [&'static str] = &["id", "name", "address", "postcode", "lat", "lon"];
    const COUNT_MIN: usize = Day::ORDER_COUNT * Day::PICKUPS_PER_ORDER;

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // All are asked before any may end the reading, so that every fault of the line is told.
        let (id, name, address_line) = (fields.id(), fields.text("name"), fields.text("address"));
        let (postcode, coordinate) = (fields.text("postcode"), fields.coordinate());
        Some(Self {
            id: id?,
            name: name?,
            address_line: address_line?,
            postcode: postcode?,
            coordinate: coordinate?,
        })
    }
}
