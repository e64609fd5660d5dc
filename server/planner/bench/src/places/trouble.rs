//! Why the bench of places ends early.

use crate::read_error::ReadError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The folder cannot be read.
    #[error("the places cannot be read")]
    Read(#[from] ReadError),
    /// The scenario is no problem.
    #[error("the scenario cannot be planned")]
    Problem(#[from] planner::ProblemError),
    /// A plan of ours did not pass the checker: a fault of the planner.
    #[error("a plan was refused")]
    Refused(#[source] planner::Fault),
    /// An order could not be placed: a fault of the planner.
    #[error("no order can be placed")]
    Place(#[from] planner::PlaceError),
    /// The other solver's files could not be written or read.
    #[error("the yardstick's files cannot be used")]
    Files(#[from] std::io::Error),
    /// The other solver's program failed, or said something that is no solution.
    #[error("the yardstick failed: {0}")]
    Yardstick(String),
}

impl From<planner::Fault> for Trouble {
    fn from(fault: planner::Fault) -> Self {
        Self::Refused(fault)
    }
}
