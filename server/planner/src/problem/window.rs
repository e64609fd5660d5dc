//! A stretch of time.

use super::TICKS_MAX;

/// From the earliest to the latest tick, both included. One that ends before it begins is never open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First tick.
    pub earliest: u32,
    /// Last tick.
    pub latest: u32,
}

impl Window {
    /// Open for as long as a problem can last.
    pub const ALWAYS: Self = Self { earliest: 0, latest: TICKS_MAX };
}
