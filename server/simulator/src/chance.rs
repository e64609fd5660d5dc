//! Chance: every choice of a step, from the step's own number, so that leaving other steps out changes none.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// A source of choices.
#[derive(Debug, Clone)]
pub(crate) struct Chance(pub(crate) ChaCha8Rng);

impl Chance {
    /// The choices of this number.
    pub(crate) fn of(draw: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(draw))
    }

    /// A number below `bound`; 0 if there is none.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        // The tiny bias is of no matter here.
        usize::try_from(self.0.next_u64() % bound).unwrap_or(0)
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len())).cloned()
    }

    /// Another source that goes on from here.
    pub(crate) fn next_draw(&mut self) -> u64 {
        self.0.next_u64()
    }
}
