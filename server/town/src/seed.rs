//! Numbers that look drawn by chance and are the same on every machine for the same seed.
//!
//! SplitMix64 in a few lines, so that the draw can never change with a library's release.
//! It is for choosing places and names; nothing secret may come from it.

/// A source of numbers that its first value determines.
#[derive(Clone, Debug)]
pub struct Seed {
    state: u64,
}

impl Seed {
    /// Starts from a number.
    pub fn new(number: u64) -> Self {
        Self { state: number }
    }

    /// Draws a number of 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number from 0 to below the bound; 0 if the bound is 0.
    pub fn draw_below(&mut self, bound: u32) -> u32 {
        // The upper half of a product is spread as evenly as the draw itself.
        ((u128::from(self.draw()) * u128::from(bound)) >> 64) as u32
    }

    /// Takes one element out of the list, or nothing from an empty one.
    pub(crate) fn take<T>(&mut self, from: &mut Vec<T>) -> Option<T> {
        let length = u32::try_from(from.len()).unwrap_or(u32::MAX);
        let at = self.draw_below(length) as usize;
        (at < from.len()).then(|| from.swap_remove(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_those_of_splitmix64() {
        let mut seed = Seed::new(1_234_567);
        assert_eq!(seed.draw(), 6_457_827_717_110_365_317);
        assert_eq!(seed.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn bounded_draws_stay_below_and_reach_all() {
        let mut seed = Seed::new(7);
        let mut seen = [0; 3];
        for _ in 0..300 {
            let drawn = seed.draw_below(3) as usize;
            seen.get_mut(drawn).into_iter().for_each(|count| *count += 1);
        }
        assert_eq!(seen.iter().sum::<u32>(), 300);
        assert!(seen.iter().all(|count| *count > 60), "{seen:?}");
        assert_eq!(seed.draw_below(0), 0);
    }
}
