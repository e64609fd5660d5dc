//! The part of a route that an order is tried in: from the first place that a pickup could have to the drop-off.
//!
//! Earliest leaves, latest begins and loads are kept right after each stop that is put in, so that a test is O(1).
//! What lies before and after that part is not copied: nothing is put there, and its times are not asked.

use super::blink::Blink;
use super::view::{View, Visit, visit};

/// Room for the part, kept between insertions.
#[derive(Debug, Default)]
pub struct Insertion {
    /// The visits, the drop-off last.
    visits: Vec<Visit>,
    /// The index in the route of the first of them.
    from: usize,
}

impl Insertion {
    /// Copies the route from `from` on, with the drop-off after the visit at `place`, which is no earlier.
    pub fn place_drop_off(
        &mut self,
        view: &View<'_>,
        route: &[Visit],
        drop_off: u32,
        (from, place): (usize, usize),
    ) {
        let (before, after) = (visit(route, place), visit(route, place + 1));
        let stop = view.ground.node(drop_off);
        let (there, on) = (view.arc(before.node, drop_off), view.arc(drop_off, after.node));
        let placed = Visit {
            node: drop_off,
            spot: stop.spot,
            leave: stop.open.max(before.leave + there.ticks) + stop.service,
            late: view.late(drop_off, after.late - on.ticks),
            way: on,
            // Once the pickups are in, as much leaves here as came before.
            litres: before.litres,
            kilograms: before.kilograms,
        };
        self.from = from;
        self.visits.clear();
        self.visits.extend_from_slice(route.get(from..=place).unwrap_or_default());
        if let Some(before) = self.visits.last_mut() {
            before.way = there;
        }
        self.visits.push(placed);
        self.carry_back(view, self.visits.len() - 1);
    }

    /// Puts the pickups before the drop-off, one after another each at its cheapest place; what they add, if that is
    /// less than `limit`.
    pub fn place_pickups(
        &mut self,
        view: &View<'_>,
        pickups: &[u32],
        limit: i64,
        blink: Blink,
    ) -> Option<i64> {
        let mut sum = 0;
        for pickup in pickups {
            let (added, place) = self.cheapest(view, *pickup, blink)?;
            sum += added;
            if sum >= limit {
                return None;
            }
            let before = visit(&self.visits, place);
            let after = visit(&self.visits, place + 1);
            let stop = view.ground.node(*pickup);
            let (there, on) = (view.arc(before.node, *pickup), view.arc(*pickup, after.node));
            let placed = Visit {
                node: *pickup,
                spot: stop.spot,
                leave: stop.open.max(before.leave + there.ticks) + stop.service,
                late: view.late(*pickup, after.late - on.ticks),
                way: on,
                litres: before.litres,
                kilograms: before.kilograms,
            };
            if let Some(before) = self.visits.get_mut(place) {
                before.way = there;
            }
            self.visits.insert(place + 1, placed);
            self.carry_back(view, place + 1);
            // Never too late: its place was tested against the latest begins after it.
            self.carry_on(view, place + 1)?;
            let drop_off = self.visits.len() - 1;
            for visit in self.visits.iter_mut().take(drop_off).skip(place + 1) {
                visit.litres += stop.litres;
                visit.kilograms += stop.kilograms;
            }
        }
        Some(sum)
    }

    /// Whether the bike rides that far: the drop-off is after the route's visit at `place`.
    pub fn in_range(&self, view: &View<'_>, route: &[Visit], place: usize) -> bool {
        view.kind.range.is_none_or(|range| view.metres(self.whole(route, place)) <= range)
    }

    /// Writes the stops of the whole route, hubs left out.
    pub fn write(&self, route: &[Visit], place: usize, sequence: &mut Vec<u32>) {
        sequence.clear();
        let stops = (route.len() + self.visits.len()).saturating_sub(place + 1 - self.from + 2);
        sequence.extend(self.whole(route, place).skip(1).take(stops));
    }

    fn whole<'a>(&'a self, route: &'a [Visit], place: usize) -> impl Iterator<Item = u32> + 'a {
        let (before, after) = (route.get(..self.from), route.get(place + 1..));
        let parts = before.unwrap_or_default().iter().chain(&self.visits).chain(after.unwrap_or_default());
        parts.map(|visit| visit.node)
    }

    /// The cheapest place for one pickup, from the drop-off back to the hub: the load between only grows.
    fn cheapest(&self, view: &View<'_>, pickup: u32, blink: Blink) -> Option<(i64, usize)> {
        let stop = view.ground.node(pickup);
        let done = stop.open + stop.service;
        let mut best: Option<(i64, usize)> = None;
        let ways = view.row(pickup);
        let (mut after, earlier) = self.visits.split_last()?;
        let mut here = ways.at(after.spot);
        for (place, before) in earlier.iter().enumerate().rev() {
            // Latest begins only fall towards the hub.
            if after.late < done
                || before.litres + stop.litres > view.kind.litres
                || before.kilograms + stop.kilograms > view.kind.kilograms
            {
                break;
            }
            let on = here.on;
            here = ways.at(before.spot);
            let there = here.there;
            let added = i64::from(there.cost) + i64::from(on.cost) - i64::from(before.way.cost);
            if best.is_none_or(|(cost, _)| added < cost) {
                let begin = stop.open.max(before.leave + there.ticks);
                if begin <= stop.close
                    && begin + stop.service + on.ticks <= after.late
                    && !blink.misses(pickup, self.from + place)
                {
                    best = Some((added, place));
                }
            }
            after = before;
        }
        best
    }

    /// Mends latest begins before `index`, as far as they change.
    fn carry_back(&mut self, view: &View<'_>, index: usize) {
        let mut after = visit(&self.visits, index);
        for here in self.visits.iter_mut().take(index).skip(1).rev() {
            let late = view.late(here.node, after.late - here.way.ticks);
            if late == here.late {
                return;
            }
            here.late = late;
            after = *here;
        }
    }

    /// Mends earliest leaves after `index`, as far as they change.
    fn carry_on(&mut self, view: &View<'_>, index: usize) -> Option<()> {
        let mut before = visit(&self.visits, index);
        for here in self.visits.iter_mut().skip(index + 1) {
            let leave = view.leave(here.node, before.leave + before.way.ticks)?;
            if leave == here.leave {
                return Some(());
            }
            here.leave = leave;
            before = *here;
        }
        Some(())
    }
}
