//! What a change must gain, and what it may cost others.

/// Set by the co-op, not by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Cost that any change must save.
    pub gain_at_least: u64,
    /// Cost that it must save beside that for each order that another courier brings.
    pub gain_per_order: u64,
    /// Ticks that a stop may be later than the day stands, within its window.
    pub later_at_most: u32,
}
