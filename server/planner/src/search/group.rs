//! A cheap insertion of an order with several pickups.
//!
//! The drop-off is tried at each place, the one with the least bound first, until a bound is no less than
//! the best insertion found; for each, the pickups go one after another to their cheapest place before it.

use super::blink::Blink;
use super::chance::Chance;
use super::drop_places::{self, DropPlace};
use super::ground::OrderNodes;
use super::scratch::{NEVER, Scratch};
use super::view::{View, Visit};

/// Prices an order of any number of pickups, if that is below `limit`; its sequence is then left in
/// `scratch`. `seed` says in which sequence the pickups are tried.
pub fn price(
    view: &View<'_>,
    visits: &[Visit],
    order: OrderNodes,
    seed: u64,
    limit: i64,
    scratch: &mut Scratch,
    blink: Blink,
) -> i64 {
    let from = drop_places::rank(view, visits, order, limit, scratch);
    if scratch.drop_places.is_empty() {
        return NEVER;
    }
    scratch.pickups.clear();
    scratch.pickups.extend(order.first..order.drop_off);
    Chance::new(seed).shuffle(&mut scratch.pickups);

    let mut best = limit;
    let mut insertion = std::mem::take(&mut scratch.insertion);
    for DropPlace { bound, cost, place, .. } in &scratch.drop_places {
        if *bound >= best {
            break;
        }
        let place = *place as usize;
        if blink.misses(order.drop_off, place) {
            continue;
        }
        insertion.place_drop_off(view, visits, order.drop_off, (from, place));
        let added = insertion.place_pickups(view, &scratch.pickups, best - cost, blink);
        let Some(added) = added else { continue };
        if cost + added < best && insertion.in_range(view, visits, place) {
            best = cost + added;
            insertion.write(visits, place, &mut scratch.sequence);
        }
    }
    scratch.insertion = insertion;
    if best < limit { best } else { NEVER }
}
