//! Puts one more order into a plan that stands, and moves nothing else.
//!
//! It owns what "unmoved" means: every other order keeps its bike, and the stops of every round keep their
//! sequence. Rounds that do not get the order stay as they are to the byte; the one that does has its times
//! and its break anew, inside all windows. Only single rounds are laid out, never the way from every
//! stop to every other, so that a day of hundreds of orders takes milliseconds.

use super::ground::Ground;
use super::hand_out;
use super::lay::{Laid, laid};
use super::reasons;
use super::recreate::{Asked, price};
use super::route::Route;
use super::scratch::{NEVER, Scratch};
use crate::checker::{Fault, check};
use crate::left_out::{LeftOut, Reason};
use crate::plan::{Plan, Round};
use crate::problem::{Bike, Problem, ProblemError, StopId};

/// Ways of placing the pickups that are tried in each round: four pickups have 24 sequences.
const WAYS: u64 = 32;

/// Why nothing can be placed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The problem cannot be planned at all.
    #[error("the problem cannot be planned")]
    Problem(#[from] ProblemError),
    /// The problem has no such order.
    #[error("there is no order {order}")]
    NoSuchOrder {
        /// The order.
        order: usize,
    },
    /// Some bike brings it already.
    #[error("order {order} is planned already")]
    Planned {
        /// The order.
        order: usize,
    },
    /// The plan is none of this problem without the order.
    #[error("the plan that stands is not right")]
    Plan(#[source] Fault),
}

/// A round with the order in it.
struct Offer {
    /// Whether the bike stood before, where fewest bikes are asked for.
    one_more_bike: bool,
    added: i128,
    round: Round,
}

/// Puts an order where it adds least; what fits nowhere is left out with its reason. The plan may leave
/// the order out or not know of it.
pub fn place(problem: &Problem, plan: &Plan, order: usize) -> Result<Plan, PlaceError> {
    problem.validate()?;
    if order >= problem.orders.len() {
        return Err(PlaceError::NoSuchOrder { order });
    }
    if plan.rounds.iter().flat_map(|round| &round.visits).any(|visit| visit.stop.order() == order) {
        return Err(PlaceError::Planned { order });
    }
    let mut placed = plan.clone();
    placed.left_out.retain(|left_out| left_out.order != order);
    let at = placed.left_out.partition_point(|left_out| left_out.order < order);
    placed.left_out.insert(at, LeftOut { order, reason: Reason::NotTried });
    check(problem, &placed).map_err(PlaceError::Plan)?;

    match best_offer(problem, plan, order) {
        Some(Offer { round, .. }) => {
            placed.left_out.remove(at);
            placed.rounds.retain(|other| other.bike != round.bike);
            let among = placed.rounds.partition_point(|other| other.bike < round.bike);
            placed.rounds.insert(among, round);
            let costs = placed.rounds.iter().map(|round| hand_out::cost(problem, round));
            placed.cost = costs.fold(0, u64::saturating_add);
        }
        None => {
            let reason = Ground::of(problem, vec![order], &problem.bikes, &mut || false)
                .map_or(Reason::NotTried, |ground| reasons::of(problem, &ground, 0));
            if let Some(left_out) = placed.left_out.get_mut(at) {
                left_out.reason = reason;
            }
        }
    }
    Ok(placed)
}

/// The best of all bikes' offers; the first of equals. Of bikes that stand and are alike one is asked.
fn best_offer(problem: &Problem, plan: &Plan, order: usize) -> Option<Offer> {
    let mut scratch = Scratch::default();
    let mut stood: Vec<&Bike> = Vec::new();
    let mut best: Option<Offer> = None;
    for (index, bike) in problem.bikes.iter().enumerate() {
        let round = plan.rounds.iter().find(|round| round.bike == index);
        if round.is_none() {
            if stood.contains(&bike) {
                continue;
            }
            stood.push(bike);
        }
        let Some(offer) = offer(problem, index, round, order, &mut scratch) else { continue };
        let value = |offer: &Offer| (offer.one_more_bike, offer.added);
        if best.as_ref().is_none_or(|best| value(&offer) < value(best)) {
            best = Some(offer);
        }
    }
    best
}

/// What one bike's round becomes; nothing if the order does not fit, or the round cannot be laid as it is.
fn offer(
    problem: &Problem,
    bike: usize,
    round: Option<&Round>,
    order: usize,
    scratch: &mut Scratch,
) -> Option<Offer> {
    let visits = round.map_or(&[][..], |round| &round.visits);
    let stops: Vec<StopId> = visits.iter().map(|visit| visit.stop).collect();
    let Laid { ground, mut route, more } = laid(problem, bike, &stops, Some(order))?;
    let new = more?;
    if !ground.fits(new, 0) {
        return None;
    }
    let sequence = cheapest(&ground, &route, new, scratch)?;
    if !route.set(&ground, sequence.into_iter()) {
        return None;
    }
    let fresh = hand_out::round(problem, &ground, bike, &route)?;
    let before = round.map_or(0, |round| hand_out::cost(problem, round));
    Some(Offer {
        one_more_bike: problem.aims.fewest_bikes && round.is_none(),
        added: i128::from(hand_out::cost(problem, &fresh)) - i128::from(before),
        round: fresh,
    })
}

/// The cheapest sequence of the ways that are tried.
fn cheapest(ground: &Ground, route: &Route, order: u32, scratch: &mut Scratch) -> Option<Vec<u32>> {
    let mut limit = NEVER;
    let mut best = None;
    // One pickup is placed exactly the first time.
    let ways = if ground.order(order).pickups() > 1 { WAYS } else { 1 };
    for way in 0..ways {
        let cost = price(ground, route, Asked { order, way, limit }, scratch);
        if cost < limit {
            limit = cost;
            best = Some(scratch.sequence.clone());
        }
    }
    best
}
