//! Places passed over by chance, so that the same ruin is not always mended the same way.
//!
//! Ruin and recreate passes over each place with one chance in a hundred. Here a whole pricing is either
//! exact, and then remembered, or blinks at many places at once, and is not: the cheapest place is missed
//! about as often, and ninety-odd pricings of a hundred need not be made again.

use super::chance::Chance;

/// Which places a pricing does not see.
#[derive(Debug)]
pub enum Blink<'a> {
    /// It sees all.
    Open,
    /// It misses one in so many.
    Often(&'a mut Chance, usize),
}

impl Blink<'_> {
    /// Whether this place is missed.
    #[inline(always)]
    pub fn misses(&mut self) -> bool {
        match self {
            Self::Open => false,
            Self::Often(chance, one_in) => chance.one_in(*one_in),
        }
    }
}
