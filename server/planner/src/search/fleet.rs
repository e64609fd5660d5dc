//! Fewer bikes: one route is emptied, and its orders must find room in the others.
//!
//! Absence counters are those of Christiaens & Vanden Berghe (2020): each step that leaves an order out
//! counts for it, and a plan is better that leaves out orders that were seldom left out. So the awkward
//! ones get in first, and the easy ones wait.

use super::at::At;
use super::chance::Chance;
use super::ground::Ground;
use super::route::Route;
use super::state::{NOBODY, State};

/// How often each order was left out.
#[derive(Debug)]
pub struct Absences {
    counts: Vec<u64>,
}

impl Absences {
    /// None yet.
    pub fn new(orders: usize) -> Self {
        Self { counts: vec![0; orders] }
    }

    /// How often an order was left out.
    pub fn of(&self, order: u32) -> u64 {
        self.counts.at(order as usize)
    }

    fn sum(&self, orders: &[u32]) -> u64 {
        orders.iter().map(|order| self.of(*order)).sum()
    }

    /// Counts once more for each of these.
    pub fn count(&mut self, absent: &[u32]) {
        for order in absent {
            let count = self.counts.at(*order as usize) + 1;
            self.counts.put(*order as usize, count);
        }
    }

    /// Whether a step is kept: no order out, or easier ones, or the same and not much dearer.
    pub fn keep(&self, state: &State, grace: impl FnOnce() -> i64) -> bool {
        if state.absent.is_empty() {
            return true;
        }
        let (now, before) = (self.sum(&state.absent), self.sum(state.absent_before()));
        if now != before {
            return now < before;
        }
        state.cost <= state.cost_before().saturating_add(grace())
    }

    /// Empties the route whose orders were left out least.
    pub fn empty_one(&self, ground: &Ground, state: &mut State) {
        let mut easiest: Option<(u64, u32)> = None;
        for (bike, route) in state.routes.iter().enumerate() {
            let sum = orders(ground, route).map(|order| self.counts.at(order as usize) + 1).sum();
            if !route.is_idle() && easiest.is_none_or(|(least, _)| sum < least) {
                easiest = Some((sum, bike as u32));
            }
        }
        if let Some((_, bike)) = easiest {
            empty(ground, state, bike);
        }
    }
}

/// Empties any route.
pub fn empty_any(ground: &Ground, state: &mut State, chance: &mut Chance) {
    let riding = (0..).zip(&state.routes).filter(|(_, route)| !route.is_idle());
    let any = riding.map(|(bike, _)| bike).nth(chance.below(state.riding));
    if let Some(bike) = any {
        empty(ground, state, bike);
    }
}

fn empty(ground: &Ground, state: &mut State, bike: u32) {
    let Some(route) = state.route(bike) else { return };
    let orders: Vec<u32> = orders(ground, route).collect();
    state.set(ground, bike, std::iter::empty());
    for order in orders {
        state.bike_of.put(order as usize, NOBODY);
        state.absent.push(order);
    }
}

/// The orders of a route, by their drop-offs.
pub fn orders(ground: &Ground, route: &Route) -> impl Iterator<Item = u32> {
    let stops = route.inner().iter().map(|visit| (visit.node, ground.node(visit.node).order));
    stops.filter(|(node, order)| ground.order(*order).drop_off == *node).map(|(_, order)| order)
}
