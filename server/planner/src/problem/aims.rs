//! What makes one plan better than another.

use super::Evenness;

/// What is made small, after the number of orders left out.
///
/// Weights are per unit and add up; a plan's cost is their sum over all rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aims {
    /// Fewest bikes first, whatever it costs otherwise. Benchmarks ask for it; a co-op seldom does.
    pub fewest_bikes: bool,
    /// Cost of a tick of riding.
    pub per_tick_ridden: u32,
    /// Cost of a metre ridden.
    pub per_metre: u32,
    /// Cost of a tick between leaving and coming back: riding, serving, waiting and the break.
    pub per_tick_out: u32,
    /// Cost of uneven times between leaving and coming back, in ticks.
    pub even_out: Evenness,
    /// Cost of uneven loads, in kilograms that a round picks up.
    pub even_loads: Evenness,
}

impl Default for Aims {
    fn default() -> Self {
        let none = Evenness { weight: 0, unit: 1 };
        Self {
            fewest_bikes: false,
            per_tick_ridden: 1,
            per_metre: 0,
            per_tick_out: 0,
            even_out: none,
            even_loads: none,
        }
    }
}
