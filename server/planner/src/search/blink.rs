//! Places passed over by chance, so that the same ruin is not always mended the same way.
//!
//! Ruin and recreate passes over each place with one chance in a hundred. Here the chance is drawn from
//! the route, the order and one of a few ways: what is passed over is then part of the question, and the
//! answer can be remembered like any other.

use super::chance::mixed;

/// Which places a pricing does not see.
#[derive(Debug)]
pub struct Blink {
    seed: u64,
    /// Places until the next that is missed.
    left: u32,
    /// One place in so many is missed.
    one_in: u32,
}

impl Blink {
    /// Misses one place in so many, which ones by the seed; none if that is 0.
    pub fn new(seed: u64, one_in: u32) -> Self {
        let mut blink = Self { seed, left: u32::MAX, one_in };
        if one_in > 0 {
            blink.draw();
        }
        blink
    }

    /// Whether this place is missed.
    #[inline(always)]
    pub fn misses(&mut self) -> bool {
        self.left -= 1;
        if self.left > 0 {
            return false;
        }
        self.draw();
        true
    }

    fn draw(&mut self) {
        self.seed = mixed(self.seed);
        // From 1 to twice the mean: as many misses as if each were drawn, by one draw a miss.
        let bound = u64::from(self.one_in.max(1)) * 2;
        self.left = 1 + (((self.seed >> 32) * bound) >> 32) as u32;
    }
}
