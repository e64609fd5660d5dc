//! A plan: who rides what, when, and what is left out.

use crate::left_out::LeftOut;
use crate::problem::StopId;

/// Rounds for the bikes that ride, and a reason for every order that nobody brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One round per bike that rides, in the order of the bikes.
    pub rounds: Vec<Round>,
    /// Orders that are not in any round, in their own order.
    pub left_out: Vec<LeftOut>,
    /// The problem's aims, added up.
    pub cost: u64,
}

/// What one bike rides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Index of the bike.
    pub bike: usize,
    /// The tick it leaves its hub.
    pub departs: u32,
    /// Its stops as they are ridden.
    pub visits: Vec<Visit>,
    /// The break, if one is due.
    pub rest: Option<Rest>,
    /// The tick it is back, or done at its last stop where there is no way back.
    pub returns: u32,
    /// Ticks of riding and approaching.
    pub ridden: u64,
    /// Metres of riding.
    pub metres: u64,
}

/// A stop as it is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Which stop.
    pub stop: StopId,
    /// The tick the service could begin.
    pub arrives: u32,
    /// The tick it begins: later than `arrives` if the window opens later.
    pub begins: u32,
    /// The tick the service is over.
    pub leaves: u32,
}

/// The break as it is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// How many stops come before it.
    pub after: usize,
    /// The tick it begins.
    pub begins: u32,
    /// The tick it is over.
    pub ends: u32,
}
