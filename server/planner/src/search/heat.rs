//! How much worse a step may make the plan: simulated annealing's temperature.

use super::chance::Chance;
use super::natural::{exponential, logarithm};

/// A temperature that falls from one value to another, by the share of the budget that is used.
#[derive(Debug, Clone, Copy)]
pub struct Heat {
    first: f64,
    fall: f64,
    now: f64,
}

impl Heat {
    /// Falls from `first` to `last`, both in units of cost.
    pub fn new(first: f64, last: f64) -> Self {
        let first = first.max(1e-9);
        Self { first, fall: logarithm(last.max(1e-9) / first), now: first }
    }

    /// Takes the share used, from 0 to 1.
    pub fn set(&mut self, share: f64) {
        self.now = self.first * exponential(self.fall * share.clamp(0.0, 1.0));
    }

    /// How much more a step may cost this time.
    #[inline(always)]
    pub fn grace(&self, chance: &mut Chance) -> i64 {
        (-self.now * logarithm(1.0 - chance.unit())) as i64
    }
}
