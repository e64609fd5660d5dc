//! A bike and who rides it for one shift.

use super::{Capacity, Window};

/// A bike with its rider: what it carries, where it starts, when it may ride.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bike {
    /// Which matrix of the problem holds its ways.
    pub profile: u32,
    /// Its speed in thousandths of the profile's: 800 takes a quarter longer for each way.
    pub speed_per_mille: u32,
    /// What it carries at once.
    pub capacity: Capacity,
    /// Metres it rides at most in a round, if its battery ends before the shift.
    pub range_metres: Option<u32>,
    /// Stops of its round at most, pickups and drop-offs, if there is a limit.
    pub stops_max: Option<u32>,
    /// Skills its rider has, one bit each; an order's must all be among them.
    pub skills: u64,
    /// What it has for goods (a cold box, room to stand upright), one bit each.
    pub flags: u64,
    /// The hub it leaves from.
    pub start: u32,
    /// The hub it comes back to; nothing if the round ends at its last stop.
    pub end: Option<u32>,
    /// When it may leave first and must be back last.
    pub shift: Window,
    /// The break the law asks for, if the shift can be long enough for it.
    pub pause: Option<Break>,
    /// Cost of using it at all.
    pub fixed_cost: u32,
}

impl Default for Bike {
    fn default() -> Self {
        Self {
            profile: 0,
            speed_per_mille: 1_000,
            capacity: Capacity::default(),
            range_metres: None,
            stops_max: None,
            skills: 0,
            flags: 0,
            start: 0,
            end: Some(0),
            shift: Window::ALWAYS,
            pause: None,
            fixed_cost: 0,
        }
    }
}

/// A break: due to whoever is still out when it could begin last.
///
/// French law gives 20 minutes at the latest after six hours of work (Code du travail, L. 3121-16):
/// `begins.latest` is then six hours after the start of the shift. It is taken where the courier is,
/// before the first ride or after any stop. A round that is over by `begins.latest` needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// When it may begin.
    pub begins: Window,
    /// How long it is, in ticks.
    pub lasts: u32,
}
