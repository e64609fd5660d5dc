//! Why a day under way cannot be read.

use crate::checker::Fault;
use crate::problem::{ProblemError, StopId};

/// What is wrong with it; indices are those of its lists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    /// The orders, bikes and ways cannot be planned at all.
    #[error("the problem cannot be planned")]
    Problem(#[from] ProblemError),
    /// A round has a bike that is not there, or that another round has.
    #[error("bike {bike} is not there, or has two rounds")]
    Bike {
        /// The bike.
        bike: usize,
    },
    /// A courier is at a place that no matrix has.
    #[error("round {round} goes on from a place that is not in the matrix")]
    Nowhere {
        /// The round.
        round: usize,
    },
    /// There is no such round.
    #[error("there is no round {round}")]
    NoSuchRound {
        /// The round.
        round: usize,
    },
    /// There is no such order, or it is in a round already.
    #[error("order {order} is not there, or is in a round already")]
    Order {
        /// The order.
        order: usize,
    },
    /// A stop is not there, is in two places, comes after its drop-off, or its drop-off is not in the same round.
    #[error("the stop {stop:?} cannot be ridden where it stands")]
    Stop {
        /// The stop.
        stop: StopId,
    },
    /// There is no way from one stop of a round to the next.
    #[error("round {round} has a way that cannot be ridden")]
    NoWay {
        /// The round.
        round: usize,
    },
    /// A plan that was made did not pass the checker: a bug, and nobody sees that plan.
    #[error("a plan was refused")]
    Refused(#[source] Fault),
}
