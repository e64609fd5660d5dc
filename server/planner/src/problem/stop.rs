//! One stop of an order.

use super::Window;

/// A place, when somebody is there, and how long it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Its place in the matrices.
    pub place: u32,
    /// When the service may begin; who comes earlier waits.
    pub window: Window,
    /// Ticks at the counter or the door, for this stop's parcels.
    pub service: u32,
    /// Ticks to park and walk in. Counted once when stops of one place follow each other, before the
    /// service and outside the window.
    pub approach: u32,
}

/// Which stop of which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StopId {
    /// A pickup of the order, by its index there.
    Pickup {
        /// Index of the order.
        order: usize,
        /// Index of the pickup in its order.
        pickup: usize,
    },
    /// The drop-off of the order.
    DropOff {
        /// Index of the order.
        order: usize,
    },
}

impl StopId {
    /// The index of the order.
    pub fn order(self) -> usize {
        match self {
            Self::Pickup { order, .. } | Self::DropOff { order } => order,
        }
    }
}
