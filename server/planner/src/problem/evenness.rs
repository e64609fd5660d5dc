//! What it costs that rounds are uneven.

/// A cost that grows with the square: what one round has too much weighs more than what it saves another.
///
/// Squares, because their sum is least where all have the same, each round has its own part of it, and no round need
/// be looked at to price another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evenness {
    /// Cost of a round with one unit; one with two costs four times that. None, if zero.
    pub weight: u32,
    /// How much one unit is: ticks of time out, or kilograms picked up. Zero counts as one.
    pub unit: u32,
}

/// What the unevenness of one round costs at most; beyond it counts as this, so that the sum of a thousand rounds fits
/// 64 bits.
pub const UNEVEN_COST_MAX: u64 = 1 << 48;
