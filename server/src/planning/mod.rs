//! Planning: stops of drafts and rounds under way become a problem, the planner's plan or suggestion becomes an answer.
//!
//! It owns what the planner does not know: members, drafts, times of day, litres of a parcel, the law's break. It reads a
//! snapshot and writes nothing: who likes a plan sends `divide_drafts`, and who likes a suggestion, which
//! [`crate::app::suggestion`] keeps, sends `accept_suggestion`.

#[cfg(test)]
mod accept_tests;
mod answer;
mod ask;
#[cfg(test)]
mod begun_shift_tests;
#[cfg(test)]
mod crossed_town;
mod current_round;
mod day;
mod left_out;
#[cfg(test)]
mod long_round_tests;
mod orders;
mod places;
mod problem;
mod round_now;
mod search_budget;
mod suggest;
#[cfg(test)]
mod suggest_odd_tests;
#[cfg(test)]
mod suggest_tests;
#[cfg(test)]
mod tests;
mod turn;
mod ways;

pub use ask::{Asked, read};
pub use day::Day;
pub use problem::{Laid, lay};
pub use search_budget::{SECONDS_MAX, SearchBudget};
pub use suggest::{Found, Looked, look, suggest};
pub use turn::{PLANS_AT_ONCE_MAX, PLANS_WAITING_MAX, Turn, TurnError, Turns};
pub use ways::{Ways, ways};

use core_sync::wire::plan::PlanAnswer;
use planner::live::{LiveError, WOULD_FIT_MAX};
use planner::{Fault, Pace, PlaceError, Plan, ProblemError, Progress, check, place, plan};

/// Orders left out that are tried once more, and of which it is tried what would make room: as many as a person looks
/// at, a tenth of a second each.
const TRIED_MAX: usize = WOULD_FIT_MAX;
/// Seeds differ in luck alone; one makes the same request the same plan where steps are counted.
const SEED: u64 = 1;

/// Why there is no plan; none of it is for the caller to mend.
#[derive(Debug, thiserror::Error)]
pub enum PlanningError {
    /// The planner does not take the problem.
    #[error("the planner does not take the problem")]
    Problem(#[from] ProblemError),
    /// A plan that the checker refuses: a bug, and nobody sees that plan.
    #[error("a plan was refused")]
    Refused(#[from] Fault),
    /// An order that was left out could not be tried once more.
    #[error("an order that was left out could not be tried once more")]
    WouldFit(#[from] PlaceError),
    /// The rounds that go on could not be looked at.
    #[error("the rounds that go on could not be looked at")]
    Live(#[from] LiveError),
}

/// Makes a plan of what was laid out, with the ways between its places. `pace` says how much of the time is used; told to
/// stop, the best so far is the answer. It is asked before each order that is tried once more, too.
pub fn make(
    asked: &Asked,
    mut laid: Laid,
    ways: Ways,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<PlanAnswer, PlanningError> {
    let Ways { matrix, said } = ways;
    laid.problem.profiles = vec![matrix];
    if laid.problem.orders.is_empty() {
        return answer::tell(asked, &laid, &Plan::default(), said, pace);
    }
    let mut made = plan(&laid.problem, SEED, asked.budget.budget(), pace)?;
    // What no step of the search put in may fit all the same.
    let left_out: Vec<usize> = made.left_out.iter().map(|left| left.order).take(TRIED_MAX).collect();
    for order in left_out {
        if is_told_to_stop(pace) {
            break;
        }
        made = place(&laid.problem, &made, order)?;
    }
    check(&laid.problem, &made)?;
    answer::tell(asked, &laid, &made, said, pace)
}

/// Whether nobody wants more.
fn is_told_to_stop(pace: &mut dyn FnMut(&Progress) -> Pace) -> bool {
    pace(&Progress::default()) == Pace::Stop
}
