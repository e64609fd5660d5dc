//! Port-Brume, the small harbour town that ships with the project.
//!
//! It lies in open water off Brittany; its streets, shops and people are invented.
//! Its files are read by the same reader as any other town's, so they also show what such files look like.

use crate::places::Places;
use crate::places_error::PlacesError;

const SHOPS: &str = include_str!("../data/port-brume/shops.csv");
const ADDRESSES: &str = include_str!("../data/port-brume/addresses.csv");
const STREETS: &str = include_str!("../data/port-brume/street_nodes.csv");

impl Places {
    /// Reads the invented town that ships with the project. It fails only if its files were damaged before building.
    pub fn port_brume() -> Result<Self, PlacesError> {
        Self::from_texts(SHOPS, ADDRESSES, STREETS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_brume_has_no_bad_line() -> Result<(), PlacesError> {
        let town = Places::port_brume()?;
        assert_eq!((town.shops.len(), town.addresses.len()), (150, 420));
        Ok(())
    }

    #[test]
    fn port_brume_is_small_enough_to_ride_across() -> Result<(), PlacesError> {
        let town = Places::port_brume()?;
        let places = || {
            let shops = town.shops.iter().map(|shop| shop.coordinate);
            shops.chain(town.addresses.iter().map(|address| address.coordinate))
        };
        for from in places() {
            for to in places() {
                assert!(from.metres_to(&to) <= 1_800.0, "{from:?} is too far from {to:?}");
            }
        }
        Ok(())
    }
}
