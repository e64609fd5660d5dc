//! Places passed over by chance, so that the same ruin is not always mended the same way.
//!
//! Ruin and recreate passes over each place with one chance in a hundred. Here the chance is drawn from
//! the route, the order, one of a few ways, and the place itself: what is passed over is then part of the
//! question, however much of the question is looked at, and the answer can be remembered like any other.

/// Which places a pricing does not see.
#[derive(Debug, Clone, Copy)]
pub struct Blink {
    seed: u64,
    /// Draws below this are missed.
    below: u32,
}

impl Blink {
    /// Misses one place in so many, which ones by the seed; none if that is 0.
    pub fn new(seed: u64, one_in: u32) -> Self {
        Self { seed, below: u32::MAX.checked_div(one_in).unwrap_or(0) }
    }

    /// Whether the place after that visit is missed for that node.
    #[inline(always)]
    pub fn misses(self, node: u32, place: usize) -> bool {
        let place = u64::from(node) << 32 | place as u64;
        let bits = (self.seed ^ place).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits >> 32) as u32) < self.below
    }
}
