//! What could be better, for a person to accept or refuse.

use crate::problem::StopId;

/// A change of some rounds. It says what it gains and whom it makes later, so that it can be told in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The rounds that change.
    pub rounds: Vec<NewRound>,
    /// The orders that another courier brings; none if only the sequence changes.
    pub moved: Vec<Moved>,
    /// Cost saved, by the problem's aims.
    pub gain: u64,
    /// The stop that gets later most, and by how many ticks; nothing if none does.
    pub later: Option<(StopId, u32)>,
}

/// A round as it would be ridden, beside how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRound {
    /// Its index in the day.
    pub round: usize,
    /// The stops ahead, as they would be ridden.
    pub stops: Vec<StopId>,
    /// Ticks of riding ahead, as it stands.
    pub ridden_before: u64,
    /// The same, as it would be.
    pub ridden: u64,
    /// The tick it is over, as it stands.
    pub returns_before: u32,
    /// The same, as it would be.
    pub returns: u32,
}

/// An order that passes to another courier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The order.
    pub order: usize,
    /// The round it is in.
    pub from: usize,
    /// The round it would be in.
    pub to: usize,
}
