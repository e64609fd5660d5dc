//! Puts an order in that nobody has, in the place of others that were seldom left out.
//!
//! Guided ejection (Nagata & Kobayashi, PPSN 2010): of all ways to take a few orders out of one route so that this one
//! fits, the way whose orders have the lowest counters. Ruins alone seldom find it where every route is full.

use super::at::At;
use super::chance::Chance;
use super::fleet::{Absences, orders};
use super::ground::Ground;
use super::recreate::{Asked, price};
use super::route::Route;
use super::scratch::{NEVER, Scratch};
use super::state::{NOBODY, State};

/// Orders that make room for one, at most: with three, a route of thirty has four thousand ways.
const OUT_MAX: usize = 2;

/// Orders of a route of which two make room: more have too many pairs to be listed between two questions whether to stop
/// (200 have 20,000).
const PAIRED_MAX: usize = 200;

/// Ways to make room that are tried, for the same reason: some ten microseconds each. A hundred orders on a dozen routes
/// have some five hundred.
const TRIED_MAX: usize = 2_000;

/// What ejecting needs and keeps.
#[derive(Debug, Default)]
pub struct Eject {
    /// Ways to make room: what the counters of those who go come to, a die, the bike, those who go.
    ways: Vec<(u64, u64, u32, [u32; OUT_MAX])>,
    orders: Vec<u32>,
    route: Route,
    nodes: Vec<u32>,
}

impl Eject {
    /// Puts one absent order in, if it fits anywhere, whoever makes room.
    pub fn one(
        &mut self,
        ground: &Ground,
        state: &mut State,
        absences: &mut Absences,
        scratch: &mut Scratch,
        chance: &mut Chance,
    ) {
        if state.absent.is_empty() {
            return;
        }
        let order = state.absent.swap_remove(chance.below(state.absent.len()));
        absences.count(&[order]);
        self.list(ground, state, absences, chance);
        let ways = std::mem::take(&mut self.ways);
        let done = ways
            .iter()
            .take(TRIED_MAX)
            .any(|(_, _, bike, out)| self.swap(ground, state, order, *bike, out, scratch));
        self.ways = ways;
        if !done {
            state.absent.push(order);
        }
    }

    /// Every way to make room, those first whose orders were seldom left out.
    fn list(&mut self, ground: &Ground, state: &State, absences: &Absences, chance: &mut Chance) {
        self.ways.clear();
        for (bike, route) in (0..).zip(&state.routes) {
            self.orders.clear();
            self.orders.extend(orders(ground, route));
            for (index, one) in self.orders.iter().enumerate() {
                let counted = absences.of(*one);
                self.ways.push((counted, chance.bits(), bike, [*one, NOBODY]));
                if self.orders.len() > PAIRED_MAX {
                    continue;
                }
                for other in self.orders.iter().skip(index + 1) {
                    self.ways.push((counted + absences.of(*other), chance.bits(), bike, [*one, *other]));
                }
            }
        }
        self.ways.sort_unstable();
    }

    /// Takes these out of the bike's route and puts the order in; false, and nothing changes, if it does not fit.
    fn swap(
        &mut self,
        ground: &Ground,
        state: &mut State,
        order: u32,
        bike: u32,
        out: &[u32; OUT_MAX],
        scratch: &mut Scratch,
    ) -> bool {
        let Some(route) = state.route(bike).filter(|route| ground.fits(order, route.kind)) else {
            return false;
        };
        let stays = |node: &u32| !out.contains(&ground.node(*node).order);
        self.nodes.clear();
        self.nodes.extend(route.inner().iter().map(|visit| visit.node).filter(stays));
        self.route.kind = route.kind;
        if self.nodes.is_empty() || !self.route.set(ground, self.nodes.iter().copied()) {
            return false;
        }
        let cost = price(ground, &self.route, Asked { order, way: 0, limit: NEVER }, scratch);
        if cost >= NEVER || !state.set(ground, bike, scratch.sequence.iter().copied()) {
            return false;
        }
        for gone in out.iter().filter(|gone| **gone != NOBODY) {
            state.bike_of.put(*gone as usize, NOBODY);
            state.absent.push(*gone);
        }
        true
    }
}
