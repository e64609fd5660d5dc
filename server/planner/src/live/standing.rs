//! The day as it stands: the whole problem, and what each courier still has before her.

use std::collections::BTreeSet;

use super::error::LiveError;
use crate::problem::{Matrix, Problem, StopId};

/// A day under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The orders with all their stops, the bikes with their whole shifts, the ways.
    pub problem: Problem,
    /// What is ridden from now on, at most one for each bike.
    pub rounds: Vec<RoundNow>,
}

/// What is left of one courier's round.
///
/// Pickups of an order whose drop-off is here and which are not here themselves are done: their goods are on board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundNow {
    /// The index of the bike.
    pub bike: usize,
    /// Where she is free next: the place she is at, or that of the stop she rides to.
    pub at: u32,
    /// When: the tick of the expected end of that stop.
    pub free: u32,
    /// The stops after it, as they will be ridden.
    pub stops: Vec<StopId>,
    /// Whether she rides: then she has the way to the bike's end before her, whatever becomes of these stops.
    pub under_way: bool,
}

impl RoundNow {
    /// Its orders, by their drop-offs, in the sequence ridden.
    pub fn orders(&self) -> impl Iterator<Item = usize> {
        self.stops.iter().filter_map(|stop| match stop {
            StopId::DropOff { order } => Some(*order),
            StopId::Pickup { .. } => None,
        })
    }

    /// Whether goods of this order are on the bike.
    #[must_use]
    pub fn has_on_board(&self, problem: &Problem, order: usize) -> bool {
        let left = self.stops.iter().filter(|stop| stop.order() == order).count();
        let all = problem.orders.get(order).map_or(0, |order| order.pickups.len() + 1);
        left > 0 && left < all
    }
}

impl Standing {
    /// Says whether it can be read: each stop once, and each drop-off after its pickups in one round.
    pub fn validate(&self) -> Result<(), LiveError> {
        self.problem.validate()?;
        let places = self.problem.profiles.first().map_or(0, Matrix::places);
        let (mut bikes, mut seen) = (BTreeSet::new(), BTreeSet::new());
        for (index, round) in self.rounds.iter().enumerate() {
            if round.bike >= self.problem.bikes.len() || !bikes.insert(round.bike) {
                return Err(LiveError::Bike { bike: round.bike });
            }
            if round.at as usize >= places {
                return Err(LiveError::Nowhere { round: index });
            }
            let brought: BTreeSet<usize> = round.orders().collect();
            let mut done = BTreeSet::new();
            for stop in &round.stops {
                let order = stop.order();
                let dropped = matches!(stop, StopId::DropOff { .. });
                let fits = self.problem.stop(*stop).is_some()
                    && seen.insert(*stop)
                    && brought.contains(&order)
                    && !done.contains(&order);
                if !fits {
                    return Err(LiveError::Stop { stop: *stop });
                }
                if dropped {
                    done.insert(order);
                }
            }
        }
        Ok(())
    }
}
