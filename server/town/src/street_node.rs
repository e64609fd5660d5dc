//! A corner of the street network: a dot on the map of the town, and nothing more.

use crate::coordinate::Coordinate;
use crate::fields::Fields;
use crate::place::Place;

/// A corner, as one line of `street_nodes.csv` describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct StreetNode {
    /// Where it is.
    pub coordinate: Coordinate,
}

impl Place for StreetNode {
    const FILE: &'static str = "street_nodes.csv";
    const COLUMNS: &'static [&'static str] = &["id", "lat", "lon"];
    const COUNT_MIN: usize = 0;

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // All are asked before any may end the reading, so that every fault of the line is told.
        let (id, coordinate) = (fields.id(), fields.coordinate());
        id.and(coordinate).map(|coordinate| Self { coordinate })
    }
}
