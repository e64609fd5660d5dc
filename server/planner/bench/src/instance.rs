//! An instance: a problem, and what its plans are measured by.

use planner::{Plan, Problem};

use crate::scale::distance;

/// Whose format and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Li & Lim: one pickup an order; fewest vehicles, then distance.
    LiLim,
    /// Several pickups an order; distance.
    Mpdptw,
    /// Sartori & Buriol: one pickup an order, minutes by street; fewest vehicles, then minutes.
    SartoriBuriol,
}

impl Family {
    /// Whether fewer vehicles come before all else.
    pub fn fewest_vehicles(self) -> bool {
        match self {
            Self::LiLim | Self::SartoriBuriol => true,
            Self::Mpdptw => false,
        }
    }
}

/// An instance as it was read.
#[derive(Debug)]
pub struct Instance {
    /// The file's name without its ending.
    pub name: String,
    pub family: Family,
    pub problem: Problem,
    /// Points of all places, where ways are straight; else empty.
    pub points: Vec<(f64, f64)>,
}

impl Instance {
    /// What the family's objective measures, vehicles aside: the length of all ways, in double precision
    /// where they are straight, or their minutes.
    pub fn length(&self, plan: &Plan) -> f64 {
        if self.points.is_empty() {
            return plan.rounds.iter().map(|round| round.ridden as f64).sum();
        }
        plan.rounds.iter().map(|round| self.round_length(round)).sum()
    }

    fn round_length(&self, round: &planner::Round) -> f64 {
        let places = round.visits.iter().filter_map(|visit| self.problem.stop(visit.stop));
        let places = places.map(|stop| stop.place).chain([0]);
        let point = |place: u32| self.points.get(place as usize).copied().unwrap_or_default();
        let mut before = point(0);
        let mut sum = 0.0;
        for place in places {
            sum += distance(before, point(place));
            before = point(place);
        }
        sum
    }

    /// How many stops it has, hubs aside.
    pub fn stops(&self) -> usize {
        self.problem.orders.iter().map(|order| order.pickups.len() + 1).sum()
    }
}
