//! What the caller hears while a plan is made, and what it answers.

/// How long to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// So many steps: the same plan on every machine.
    Steps(u64),
    /// Until the caller says that its share is used up: as much as the machine can do.
    Asked,
}

/// The caller's answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Go on; this share of the time is used, from 0 to 1. Not looked at where steps are counted.
    Used(f64),
    /// Stop now, with the best plan so far.
    Stop,
}

/// What is being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The first full plan.
    First,
    /// Fewer bikes.
    Fleet,
    /// Less cost.
    Cost,
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being worked on.
    pub phase: Phase,
    /// Steps done.
    pub steps: u64,
    /// Orders left out of the best plan.
    pub left_out: usize,
    /// Bikes in the best plan.
    pub bikes: usize,
    /// Cost of the best plan.
    pub cost: i64,
}

impl Default for Progress {
    /// Nothing done yet, of nothing.
    fn default() -> Self {
        Self::new(0)
    }
}

impl Progress {
    /// Nothing done yet.
    pub(crate) fn new(orders: usize) -> Self {
        Self { phase: Phase::First, steps: 0, left_out: orders, bikes: 0, cost: 0 }
    }
}
