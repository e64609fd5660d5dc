//! The plan being worked on, with a journal that takes a step back.
//!
//! It owns which order rides where and what the whole costs. Whoever changes a route changes it here,
//! so that nothing is out of step; a refused step costs as much as the routes it touched.

use super::at::At;
use super::ground::Ground;
use super::route::Route;

/// No bike: where an order that is left out rides.
pub const NOBODY: u32 = u32::MAX;

/// Routes of all bikes, and the orders nobody has.
#[derive(Debug)]
pub struct State {
    pub routes: Vec<Route>,
    /// The bike of each order.
    pub bike_of: Vec<u32>,
    /// The index of each stop in its route.
    pub index_of: Vec<u32>,
    /// Orders nobody has.
    pub absent: Vec<u32>,
    /// Cost of all routes.
    pub cost: i64,
    /// Bikes that ride.
    pub riding: usize,
    journal: Vec<(u32, Route)>,
    spare: Vec<Route>,
    before: Before,
}

#[derive(Debug, Default)]
struct Before {
    absent: Vec<u32>,
    cost: i64,
    riding: usize,
}

impl State {
    /// All bikes idle, all orders left out.
    pub fn new(ground: &Ground) -> Self {
        Self {
            routes: ground.kind_of.iter().map(|kind| Route::idle(ground, *kind)).collect(),
            bike_of: vec![NOBODY; ground.orders.len()],
            index_of: vec![0; ground.stops],
            absent: (0..ground.orders.len() as u32).collect(),
            cost: 0,
            riding: 0,
            journal: Vec::new(),
            spare: Vec::new(),
            before: Before::default(),
        }
    }

    /// Begins a step that can be taken back.
    pub fn begin(&mut self) {
        self.spare.extend(self.journal.drain(..).map(|(_, route)| route));
        self.before.absent.clone_from(&self.absent);
        (self.before.cost, self.before.riding) = (self.cost, self.riding);
    }

    /// The cost when the step began.
    pub fn cost_before(&self) -> i64 {
        self.before.cost
    }

    /// The orders nobody had when the step began.
    pub fn absent_before(&self) -> &[u32] {
        &self.before.absent
    }

    /// Bikes that rode when the step began.
    pub fn riding_before(&self) -> usize {
        self.before.riding
    }

    /// Takes the step back.
    pub fn undo(&mut self, ground: &Ground) {
        while let Some((bike, route)) = self.journal.pop() {
            if let Some(place) = self.routes.get_mut(bike as usize) {
                self.spare.push(std::mem::replace(place, route));
            }
            self.index(ground, bike);
        }
        std::mem::swap(&mut self.absent, &mut self.before.absent);
        for order in &self.absent {
            self.bike_of.put(*order as usize, NOBODY);
        }
        (self.cost, self.riding) = (self.before.cost, self.before.riding);
    }

    /// The route of a bike.
    #[inline(always)]
    pub fn route(&self, bike: u32) -> Option<&Route> {
        self.routes.get(bike as usize)
    }

    /// The bike of an order.
    #[inline(always)]
    pub fn bike_of(&self, order: u32) -> u32 {
        self.bike_of.at(order as usize)
    }

    /// Gives a bike another sequence; false, and nothing changes, if it cannot be ridden.
    pub fn set(&mut self, ground: &Ground, bike: u32, nodes: impl Iterator<Item = u32>) -> bool {
        let mut fresh = self.spare.pop().unwrap_or_default();
        let Some(place) = self.routes.get_mut(bike as usize) else { return false };
        fresh.kind = place.kind;
        if !fresh.set(ground, nodes) {
            self.spare.push(fresh);
            return false;
        }
        self.cost += fresh.cost - place.cost;
        self.riding = self.riding + usize::from(!fresh.is_idle()) - usize::from(!place.is_idle());
        let old = std::mem::replace(place, fresh);
        if self.journal.iter().any(|(touched, _)| *touched == bike) {
            self.spare.push(old);
        } else {
            self.journal.push((bike, old));
        }
        self.index(ground, bike);
        true
    }

    /// Puts a whole list of routes in place, as an earlier plan had them.
    pub fn restore(&mut self, ground: &Ground, routes: &[Route]) {
        self.routes.clone_from_slice(routes);
        self.bike_of.fill(NOBODY);
        for bike in 0..self.routes.len() as u32 {
            self.index(ground, bike);
        }
        let orders = 0..self.bike_of.len() as u32;
        self.absent.clear();
        self.absent.extend(orders.filter(|order| self.bike_of.at(*order as usize) == NOBODY));
        self.cost = self.routes.iter().map(|route| route.cost).sum();
        self.riding = self.routes.iter().filter(|route| !route.is_idle()).count();
        self.begin();
    }

    fn index(&mut self, ground: &Ground, bike: u32) {
        let Some(route) = self.routes.get(bike as usize) else { return };
        for (index, visit) in route.inner().iter().enumerate() {
            self.index_of.put(visit.node as usize, index as u32);
            self.bike_of.put(ground.node(visit.node).order as usize, bike);
        }
    }
}
