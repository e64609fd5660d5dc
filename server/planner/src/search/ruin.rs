//! Takes strings of stops out of a few routes that are near each other.
//!
//! Slack induction by string removals (Christiaens & Vanden Berghe, Transportation Science 54(2), 2020):
//! one place in the plan gets room in time and load on several routes at once. A stop goes with all its
//! order's, so strings are shorter than where each customer stands alone.

use super::at::At;
use super::chance::Chance;
use super::ground::Ground;
use super::near::Near;
use super::state::{NOBODY, State};

/// How much a ruin takes.
#[derive(Debug, Clone, Copy)]
pub struct Strength {
    /// Stops of a string at most.
    pub string_max: usize,
    /// Stops hit on average, those of the same orders not counted.
    pub stops: f64,
    /// One string in so many is split around stops that stay.
    pub split_one_in: usize,
}

/// What a ruin needs and keeps.
#[derive(Debug, Default)]
pub struct Ruin {
    /// Bikes whose routes were hit.
    hit: Vec<u32>,
    /// Orders that go, of the route being hit.
    orders: Vec<u32>,
    keep: Vec<u32>,
}

impl Ruin {
    /// Takes orders out of the state; they are then among the absent.
    pub fn strike(
        &mut self,
        ground: &Ground,
        near: &Near,
        state: &mut State,
        how: Strength,
        chance: &mut Chance,
    ) {
        if ground.stops == 0 || state.riding == 0 {
            return;
        }
        let riding = state.riding;
        let stops = ground.stops;
        let mean = (stops / riding.max(1)).max(1);
        let string_max = how.string_max.min(mean) as f64;
        let routes_max = 4.0 * how.stops / (1.0 + string_max) - 1.0;
        let routes = (chance.unit() * routes_max + 1.0).max(1.0) as usize;
        let seed = chance.below(stops) as u32;

        self.hit.clear();
        for stop in near.around(seed) {
            if self.hit.len() >= routes {
                break;
            }
            let bike = state.bike_of(ground.node(*stop).order);
            if bike == NOBODY || self.hit.contains(&bike) {
                continue;
            }
            let Some(route) = state.route(bike) else { continue };
            let longest = (route.stops() as f64).min(string_max);
            let length = (chance.unit() * longest + 1.0) as usize;
            let centre = state.index_of.at(*stop as usize) as usize;
            self.choose(ground, state, bike, centre, length.min(route.stops()), how, chance);
            self.take_out(ground, state, bike);
            self.hit.push(bike);
        }
    }

    /// Chooses a string of the route around the index `centre`, and with it orders.
    #[allow(clippy::too_many_arguments, reason = "a string is its route, centre, length and the dice")]
    fn choose(
        &mut self,
        ground: &Ground,
        state: &State,
        bike: u32,
        centre: usize,
        length: usize,
        how: Strength,
        chance: &mut Chance,
    ) {
        self.orders.clear();
        let Some(route) = state.route(bike) else { return };
        let stops = route.inner();
        let mut stay = 0;
        if length > 1 && length < stops.len() && chance.one_in(how.split_one_in) {
            stay = 1;
            while length + stay < stops.len() && chance.one_in(100) {
                stay += 1;
            }
        }
        let span = length + stay;
        let first_min = (centre + 1).saturating_sub(span);
        let first_max = centre.min(stops.len() - span.min(stops.len()));
        let first = first_min + chance.below(first_max.saturating_sub(first_min) + 1);
        let stay_from = if stay > 0 { 1 + chance.below(length.saturating_sub(1)) } else { length };
        for (offset, visit) in stops.iter().skip(first).take(span).enumerate() {
            if offset >= stay_from && offset < stay_from + stay {
                continue;
            }
            let order = ground.node(visit.node).order;
            if !self.orders.contains(&order) {
                self.orders.push(order);
            }
        }
    }

    /// Takes the chosen orders out of the route; if what is left cannot be ridden, the whole route.
    fn take_out(&mut self, ground: &Ground, state: &mut State, bike: u32) {
        let Some(route) = state.route(bike) else { return };
        self.keep.clear();
        let nodes = route.inner().iter().map(|visit| visit.node);
        self.keep.extend(nodes.filter(|node| !self.orders.contains(&ground.node(*node).order)));
        if !state.set(ground, bike, self.keep.iter().copied()) {
            // A way that is longer than its detour can do this.
            self.orders.clear();
            if let Some(route) = state.route(bike) {
                for visit in route.inner() {
                    let order = ground.node(visit.node).order;
                    if !self.orders.contains(&order) {
                        self.orders.push(order);
                    }
                }
            }
            state.set(ground, bike, std::iter::empty());
        }
        for order in &self.orders {
            state.bike_of.put(*order as usize, NOBODY);
            state.absent.push(*order);
        }
    }
}
