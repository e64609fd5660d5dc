//! One bike's sequence with its times, its cost and its fingerprint.

use super::chance::mixed;
use super::ground::Ground;
use super::uneven;
use super::view::{NOWHERE, View, Visit};

/// A route; the hubs are its first and last visit.
#[derive(Debug, Default)]
pub struct Route {
    pub kind: u32,
    pub visits: Vec<Visit>,
    /// The node after which the break is taken.
    pub rest: u32,
    /// Ticks out, where they cost something.
    pub out: u64,
    /// Kilograms that it picks up, where they cost something.
    pub kilograms: u64,
    /// Its part of the plan's cost; an idle bike costs nothing.
    pub cost: i64,
    /// Alike for the same sequence on the same kind of bike, and for nothing else but by a chance of
    /// one in 2^64.
    pub print: u64,
}

impl Clone for Route {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        copy.clone_from(self);
        copy
    }

    fn clone_from(&mut self, other: &Self) {
        self.kind = other.kind;
        self.visits.clone_from(&other.visits);
        (self.rest, self.cost, self.print) = (other.rest, other.cost, other.print);
        (self.out, self.kilograms) = (other.out, other.kilograms);
    }
}

impl Route {
    /// The route of an idle bike.
    pub fn idle(ground: &Ground, kind: u32) -> Self {
        let mut route = Self { kind, rest: NOWHERE, ..Self::default() };
        route.set(ground, std::iter::empty());
        route
    }

    /// Whether the bike does not ride.
    #[inline(always)]
    pub fn is_idle(&self) -> bool {
        self.visits.len() <= 2
    }

    /// How many stops it has.
    #[inline(always)]
    pub fn stops(&self) -> usize {
        self.visits.len().saturating_sub(2)
    }

    /// The visits between the hubs.
    pub fn inner(&self) -> &[Visit] {
        self.visits.get(1..self.visits.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Takes another sequence; false if it cannot be ridden.
    pub fn set(&mut self, ground: &Ground, nodes: impl Iterator<Item = u32>) -> bool {
        let Some(view) = View::new(ground, self.kind) else { return false };
        self.visits.clear();
        let bare = |node| Visit { node, spot: ground.node(node).spot, ..Visit::default() };
        self.visits.push(bare(view.kind.start));
        self.visits.extend(nodes.map(bare));
        self.visits.push(bare(view.kind.end));
        self.lay(view)
    }

    fn lay(&mut self, mut view: View<'_>) -> bool {
        self.print = self.visits.iter().fold(u64::from(self.kind) ^ 0x5eed, |print, visit| {
            (print.rotate_left(23) ^ u64::from(visit.node)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        self.print = mixed(self.print);
        self.rest = NOWHERE;
        let mut rides = view.lay(&mut self.visits);
        if !rides && view.kind.pause.is_some() && !self.is_idle() {
            view.rest = rest_place(view, &mut self.visits);
            self.rest = view.rest;
            rides = view.rest != NOWHERE && view.lay(&mut self.visits);
        }
        if self.is_idle() {
            (self.cost, self.out, self.kilograms) = (0, 0, 0);
            return true;
        }
        if !rides || self.stops() > view.kind.stops {
            return false;
        }
        let aims = &view.ground.aims;
        self.out = view.ticks_out(&self.visits);
        self.kilograms = uneven::kilograms(view.ground, &self.visits);
        let timed = (self.out as i64).saturating_mul(i64::from(aims.per_tick_out));
        let uneven = uneven::cost(aims, self.out, self.kilograms) as i64;
        self.cost = view.kind.fixed_cost + view.ridden_cost(&self.visits) + timed + uneven;
        let nodes = self.visits.iter().map(|visit| visit.node);
        view.kind.range.is_none_or(|range| view.metres(nodes) <= range)
    }
}

/// The node after which a break costs the least waiting and all is still in time, or nowhere.
/// Leaves the visits laid as if there were no break and no need of one.
pub fn rest_place(view: View<'_>, visits: &mut [Visit]) -> u32 {
    let Some(pause) = view.kind.pause else { return NOWHERE };
    let mut kind = *view.kind;
    kind.pause = None;
    let free = View { kind: &kind, rest: NOWHERE, ..view };
    if !free.lay(visits) {
        return NOWHERE;
    }
    let mut best = (i32::MAX, NOWHERE);
    for (visit, next) in visits.iter().zip(visits.iter().skip(1)) {
        let begin = visit.leave.max(pause.open);
        let arrival = begin.saturating_add(pause.lasts) + visit.way.ticks;
        if begin <= pause.close && arrival <= next.late && begin - visit.leave < best.0 {
            best = (begin - visit.leave, visit.node);
        }
    }
    best.1
}
