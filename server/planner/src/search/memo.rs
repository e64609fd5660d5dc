//! What insertions cost, or cost at least, remembered by order and sequence.
//!
//! A step touches few routes; all others ask the same of the same orders again. The answer depends on
//! the order and the route's fingerprint alone, so that remembering changes no plan, only the time.
//! One place per key, the newer stays: memory is bounded, and nothing is ever searched for.

use super::at::At;
use super::chance::mixed;

/// Places at most: 128 KiB, a quarter of a small second-level cache. The grid needs the rest: with four times as many a
/// day of 150 grouped orders took a fifth longer for the same steps.
const PLACES_MAX: usize = 1 << 13;

/// Places at least.
const PLACES_MIN: usize = 1 << 12;

/// What is known of an insertion's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It costs this.
    Exactly(i64),
    /// It costs this or more: the search for it was given up there.
    AtLeast(i64),
}

/// Costs by order and route.
#[derive(Debug)]
pub struct Memo {
    /// A key, and twice the cost, one more if it is a bound.
    places: Vec<(u64, i64)>,
    mask: usize,
}

impl Memo {
    /// Room for so many pairs of an order and a route, within bounds.
    pub fn new(pairs: usize) -> Self {
        let places = pairs.clamp(PLACES_MIN, PLACES_MAX).next_power_of_two();
        Self { places: vec![(0, 0); places], mask: places - 1 }
    }

    /// The key of an order in a route, tried in one of several ways.
    #[inline(always)]
    pub fn key(order: u32, print: u64, way: u64) -> u64 {
        mixed(print ^ mixed(way ^ u64::from(order) << 32)) | 1
    }

    /// What was remembered.
    #[inline(always)]
    pub fn get(&self, key: u64) -> Option<Known> {
        let (found, cost) = self.places.at((key >> 20) as usize & self.mask);
        let known = if cost & 1 == 0 { Known::Exactly(cost >> 1) } else { Known::AtLeast(cost >> 1) };
        (found == key).then_some(known)
    }

    /// Remembers.
    #[inline(always)]
    pub fn put(&mut self, key: u64, known: Known) {
        let cost = match known {
            Known::Exactly(cost) => cost << 1,
            Known::AtLeast(cost) => cost << 1 | 1,
        };
        self.places.put((key >> 20) as usize & self.mask, (key, cost));
    }
}
