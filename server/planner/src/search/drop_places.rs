//! Where a drop-off could go, and what the whole order would add there at least.
//!
//! The bound: whatever else is put in, the drop-off and any one pickup alone add no more than the whole
//! order, as long as no detour is shorter than the way. So the dearest pickup at its cheapest place,
//! beside the drop-off, is a bound, and most places need not be tried at all. Where a detour is shorter,
//! a cheaper insertion may be missed; never is a wrong one made.

use super::ground::OrderNodes;
use super::scratch::{NEVER, Scratch};
use super::view::{View, Visit, first_in_time, visit};

/// A place of the drop-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DropPlace {
    /// What the whole order adds at least.
    pub bound: i64,
    /// What the drop-off alone adds.
    pub cost: i64,
    /// The visit before it.
    pub place: u32,
    /// What the way there from the visit before costs.
    pub there: i64,
}

/// Ranks the places below `limit` in `scratch`, the least bound first. Answers the first place that any of its
/// stops could have.
pub fn rank(
    view: &View<'_>,
    visits: &[Visit],
    order: OrderNodes,
    limit: i64,
    scratch: &mut Scratch,
) -> usize {
    let places = &mut scratch.drop_places;
    places.clear();
    let stop = view.ground.node(order.drop_off);
    // All pickups come before it.
    let mut last = first_in_time(visits, stop);
    let mut first = last;
    for pickup in order.first..order.drop_off {
        let place = first_in_time(visits, view.ground.node(pickup));
        (first, last) = (first.min(place), last.max(place));
    }
    let ways = view.row(order.drop_off);
    let mut here = ways.at(visit(visits, last).spot);
    for (offset, pair) in visits.get(last..).unwrap_or_default().windows(2).enumerate() {
        let [before, after] = pair else { continue };
        if before.leave > stop.close {
            break;
        }
        let there = here.there;
        here = ways.at(after.spot);
        let on = here.on;
        let cost = i64::from(there.cost) + i64::from(on.cost) - i64::from(before.way.cost);
        if cost < limit {
            let begin = stop.open.max(before.leave + there.ticks);
            if begin <= stop.close && begin + stop.service + on.ticks <= after.late {
                let index = last + offset;
                places.push(DropPlace {
                    bound: cost,
                    cost,
                    place: index as u32,
                    there: i64::from(there.cost),
                });
            }
        }
    }
    for pickup in order.first..order.drop_off {
        if places.is_empty() {
            break;
        }
        raise(view, visits, pickup, order.drop_off, places);
        places.retain(|place| place.bound < limit);
    }
    places.sort_unstable();
    first
}

/// Raises the bounds to what the drop-off and this pickup add together.
fn raise(view: &View<'_>, visits: &[Visit], pickup: u32, drop_off: u32, places: &mut [DropPlace]) {
    let stop = view.ground.node(pickup);
    let ways = view.row(pickup);
    let straight = i64::from(ways.at(view.ground.node(drop_off).spot).on.cost);
    let (litres, kilograms) = (view.kind.litres - stop.litres, view.kind.kilograms - stop.kilograms);
    let mut least = NEVER;
    let mut from = first_in_time(visits, stop);
    let mut here = ways.at(visit(visits, from).spot);
    for place in places {
        let to = place.place as usize;
        for pair in visits.get(from..=to).unwrap_or_default().windows(2) {
            let [before, after] = pair else { continue };
            let there = here.there;
            here = ways.at(after.spot);
            let added = i64::from(there.cost) + i64::from(here.on.cost) - i64::from(before.way.cost);
            if added < least && before.litres <= litres && before.kilograms <= kilograms {
                let begin = stop.open.max(before.leave + there.ticks);
                if begin <= stop.close && begin + stop.service + here.on.ticks <= after.late {
                    least = added;
                }
            }
        }
        from = to;
        let beside = i64::from(here.there.cost) + straight - place.there;
        place.bound = place.bound.max(place.cost + least.min(beside));
    }
}
