//! An order: several pickups in any sequence, then one drop-off, all by one bike.

use super::{Size, Stop};

/// What one customer bought, at as many shops as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Where it is picked up, and how much at each.
    pub pickups: Vec<(Stop, Size)>,
    /// Where all of it goes.
    pub drop_off: Stop,
    /// Skills its rider needs, one bit each.
    pub skills: u64,
    /// What the bike must have for it (cold, upright), one bit each.
    pub flags: u64,
}

impl Order {
    /// All stops, the drop-off last.
    pub fn stops(&self) -> impl Iterator<Item = &Stop> {
        self.pickups.iter().map(|(stop, _)| stop).chain(std::iter::once(&self.drop_off))
    }

    /// Litres and kilograms of all parcels together, which are all on the bike before the drop-off.
    pub fn size(&self) -> (u64, u64) {
        let sum = |part: fn(&Size) -> u32| self.pickups.iter().map(|(_, size)| u64::from(part(size))).sum();
        (sum(|size| size.litres), sum(|size| size.kilograms))
    }
}
