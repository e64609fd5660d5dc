//! Where a drop-off could go, and what the whole order would add there at least.
//!
//! The bound: whatever else is put in, the drop-off and any one pickup alone add no more than the whole
//! order, as long as no detour is shorter than the way. So the dearest pickup at its cheapest place,
//! beside the drop-off, is a bound, and most places need not be tried at all. Where a detour is shorter,
//! a cheaper insertion may be missed; never is a wrong one made.

use super::at::At;
use super::ground::OrderNodes;
use super::scratch::{NEVER, Scratch};
use super::view::{View, Visit};

/// A place of the drop-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DropPlace {
    /// What the whole order adds at least.
    pub bound: i64,
    /// What the drop-off alone adds.
    pub cost: i64,
    /// The visit before it.
    pub place: u32,
}

/// Ranks the places below `limit` in `scratch`, the least bound first.
pub fn rank(view: &View<'_>, visits: &[Visit], order: OrderNodes, limit: i64, scratch: &mut Scratch) {
    let places = &mut scratch.drop_places;
    places.clear();
    let stop = view.ground.node(order.drop_off);
    let (to, from) = (view.grid.row_to(order.drop_off), view.grid.row_from(order.drop_off));
    for (index, (before, after)) in visits.iter().zip(visits.iter().skip(1)).enumerate() {
        if before.leave > stop.close {
            break;
        }
        let there = to.at(before.node as usize);
        let on = from.at(after.node as usize);
        let begin = stop.open.max(before.leave + there.ticks);
        if begin <= stop.close && begin + stop.service + on.ticks <= after.late {
            let cost = i64::from(there.cost) + i64::from(on.cost) - i64::from(before.on);
            if cost < limit {
                places.push(DropPlace { bound: cost, cost, place: index as u32 });
            }
        }
    }
    for pickup in order.first..order.drop_off {
        raise(view, visits, pickup, order.drop_off, places);
    }
    places.retain(|place| place.bound < limit);
    places.sort_unstable();
}

/// Raises the bounds to what the drop-off and this pickup add together.
fn raise(view: &View<'_>, visits: &[Visit], pickup: u32, drop_off: u32, places: &mut [DropPlace]) {
    let stop = view.ground.node(pickup);
    let (to, from) = (view.grid.row_to(pickup), view.grid.row_from(pickup));
    let to_drop_off = view.grid.row_to(drop_off);
    let straight = i64::from(from.at(drop_off as usize).cost);
    let mut least = NEVER;
    let mut waiting = places.iter_mut().peekable();
    for (index, (before, after)) in visits.iter().zip(visits.iter().skip(1)).enumerate() {
        let there = to.at(before.node as usize);
        if let Some(place) = waiting.next_if(|place| place.place as usize == index) {
            let beside =
                i64::from(there.cost) + straight - i64::from(to_drop_off.at(before.node as usize).cost);
            place.bound = place.bound.max(place.cost + least.min(beside));
        }
        if waiting.peek().is_none() {
            return;
        }
        let on = from.at(after.node as usize);
        let added = i64::from(there.cost) + i64::from(on.cost) - i64::from(before.on);
        if added < least
            && before.litres + stop.litres <= view.kind.litres
            && before.kilograms + stop.kilograms <= view.kind.kilograms
        {
            let begin = stop.open.max(before.leave + there.ticks);
            if begin <= stop.close && begin + stop.service + on.ticks <= after.late {
                least = added;
            }
        }
    }
}
