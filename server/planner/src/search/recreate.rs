//! Puts orders that nobody has into the plan, each where it adds least.

use super::at::At;
use super::blink::Blink;
use super::chance::{Chance, mixed};
use super::ground::Ground;
use super::memo::{Known, Memo};
use super::ranks::Ranks;
use super::route::{Route, rest_place};
use super::scratch::{NEVER, Scratch};
use super::state::{NOBODY, State};
use super::view::{NOWHERE, View, Visit};
use super::{group, pair, uneven};

/// Ways of placing an order: which places are missed, and in which sequence pickups are tried. One is
/// drawn for each insertion. With few, a route never finds its way out of an unlucky one; with more,
/// less is remembered.
const GROUP_WAYS: usize = 64;

/// Steps after which the ways of groups are other ones: what is unlucky does not stay so.
const AGE_OF_WAYS: u64 = 10_000;

/// The same for an order with one pickup, of which there is but one sequence.
const PAIR_WAYS: usize = 8;

/// One such order in so many is placed in any way; the others in the first, which is the cheapest.
const PAIR_BLINKS_ONE_IN: usize = 8;

/// One place in so many is missed, but in the first way none. Published is one in a hundred of every insertion; here one
/// of a few ways is drawn. One in ten made plans as good.
const MISS_ONE_IN: u32 = 30;

/// Where rounds are to be even, one order in so many does not go back to the bike that had it: alone, no order is worth
/// a second bike, and several together may be.
const EVEN_MOVED_ONE_IN: usize = 8;

/// What recreating needs and keeps.
#[derive(Debug)]
pub struct Recreate {
    pub scratch: Scratch,
    memo: Memo,
    ranks: Ranks,
    waiting: Vec<u32>,
    chosen: Vec<u32>,
    tried: Vec<bool>,
    /// Steps so far.
    age: u64,
    /// The bike that had an order last.
    last: Vec<u32>,
    /// How many of the last orders of those that nobody has were not tried, because it was told to stop.
    pub untried: usize,
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
            age: 0,
            last: vec![0; ground.orders.len()],
            untried: 0,
        }
    }

    /// Serves whom it can, with `riding_max` bikes at most; asks `halted` before each order.
    /// Where `most` says what the plan may cost, false as soon as no order more goes in within that: the plan is then
    /// half mended and to be taken back. Half of all steps end so, most of them before their last order.
    pub fn mend(
        &mut self,
        ground: &Ground,
        state: &mut State,
        riding_max: usize,
        chance: &mut Chance,
        most: Option<i64>,
        halted: &mut dyn FnMut() -> bool,
    ) -> bool {
        self.age += 1;
        self.waiting.clear();
        self.waiting.append(&mut state.absent);
        self.ranks.sort(&mut self.waiting, chance);
        let waiting = std::mem::take(&mut self.waiting);
        self.untried = 0;
        for (index, order) in waiting.iter().enumerate() {
            if halted() {
                let rest = waiting.get(index..).unwrap_or_default();
                state.absent.extend_from_slice(rest);
                self.untried = rest.len();
                break;
            }
            // Where bikes count first, one fewer is worth more than any cost.
            let most = most.filter(|_| !ground.aims.fewest_bikes || state.riding >= state.riding_before());
            let limit =
                most.map_or(NEVER, |most| most.saturating_sub(state.cost).saturating_add(1).min(NEVER));
            let terms = Terms { riding_max, missed: NOBODY, limit };
            if !self.insert(ground, state, *order, terms, chance) {
                state.absent.push(*order);
                if most.is_some() {
                    self.waiting = waiting;
                    return false;
                }
            }
        }
        self.waiting = waiting;
        true
    }

    /// Puts one order where it adds least; false if it fits nowhere on these terms.
    fn insert(
        &mut self,
        ground: &Ground,
        state: &mut State,
        order: u32,
        terms: Terms,
        chance: &mut Chance,
    ) -> bool {
        let pickups = ground.order(order).pickups();
        let way = match pickups {
            1 if chance.one_in(PAIR_BLINKS_ONE_IN) => chance.below(PAIR_WAYS) as u64,
            1 => 0,
            _ => self.age / AGE_OF_WAYS * GROUP_WAYS as u64 + chance.below(GROUP_WAYS) as u64,
        };
        let missed = if uneven::counts(&ground.aims) && chance.one_in(EVEN_MOVED_ONE_IN) {
            self.last.at(order as usize)
        } else {
            NOBODY
        };
        if self.insert_by(ground, state, order, Terms { missed, ..terms }, way) {
            return true;
        }
        // What fits in none of the usual ways, or is too dear in this one, may do in one that nobody has tried.
        if missed != NOBODY && self.insert_by(ground, state, order, terms, way) {
            return true;
        }
        pickups > 1 && {
            let way = chance.bits() >> 33 | 1 << 31;
            self.insert_by(ground, state, order, terms, way)
        }
    }

    fn insert_by(&mut self, ground: &Ground, state: &mut State, order: u32, terms: Terms, way: u64) -> bool {
        // What it adds, with what even rounds are worth; the bike; and what it adds without.
        let mut best = (terms.limit, NOBODY, NEVER);
        // Whether the best bike's sequence is at hand: it is not where the price was remembered.
        let mut written = false;
        self.tried.clear();
        self.tried.resize(ground.kinds.len(), state.riding >= terms.riding_max);
        // The bike that had it is asked first: its answer often makes the others' short.
        let bikes = state.routes.len() as u32;
        let first = self.last.at(order as usize);
        for bike in (first..bikes).chain(0..first) {
            let Some(route) = state.route(bike).filter(|_| bike != terms.missed) else { continue };
            if route.is_idle() {
                if self.tried.at(route.kind as usize) {
                    continue;
                }
                self.tried.put(route.kind as usize, true);
            }
            if !ground.fits(order, route.kind) {
                continue;
            }
            let (added, fresh) = self.remembered(ground, route, Asked { order, way, limit: best.0 });
            if added < best.0 {
                let cost = added + uneven::added(ground, route, order, added);
                if cost < best.0 {
                    (best, written) = ((cost, bike, added), fresh);
                    std::mem::swap(&mut self.chosen, &mut self.scratch.sequence);
                }
            }
        }
        let (_, bike, added) = best;
        let Some(route) = state.route(bike) else { return false };
        if !written && !self.write(ground, route, Asked { order, way, limit: added + 1 }) {
            return false;
        }
        self.last.put(order as usize, bike);
        state.set(ground, bike, self.chosen.iter().copied())
    }

    /// Writes the sequence whose price is known to be just below the limit.
    fn write(&mut self, ground: &Ground, route: &Route, asked: Asked) -> bool {
        let mut cost = price(ground, route, asked, &mut self.scratch);
        if cost >= NEVER {
            // Where a detour is shorter than the way, the bounds may pass over what was found with a wider limit.
            cost = price(ground, route, Asked { limit: NEVER, ..asked }, &mut self.scratch);
        }
        std::mem::swap(&mut self.chosen, &mut self.scratch.sequence);
        cost < NEVER
    }

    /// The price, and whether it was made now, so that its sequence is in `scratch`.
    fn remembered(&mut self, ground: &Ground, route: &Route, asked: Asked) -> (i64, bool) {
        let key = Memo::key(asked.order, route.print, asked.way);
        match self.memo.get(key) {
            Some(Known::Exactly(cost)) => return (cost, false),
            Some(Known::AtLeast(bound)) if bound >= asked.limit => return (NEVER, false),
            Some(Known::AtLeast(_)) | None => {}
        }
        let cost = price(ground, route, asked, &mut self.scratch);
        let known = if cost < asked.limit { Known::Exactly(cost) } else { Known::AtLeast(asked.limit) };
        self.memo.put(key, known);
        (cost, true)
    }
}

/// On which terms an order goes in.
#[derive(Debug, Clone, Copy)]
struct Terms {
    /// How many bikes may ride.
    riding_max: usize,
    /// The bike that does not get it.
    missed: u32,
    /// What it must add less than.
    limit: i64,
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
/// `scratch`. It depends on the route and what is asked alone.
pub fn price(ground: &Ground, route: &Route, asked: Asked, scratch: &mut Scratch) -> i64 {
    let Some(mut view) = View::new(ground, route.kind) else { return NEVER };
    if route.stops() + ground.order(asked.order).pickups() + 1 > view.kind.stops {
        return NEVER;
    }
    view.rest = route.rest;
    // An idle bike does not ride from hub to hub, so nothing of that is saved.
    let first = if route.is_idle() {
        view.kind.fixed_cost + i64::from(view.arc(view.kind.start, view.kind.end).cost)
    } else {
        0
    };
    let asked = Asked { limit: asked.limit - first, ..asked };
    let seed = mixed(Memo::key(asked.order, route.print, asked.way));
    let mut cost = price_in(&view, &route.visits, asked, seed, scratch);
    // Who has nothing to ride yet may have to take it before the first stop opens.
    if view.kind.pause.is_some() && view.rest == NOWHERE {
        let asked = Asked { limit: cost.min(asked.limit), ..asked };
        cost = cost.min(with_rest(view, &route.visits, asked, seed, scratch));
    }
    if cost < NEVER { cost + first } else { NEVER }
}

fn price_in(view: &View<'_>, visits: &[Visit], asked: Asked, seed: u64, scratch: &mut Scratch) -> i64 {
    let nodes = view.ground.order(asked.order);
    let blink = Blink::new(seed, if asked.way == 0 { 0 } else { MISS_ONE_IN });
    match nodes.pickups() {
        1 => pair::price(view, visits, nodes, asked.limit, scratch, blink),
        _ => group::price(view, visits, nodes, seed, asked.limit, scratch, blink),
    }
}

/// Prices with a break in the round, which may then end later.
fn with_rest(mut view: View<'_>, visits: &[Visit], asked: Asked, seed: u64, scratch: &mut Scratch) -> i64 {
    let mut rested = std::mem::take(&mut scratch.rested);
    rested.clear();
    rested.extend_from_slice(visits);
    view.rest = rest_place(view, &mut rested);
    let mut cost = NEVER;
    if view.rest != NOWHERE && view.lay(&mut rested) {
        cost = price_in(&view, &rested, asked, seed, scratch);
    }
    scratch.rested = rested;
    cost
}
