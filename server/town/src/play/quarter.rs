//! The part of a town that the day is played in: 150 shops near one another, the addresses among them, and the map.

use std::collections::BTreeSet;

use core_sync::domain::card::is_hidden;
use core_sync::domain::limits::NAME_CHARACTERS_MAX;

use crate::address::Address;
use crate::coordinate::Coordinate;
use crate::places::Places;
use crate::seed::Seed;
use crate::shop::Shop;

use super::cast::{ADDRESSES_MIN, SHOPS};
use super::error::PlayError;
use super::flat_map::{FlatMap, Spot};

/// How far from the shop in the middle is looked: a quarter of an hour on a cargo bike.
const RADIUS_METRES: i32 = 2_500;
/// Shops tried as the middle: each try measures all places once.
const CENTRES_TRIED_MAX: usize = 200;
/// Dots of the street network that a page draws at most; with more, every so many-th is drawn.
const DOTS_MAX: usize = 3_000;

/// The quarter.
#[derive(Debug)]
pub(crate) struct Quarter<'a> {
    /// The shops, each name once, the nearest to the middle first.
    pub(crate) shops: Vec<&'a Shop>,
    /// The addresses among them.
    pub(crate) addresses: Vec<&'a Address>,
    pub(crate) map: FlatMap,
    /// Corners of streets on the map, or doors where no corners are known.
    pub(crate) dots: Vec<Spot>,
}

impl<'a> Quarter<'a> {
    /// Chooses one; the same places and seed always give the same.
    pub(crate) fn choose(places: &'a Places, seed: &mut Seed) -> Result<Self, PlayError> {
        let mut centres: Vec<&Shop> = places.shops.iter().collect();
        for _ in 0..CENTRES_TRIED_MAX {
            let Some(centre) = seed.take(&mut centres) else { break };
            if let Some(quarter) = Self::around(centre, places) {
                return Ok(quarter);
            }
        }
        Err(PlayError::TooFewPlaces {
            shops_min: SHOPS,
            addresses_min: ADDRESSES_MIN,
            metres_max: RADIUS_METRES,
        })
    }

    fn around(centre: &Shop, places: &'a Places) -> Option<Self> {
        // Measured from the middle: what lies on the other side of the globe is far, whatever its degrees.
        let wide = FlatMap::of(&[centre.coordinate]);
        let middle = wide.spot(&centre.coordinate);
        let metres = |place: &Coordinate| middle.metres_to(wide.spot(place));
        let mut names = BTreeSet::new();
        let mut shops: Vec<(i64, &Shop)> =
            places.shops.iter().map(|shop| (metres(&shop.coordinate), shop)).collect();
        shops.retain(|(away, _)| *away <= i64::from(RADIUS_METRES));
        shops.sort_by(|(one, a), (other, b)| (one, &a.id).cmp(&(other, &b.id)));
        // A name that no member and no card may have is no shop of the day.
        shops.retain(|(_, shop)| fits(&shop.name) && names.insert(shop.name.to_lowercase()));
        shops.truncate(SHOPS);
        let reach = shops.last().map(|(away, _)| *away)?;
        let shops: Vec<&Shop> = shops.into_iter().map(|(_, shop)| shop).collect();
        let near = |one: &&Address| metres(&one.coordinate) <= reach;
        let addresses: Vec<&Address> = places.addresses.iter().filter(near).collect();
        if shops.len() < SHOPS || addresses.len() < ADDRESSES_MIN {
            return None;
        }
        let shown = shops.iter().map(|shop| shop.coordinate);
        let shown: Vec<Coordinate> = shown.chain(addresses.iter().map(|one| one.coordinate)).collect();
        let map = FlatMap::of(&shown);
        let dots = dots(places, &map, &addresses);
        Some(Self { shops, addresses, map, dots })
    }
}

fn fits(name: &str) -> bool {
    name.chars().count() <= NAME_CHARACTERS_MAX && !name.chars().any(is_hidden)
}

fn dots(places: &Places, map: &FlatMap, addresses: &[&Address]) -> Vec<Spot> {
    let on_map = |spot: &Spot| (0..=map.size.x).contains(&spot.x) && (0..=map.size.y).contains(&spot.y);
    let corners = places.streets.iter().map(|node| map.spot(&node.coordinate));
    let mut dots: Vec<Spot> = corners.filter(on_map).collect();
    if dots.is_empty() {
        dots = addresses.iter().map(|one| map.spot(&one.coordinate)).collect();
    }
    let step = dots.len().div_ceil(DOTS_MAX).max(1);
    dots.into_iter().step_by(step).collect()
}
