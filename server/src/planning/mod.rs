//! Planning: the stops of drafts and some couriers become a problem, the planner's plan becomes an answer.
//!
//! It owns what the planner does not know: members, drafts, times of day, litres of a parcel, the law's break. It reads a
//! snapshot and writes nothing: who likes a plan sends `divide_drafts`, the same command as by hand.

mod answer;
mod ask;
mod orders;
mod places;
mod problem;
mod round_now;
mod suggest;
#[cfg(test)]
mod suggest_tests;
#[cfg(test)]
mod tests;
mod turn;
mod ways;

pub use ask::{Asked, read};
pub use problem::{Laid, lay};
pub use suggest::{Day, Looked, look, suggest};
pub use turn::{PLANS_AT_ONCE_MAX, Turns};
pub use ways::{Ways, ways};

use core_sync::wire::plan::PlanAnswer;
use planner::{Budget, Fault, Pace, PlaceError, Plan, ProblemError, Progress, check, plan};

/// Seconds of search where nobody says: 150 orders come within a twentieth of what a minute finds.
pub const SECONDS: u32 = 3;
/// Seconds of search at most: two who ask at once are answered before a request takes too long.
pub const SECONDS_MAX: u32 = 10;

/// Seeds differ in luck alone; one makes the same request the same plan where steps are counted.
const SEED: u64 = 1;

/// Why there is no plan: none of it is the caller's fault, whose request was looked at before.
#[derive(Debug, thiserror::Error)]
pub enum PlanningError {
    /// The planner does not take the problem.
    #[error("the planner does not take the problem")]
    Problem(#[from] ProblemError),
    /// A plan that the checker refuses: a bug, and nobody sees that plan.
    #[error("a plan was refused")]
    Refused(#[from] Fault),
    /// What would make room could not be tried.
    #[error("what would make room could not be tried")]
    WouldFit(#[from] PlaceError),
}

/// Makes a plan of what was laid out, with the ways between its places. `pace` says how much of the time is used; told to
/// stop, the best so far is the answer.
pub fn make(
    asked: &Asked,
    mut laid: Laid,
    ways: Ways,
    budget: Budget,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<PlanAnswer, PlanningError> {
    let Ways { matrix, said } = ways;
    laid.problem.profiles = vec![matrix];
    if laid.problem.orders.is_empty() {
        return answer::tell(asked, &laid, &Plan::default(), said);
    }
    let made = plan(&laid.problem, SEED, budget, pace)?;
    check(&laid.problem, &made)?;
    answer::tell(asked, &laid, &made, said)
}
