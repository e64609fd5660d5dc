//! Makes a plan: ruin and recreate, under simulated annealing.
//!
//! It owns the road from a problem to a plan. It asks no clock: the caller is asked, often, whether to
//! go on. Everything here is sums and comparisons of whole numbers and of doubles by the four basic
//! operations, so that a seed and a number of steps make one plan, whatever the machine.

mod at;
mod blink;
mod chance;
mod drop_places;
mod eject;
mod fleet;
mod grid;
mod ground;
mod group;
mod hand_out;
mod heat;
mod insertion;
mod kind;
mod lay;
mod memo;
mod natural;
mod near;
mod pair;
mod place;
mod progress;
mod ranks;
mod reasons;
mod recreate;
mod route;
mod route_cost;
mod ruin;
mod scratch;
mod solver;
mod state;
mod uneven;
mod view;

pub(crate) use hand_out::cost;
pub(crate) use lay::lay;
pub use place::{PlaceError, place};
pub use progress::{Budget, Pace, Phase, Progress};

use crate::left_out::{LeftOut, Reason};
use crate::plan::Plan;
use crate::problem::{Problem, ProblemError};
use ground::Ground;
use near::Near;
use solver::Solver;

/// Plans a day. `pace` is asked before every step, before every order of the first plan, and before every
/// row of what is laid out first: it reads no clock here, and its answer is followed at once.
pub fn plan(
    problem: &Problem,
    seed: u64,
    budget: Budget,
    pace: &mut dyn FnMut(&Progress) -> Pace,
) -> Result<Plan, ProblemError> {
    problem.validate()?;
    let begun = Progress::new(problem.orders.len());
    let mut halted = || pace(&begun) == Pace::Stop;
    let all = Ground::new(problem, &mut halted);
    let parted = all.and_then(|all| {
        let (hopeless, others) = reasons::apart(problem, &all, &mut halted);
        let ground =
            if hopeless.is_empty() { all } else { Ground::of(problem, others, &problem.bikes, &mut halted)? };
        Some((ground, hopeless))
    });
    let Some((ground, hopeless)) = parted else {
        let left_out = |order| LeftOut { order, reason: Reason::NotTried };
        return Ok(Plan { left_out: (0..problem.orders.len()).map(left_out).collect(), ..Plan::default() });
    };
    let near = Near::new(&ground, &mut halted);
    let mut solver = Solver::new(&ground, near, problem.aims.fewest_bikes, seed, budget);
    solver.run(&mut |progress| pace(&Progress { left_out: progress.left_out + hopeless.len(), ..*progress }));
    let mut plan = hand_out::plan(problem, &ground, &solver.best, &solver.untried);
    plan.left_out.extend(&hopeless);
    plan.left_out.sort_by_key(|left_out| left_out.order);
    Ok(plan)
}
