//! Whether a plan may be shown to anyone.
//!
//! It owns no way of making a plan and shares nothing with the search but the problem and the plan: every
//! time, load and sum is worked out again, in wider numbers, in the plainest way there is. What passes
//! here can be ridden as it is written.

mod fault;
mod orders;
mod rest;
mod ride;

pub use fault::Fault;

use std::collections::BTreeSet;

use crate::plan::Plan;
use crate::problem::Problem;

/// Says what is wrong with a plan; the first thing found, round by round.
pub fn check(problem: &Problem, plan: &Plan) -> Result<(), Fault> {
    let mut bikes = BTreeSet::new();
    let mut cost = 0_u128;
    for (index, round) in plan.rounds.iter().enumerate() {
        let Some(bike) = problem.bikes.get(round.bike) else {
            return Err(Fault::NoSuchBike { round: index, bike: round.bike });
        };
        if !bikes.insert(round.bike) {
            return Err(Fault::BikeTwice { bike: round.bike });
        }
        if round.visits.is_empty() {
            return Err(Fault::RoundEmpty { bike: round.bike });
        }
        orders::check_round(problem, round)?;
        cost += ride::check(problem, bike, round)?;
    }
    orders::check_all(problem, plan)?;
    if u128::from(plan.cost) != cost {
        return Err(Fault::CostWrong { said: plan.cost });
    }
    Ok(())
}
