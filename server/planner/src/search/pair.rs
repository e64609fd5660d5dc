//! The cheapest insertion of an order with one pickup: all pairs of places, each tested in O(1).

use super::at::At;
use super::blink::Blink;
use super::ground::OrderNodes;
use super::scratch::{NEVER, Scratch};
use super::view::{View, Visit, first_in_time, visit};

/// The best pair of places so far: the visits before the pickup and before the drop-off.
#[derive(Debug, Clone, Copy)]
struct Best {
    cost: i64,
    pickup: usize,
    drop_off: usize,
}

/// Prices an order of one pickup, if that is below `limit`; its sequence is then left in `scratch`.
pub fn price(
    view: &View<'_>,
    visits: &[Visit],
    order: OrderNodes,
    limit: i64,
    scratch: &mut Scratch,
    blink: Blink,
) -> i64 {
    price_drop_off(view, visits, order.drop_off, scratch);
    let mut best = Best { cost: limit, pickup: 0, drop_off: 0 };
    rank_pickups(view, visits, order, scratch, blink, &mut best);
    for (bound, index) in &scratch.pickup_places {
        if *bound >= best.cost {
            break;
        }
        try_later(view, visits, order, scratch, *index as usize, &mut best);
    }
    if best.cost < limit {
        write(visits, order, best, &mut scratch.sequence);
        return best.cost;
    }
    NEVER
}

/// Fills in what the drop-off alone would add at each place, and the least from each place on.
fn price_drop_off(view: &View<'_>, visits: &[Visit], drop_off: u32, scratch: &mut Scratch) {
    let stop = view.ground.node(drop_off);
    scratch.drop_costs.clear();
    scratch.drop_costs.resize(visits.len(), NEVER);
    let ways = view.row(drop_off);
    let first = first_in_time(visits, stop);
    let mut here = ways.at(visit(visits, first).spot);
    let costs = scratch.drop_costs.iter_mut().skip(first);
    for (pair, slot) in visits.get(first..).unwrap_or_default().windows(2).zip(costs) {
        let [before, after] = pair else { continue };
        if before.leave > stop.close {
            break;
        }
        let there = here.there;
        here = ways.at(after.spot);
        let begin = stop.open.max(before.leave + there.ticks);
        if begin <= stop.close && begin + stop.service + here.on.ticks <= after.late {
            *slot = i64::from(there.cost) + i64::from(here.on.cost) - i64::from(before.way.cost);
        }
    }
    scratch.least_after.clear();
    scratch.least_after.resize(visits.len(), NEVER);
    let mut least = NEVER;
    for (index, cost) in scratch.drop_costs.iter().enumerate().rev() {
        least = least.min(*cost);
        scratch.least_after.put(index, least);
    }
}

/// Tries the drop-off right after the pickup at each place, and ranks the places of the pickup by what
/// the order would add there at least, with the drop-off later.
fn rank_pickups(
    view: &View<'_>,
    visits: &[Visit],
    order: OrderNodes,
    scratch: &mut Scratch,
    blink: Blink,
    best: &mut Best,
) {
    scratch.pickup_places.clear();
    let (stop, drop_off) = (view.ground.node(order.first), view.ground.node(order.drop_off));
    let ways = view.row(order.first);
    let ways_of_drop_off = view.row(order.drop_off);
    let straight = ways.at(drop_off.spot).on;
    let first = first_in_time(visits, stop);
    for (index, (before, after)) in visits.iter().zip(visits.iter().skip(1)).enumerate().skip(first) {
        if before.leave > stop.close {
            break;
        }
        if before.litres + stop.litres > view.kind.litres
            || before.kilograms + stop.kilograms > view.kind.kilograms
            || blink.misses(order.first, index)
        {
            continue;
        }
        let there = ways.at(before.spot).there;
        let begin = stop.open.max(before.leave + there.ticks);
        if begin > stop.close {
            continue;
        }
        let leave = begin + stop.service;
        let added = i64::from(there.cost) - i64::from(before.way.cost);
        let home = ways_of_drop_off.at(after.spot).on;
        let cost = added + i64::from(straight.cost) + i64::from(home.cost);
        if cost < best.cost {
            let begin = drop_off.open.max(leave + straight.ticks);
            let found = Best { cost, pickup: index, drop_off: index };
            if begin <= drop_off.close
                && begin + drop_off.service + home.ticks <= after.late
                && in_range(view, visits, order, found)
            {
                *best = found;
            }
        }
        let on = ways.at(after.spot).on;
        let bound = added + i64::from(on.cost) + scratch.least_after.at(index + 1);
        if bound < best.cost && leave + on.ticks <= after.late {
            scratch.pickup_places.push((bound, index as u32));
        }
    }
    scratch.pickup_places.sort_unstable();
}

/// Tries all later places of the drop-off for the pickup after the visit at `index`.
fn try_later(
    view: &View<'_>,
    visits: &[Visit],
    order: OrderNodes,
    scratch: &Scratch,
    index: usize,
    best: &mut Best,
) {
    let (before, after) = (visit(visits, index), visit(visits, index + 1));
    let drop_off = view.ground.node(order.drop_off);
    let ways = view.row(order.drop_off);
    let (there, way) = (view.arc(before.node, order.first), view.arc(order.first, after.node));
    let added = i64::from(there.cost) + i64::from(way.cost) - i64::from(before.way.cost);
    let size = view.ground.node(order.first);
    let leave = size.open.max(before.leave + there.ticks) + size.service;
    let mut arrival = leave + way.ticks;
    let mut here = after;
    for place in index + 1..visits.len().saturating_sub(1) {
        if arrival > here.late
            || here.litres + size.litres > view.kind.litres
            || here.kilograms + size.kilograms > view.kind.kilograms
        {
            return;
        }
        let Some(leave) = view.leave(here.node, arrival) else { return };
        if leave > drop_off.close {
            return;
        }
        if added + scratch.least_after.at(place) >= best.cost {
            return;
        }
        let next = visit(visits, place + 1);
        let cost = added + scratch.drop_costs.at(place);
        if cost < best.cost {
            let begin = drop_off.open.max(leave + ways.at(here.spot).there.ticks);
            let on = ways.at(next.spot).on.ticks;
            let found = Best { cost, pickup: index, drop_off: place };
            if begin <= drop_off.close
                && begin + drop_off.service + on <= next.late
                && in_range(view, visits, order, found)
            {
                *best = found;
            }
        }
        arrival = leave + here.way.ticks;
        here = next;
    }
}

/// Whether the bike's range is enough; only asked for what is cheaper than all before.
#[inline(always)]
fn in_range(view: &View<'_>, visits: &[Visit], order: OrderNodes, best: Best) -> bool {
    view.kind.range.is_none_or(|range| view.metres(nodes(visits, order, best)) <= range)
}

fn write(visits: &[Visit], order: OrderNodes, best: Best, sequence: &mut Vec<u32>) {
    sequence.clear();
    // Two hubs fewer and two stops more.
    sequence.extend(nodes(visits, order, best).skip(1).take(visits.len()));
}

/// The whole sequence, hubs included.
fn nodes(visits: &[Visit], order: OrderNodes, best: Best) -> impl Iterator<Item = u32> {
    visits.iter().enumerate().flat_map(move |(index, visit)| {
        let pickup = (index == best.pickup).then_some(order.first);
        let drop_off = (index == best.drop_off).then_some(order.drop_off);
        std::iter::once(visit.node).chain(pickup).chain(drop_off)
    })
}
