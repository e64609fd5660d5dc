//! Counts for screens.

/// A count as phones take it; more than four thousand million stays at that.
pub(crate) fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}
