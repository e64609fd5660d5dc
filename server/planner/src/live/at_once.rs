//! The times of a round that is ridden at once: nobody waits at the beginning for what is only later.

use crate::plan::{Rest, Round};
use crate::problem::Problem;

/// The same round, everything as early as can be from `free` on. A break stays after the stop it was after.
pub(super) fn at_once(problem: &Problem, round: &Round, free: u32) -> Round {
    let pause = problem.bikes.get(round.bike).and_then(|bike| bike.pause);
    let opens = pause.map_or(0, |pause| pause.begins.earliest);
    let mut made = Round { departs: free, ..round.clone() };
    // How much later everything was; waiting eats it up.
    let mut gained = round.departs.saturating_sub(free);
    rest(&mut made.rest, 0, &mut gained, opens);
    for (index, visit) in made.visits.iter_mut().enumerate() {
        visit.arrives = visit.arrives.saturating_sub(gained);
        let opens_here = problem.stop(visit.stop).map_or(0, |stop| stop.window.earliest);
        let begins = visit.arrives.max(opens_here);
        gained = visit.begins.saturating_sub(begins);
        visit.begins = begins;
        visit.leaves = visit.leaves.saturating_sub(gained);
        rest(&mut made.rest, index + 1, &mut gained, opens);
    }
    made.returns = made.returns.saturating_sub(gained);
    made
}

fn rest(rest: &mut Option<Rest>, after: usize, gained: &mut u32, opens: u32) {
    if let Some(rest) = rest.as_mut().filter(|rest| rest.after == after) {
        let begins = rest.begins.saturating_sub(*gained).max(opens);
        *gained = rest.begins.saturating_sub(begins);
        rest.begins = begins;
        rest.ends = rest.ends.saturating_sub(*gained);
    }
}
