//! Puts orders that nobody has into the plan, each where it adds least.

use super::at::At;
use super::blink::Blink;
use super::chance::{Chance, mixed};
use super::ground::Ground;
use super::memo::{Known, Memo};
use super::ranks::Ranks;
use super::route::{Route, rest_place};
use super::scratch::{NEVER, Scratch};
use super::state::State;
use super::view::{NOWHERE, View, Visit};
use super::{group, pair};

/// One pricing in so many blinks, and then misses one place in so many.
const BLINK_ONE_IN: usize = 100;
const MISS_ONE_IN: usize = 4;

/// Sequences in which the pickups of one order are tried on one route: one is drawn for each insertion.
/// With one only, a route never finds its way out of an unlucky one; with hundreds, nothing is remembered.
const WAYS: usize = 8;

/// What recreating needs and keeps.
#[derive(Debug)]
pub struct Recreate {
    pub scratch: Scratch,
    memo: Memo,
    ranks: Ranks,
    waiting: Vec<u32>,
    chosen: Vec<u32>,
    tried: Vec<bool>,
}

impl Recreate {
    /// Made for that ground.
    pub fn new(ground: &Ground) -> Self {
        let pairs = ground.orders.len().saturating_mul(ground.kind_of.len().min(64)) * 8;
        Self {
            scratch: Scratch::default(),
            memo: Memo::new(pairs),
            ranks: Ranks::new(ground),
            waiting: Vec::new(),
            chosen: Vec::new(),
            tried: Vec::new(),
        }
    }

    /// Serves whom it can, with `riding_max` bikes at most; asks `halted` before each order.
    pub fn mend(
        &mut self,
        ground: &Ground,
        state: &mut State,
        riding_max: usize,
        chance: &mut Chance,
        halted: &mut dyn FnMut() -> bool,
    ) {
        self.waiting.clear();
        self.waiting.append(&mut state.absent);
        self.ranks.sort(&mut self.waiting, chance);
        let waiting = std::mem::take(&mut self.waiting);
        for order in &waiting {
            if halted() || !self.insert(ground, state, *order, riding_max, chance) {
                state.absent.push(*order);
            }
        }
        self.waiting = waiting;
    }

    /// Puts one order where it adds least; false if it fits nowhere.
    fn insert(
        &mut self,
        ground: &Ground,
        state: &mut State,
        order: u32,
        riding_max: usize,
        chance: &mut Chance,
    ) -> bool {
        // One pickup is placed exactly; for several there are ways to go about it.
        let way = if ground.order(order).pickups() == 1 { 0 } else { chance.below(WAYS) as u64 };
        let mut best = (NEVER, 0_u32, false);
        self.tried.clear();
        self.tried.resize(ground.kinds.len(), state.riding >= riding_max);
        for (bike, route) in state.routes.iter().enumerate() {
            if route.is_idle() {
                if self.tried.at(route.kind as usize) {
                    continue;
                }
                self.tried.put(route.kind as usize, true);
            }
            if !ground.fits(order, route.kind) {
                continue;
            }
            let blinks = chance.one_in(BLINK_ONE_IN);
            let asked = Asked { order, way, limit: best.0 };
            let cost = if blinks {
                let mut blink = Blink::Often(chance, MISS_ONE_IN);
                price(ground, route, asked, &mut self.scratch, &mut blink)
            } else {
                self.remembered(ground, route, asked)
            };
            if cost < best.0 {
                best = (cost, bike as u32, blinks);
                if blinks {
                    std::mem::swap(&mut self.chosen, &mut self.scratch.sequence);
                }
            }
        }
        if best.0 >= NEVER {
            return false;
        }
        if !best.2 {
            let Some(route) = state.route(best.1) else { return false };
            let asked = Asked { order, way, limit: NEVER };
            price(ground, route, asked, &mut self.scratch, &mut Blink::Open);
            std::mem::swap(&mut self.chosen, &mut self.scratch.sequence);
        }
        state.set(ground, best.1, self.chosen.iter().copied())
    }

    fn remembered(&mut self, ground: &Ground, route: &Route, asked: Asked) -> i64 {
        let key = Memo::key(asked.order, route.print, asked.way);
        match self.memo.get(key) {
            Some(Known::Exactly(cost)) => return cost,
            Some(Known::AtLeast(bound)) if bound >= asked.limit => return NEVER,
            Some(Known::AtLeast(_)) | None => {}
        }
        let cost = price(ground, route, asked, &mut self.scratch, &mut Blink::Open);
        let known = if cost < asked.limit { Known::Exactly(cost) } else { Known::AtLeast(asked.limit) };
        self.memo.put(key, known);
        cost
    }
}

/// What is asked of a route.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub order: u32,
    /// Which of the ways of placing several pickups.
    pub way: u64,
    /// What it must cost less than, to be of any interest.
    pub limit: i64,
}

/// What an order adds to a route, or [`NEVER`] if that is not below the limit; the sequence is left in
/// `scratch`. Without blinks it depends on the route and what is asked alone.
pub fn price(
    ground: &Ground,
    route: &Route,
    asked: Asked,
    scratch: &mut Scratch,
    blink: &mut Blink<'_>,
) -> i64 {
    let Some(mut view) = View::new(ground, route.kind) else { return NEVER };
    view.rest = route.rest;
    // An idle bike does not ride from hub to hub, so nothing of that is saved.
    let first = if route.is_idle() {
        view.kind.fixed_cost + i64::from(view.arc(view.kind.start, view.kind.end).cost)
    } else {
        0
    };
    let asked = Asked { limit: asked.limit - first, ..asked };
    let seed = mixed(route.print ^ u64::from(asked.order)) ^ asked.way;
    let mut cost = price_in(&view, &route.visits, asked, seed, scratch, blink);
    if view.kind.pause.is_some() && view.rest == NOWHERE && !route.is_idle() {
        let asked = Asked { limit: cost.min(asked.limit), ..asked };
        cost = cost.min(with_rest(view, &route.visits, asked, seed, scratch, blink));
    }
    if cost < NEVER { cost + first } else { NEVER }
}

fn price_in(
    view: &View<'_>,
    visits: &[Visit],
    asked: Asked,
    seed: u64,
    scratch: &mut Scratch,
    blink: &mut Blink<'_>,
) -> i64 {
    let nodes = view.ground.order(asked.order);
    match nodes.pickups() {
        1 => pair::price(view, visits, nodes, asked.limit, scratch, blink),
        _ => group::price(view, visits, nodes, seed, asked.limit, scratch, blink),
    }
}

/// Prices with a break in the round, which may then end later.
fn with_rest(
    mut view: View<'_>,
    visits: &[Visit],
    asked: Asked,
    seed: u64,
    scratch: &mut Scratch,
    blink: &mut Blink<'_>,
) -> i64 {
    let mut rested = std::mem::take(&mut scratch.rested);
    rested.clear();
    rested.extend_from_slice(visits);
    view.rest = rest_place(view, &mut rested);
    let mut cost = NEVER;
    if view.rest != NOWHERE && view.lay(&mut rested) {
        cost = price_in(&view, &rested, asked, seed, scratch, blink);
    }
    scratch.rested = rested;
    cost
}
