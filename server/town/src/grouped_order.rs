//! A grouped order: one customer bought in two shops and wants one drop-off.
//!
//! Orders of a day are chosen around one shop, so that one courier can ride them all.

use std::collections::BTreeSet;

use crate::address::Address;
use crate::coordinate::Coordinate;
use crate::people::People;
use crate::places::Places;
use crate::seed::Seed;
use crate::shop::Shop;
use crate::visit::{Visit, Visited};

/// Shops and addresses of a day lie at most this far from the shop in its middle: ten minutes on a cargo bike.
pub(crate) const RADIUS_METRES: f64 = 1_500.0;

/// Shops and addresses near a centre that no order has taken yet.
pub(crate) struct Neighbourhood<'a> {
    centre: &'a Shop,
    shops: Vec<&'a Shop>,
    addresses: Vec<&'a Address>,
    people: People,
}

impl<'a> Neighbourhood<'a> {
    /// Gathers what lies near the centre, each shop name and each door once.
    ///
    /// Town files list a shop or a door twice now and then, and a round that calls twice at one looks like a fault.
    pub(crate) fn around(centre: &'a Shop, places: &'a Places) -> Self {
        let near = |coordinate: &Coordinate| centre.coordinate.metres_to(coordinate) <= RADIUS_METRES;
        let mut names = BTreeSet::from([centre.name.to_lowercase()]);
        let shops = places.shops.iter().filter(|shop| near(&shop.coordinate));
        let shops = shops.filter(|shop| names.insert(shop.name.to_lowercase())).collect();
        let mut doors = BTreeSet::new();
        let addresses = places.addresses.iter().filter(|address| near(&address.coordinate));
        let addresses = addresses.filter(|address| doors.insert(door(address))).collect();
        Self { centre, shops, addresses, people: People::new() }
    }

    /// Makes the order of this index, the first of which starts at the centre.
    ///
    /// Returns nothing once shops, addresses or people run out.
    pub(crate) fn next_order(&mut self, order_index: usize, seed: &mut Seed) -> Option<[Visit<'a>; 3]> {
        let first = if order_index == 0 { self.centre } else { seed.take(&mut self.shops)? };
        let second = self.take_nearest_shop(&first.coordinate)?;
        let home = seed.take(&mut self.addresses)?;
        let recipient = self.people.next(seed)?;
        // At most one of the two shops hands over two parcels: no stop of an order counts more than three.
        let parcel_counts = match seed.draw_below(3) {
            0 => (1, 1),
            1 => (1, 2),
            _ => (2, 1),
        };
        let visit = |parcel_count, place| Visit { order_index, parcel_count, place };
        Some([
            visit(parcel_counts.0, Visited::Shop(first)),
            visit(parcel_counts.1, Visited::Shop(second)),
            visit(parcel_counts.0 + parcel_counts.1, Visited::Home(home, recipient)),
        ])
    }

    fn take_nearest_shop(&mut self, to: &Coordinate) -> Option<&'a Shop> {
        let distances = self.shops.iter().map(|shop| to.metres_to(&shop.coordinate)).enumerate();
        let (at, _) = distances.min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        Some(self.shops.swap_remove(at))
    }
}

/// Names a door by where it is, to ten metres: one file may spell its street in two ways.
fn door(address: &Address) -> (i64, i64) {
    let rounded = |degrees: f64| (degrees * 10_000.0).round() as i64;
    (rounded(address.coordinate.latitude_degrees()), rounded(address.coordinate.longitude_degrees()))
}
