//! What insertions cost, remembered by order and sequence.
//!
//! A step touches few routes; all others ask the same of the same orders again. The answer depends on
//! the order and the route's fingerprint alone, so that remembering changes no plan, only the time.
//! One place per key, the newer stays: memory is bounded, and nothing is ever searched for.

use super::at::At;
use super::chance::mixed;

/// Places at most: 4 MiB, about what a second-level cache and its neighbours hold.
const PLACES_MAX: usize = 1 << 18;

/// Places at least.
const PLACES_MIN: usize = 1 << 12;

/// Costs by order and route.
#[derive(Debug)]
pub struct Memo {
    places: Vec<(u64, i64)>,
    mask: usize,
}

impl Memo {
    /// Room for so many pairs of an order and a route, within bounds.
    pub fn new(pairs: usize) -> Self {
        let places = pairs.clamp(PLACES_MIN, PLACES_MAX).next_power_of_two();
        Self { places: vec![(0, 0); places], mask: places - 1 }
    }

    /// The key of an order in a route.
    #[inline(always)]
    pub fn key(order: u32, print: u64) -> u64 {
        mixed(print ^ u64::from(order).wrapping_mul(0xd6e8_feb8_6659_fd93)) | 1
    }

    /// The cost that was remembered.
    #[inline(always)]
    pub fn get(&self, key: u64) -> Option<i64> {
        let (found, cost) = self.places.at((key >> 20) as usize & self.mask);
        (found == key).then_some(cost)
    }

    /// Remembers a cost.
    #[inline(always)]
    pub fn put(&mut self, key: u64, cost: i64) {
        self.places.put((key >> 20) as usize & self.mask, (key, cost));
    }
}
