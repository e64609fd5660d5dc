//! A cheap insertion of an order with several pickups.
//!
//! The drop-off is tried at each place, the one with the least bound first, until a bound is no less than
//! the best insertion found; for each, the pickups go one after another to their cheapest place before it. Earliest leaves and latest begins are kept right after each, so that a test is O(1).

use super::at::At;
use super::blink::Blink;
use super::chance::Chance;
use super::drop_places::{self, DropPlace};
use super::ground::OrderNodes;
use super::scratch::{NEVER, Scratch};
use super::view::{View, Visit, visit};

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
    drop_places::rank(view, visits, order, limit, scratch);
    scratch.pickups.clear();
    scratch.pickups.extend(order.first..order.drop_off);
    Chance::new(seed).shuffle(&mut scratch.pickups);

    let mut best = limit;
    let mut trial = std::mem::take(&mut scratch.trial);
    for DropPlace { bound, cost, place } in &scratch.drop_places {
        if *bound >= best {
            break;
        }
        if blink.misses(order.drop_off, *place as usize) {
            continue;
        }
        place_drop_off(view, visits, order.drop_off, *place as usize, &mut trial);
        let added =
            place_pickups(view, &scratch.pickups, *place as usize + 1, best - cost, &mut trial, blink);
        let Some(added) = added else { continue };
        let in_range =
            view.kind.range.is_none_or(|range| view.metres(trial.iter().map(|visit| visit.node)) <= range);
        if cost + added < best && in_range {
            best = cost + added;
            if scratch.writes {
                scratch.sequence.clear();
                let stops = trial.len().saturating_sub(2);
                scratch.sequence.extend(trial.iter().skip(1).take(stops).map(|visit| visit.node));
            }
        }
    }
    scratch.trial = trial;
    if best < limit { best } else { NEVER }
}

/// Copies the route with the drop-off after the visit at `place`.
fn place_drop_off(view: &View<'_>, visits: &[Visit], drop_off: u32, place: usize, trial: &mut Vec<Visit>) {
    let (before, after) = (visit(visits, place), visit(visits, place + 1));
    let stop = view.ground.node(drop_off);
    let (there, on) = (view.arc(before.node, drop_off), view.arc(drop_off, after.node));
    let placed = Visit {
        node: drop_off,
        leave: stop.open.max(before.leave + there.ticks) + stop.service,
        late: view.late(drop_off, after.late - on.ticks),
        on: on.cost,
        // Once the pickups are in, as much leaves here as came before.
        litres: before.litres,
        kilograms: before.kilograms,
    };
    trial.clear();
    trial.extend_from_slice(visits.get(..=place).unwrap_or_default());
    if let Some(before) = trial.last_mut() {
        before.on = there.cost;
    }
    trial.push(placed);
    trial.extend_from_slice(visits.get(place + 1..).unwrap_or_default());
    carry_back(view, trial, place + 1);
}

/// Puts the pickups before the drop-off at `drop_off`; what they add, if that is less than `limit`.
fn place_pickups(
    view: &View<'_>,
    pickups: &[u32],
    mut drop_off: usize,
    limit: i64,
    trial: &mut Vec<Visit>,
    blink: Blink,
) -> Option<i64> {
    let mut sum = 0;
    for pickup in pickups {
        let (added, place) = cheapest(view, *pickup, drop_off, trial, blink)?;
        sum += added;
        if sum >= limit {
            return None;
        }
        let before = visit(trial, place);
        let after = visit(trial, place + 1);
        let stop = view.ground.node(*pickup);
        let (there, on) = (view.arc(before.node, *pickup), view.arc(*pickup, after.node));
        let placed = Visit {
            node: *pickup,
            leave: stop.open.max(before.leave + there.ticks) + stop.service,
            late: view.late(*pickup, after.late - on.ticks),
            on: on.cost,
            litres: before.litres,
            kilograms: before.kilograms,
        };
        if let Some(before) = trial.get_mut(place) {
            before.on = there.cost;
        }
        trial.insert(place + 1, placed);
        drop_off += 1;
        carry_back(view, trial, place + 1);
        carry_on(view, trial, place + 1, drop_off)?;
        let loaded = trial.iter_mut().take(drop_off).skip(place + 1);
        for visit in loaded {
            visit.litres += stop.litres;
            visit.kilograms += stop.kilograms;
        }
    }
    Some(sum)
}

/// The cheapest place for one pickup, from the drop-off back to the hub: the load between only grows.
fn cheapest(
    view: &View<'_>,
    pickup: u32,
    drop_off: usize,
    trial: &[Visit],
    blink: Blink,
) -> Option<(i64, usize)> {
    let stop = view.ground.node(pickup);
    let mut best: Option<(i64, usize)> = None;
    let (to, from) = (view.grid.row_to(pickup), view.grid.row_from(pickup));
    let mut after = visit(trial, drop_off);
    for (place, before) in trial.iter().take(drop_off).enumerate().rev() {
        if before.litres + stop.litres > view.kind.litres
            || before.kilograms + stop.kilograms > view.kind.kilograms
        {
            break;
        }
        let there = to.at(before.node as usize);
        let on = from.at(after.node as usize);
        let added = i64::from(there.cost) + i64::from(on.cost) - i64::from(before.on);
        if best.is_none_or(|(cost, _)| added < cost) {
            let begin = stop.open.max(before.leave + there.ticks);
            if begin <= stop.close
                && begin + stop.service + on.ticks <= after.late
                && !blink.misses(pickup, place)
            {
                best = Some((added, place));
            }
        }
        after = *before;
    }
    best
}

/// Mends latest begins before `index`, as far as they change.
fn carry_back(view: &View<'_>, trial: &mut [Visit], index: usize) {
    let mut after = visit(trial, index);
    for here in trial.iter_mut().take(index).skip(1).rev() {
        let late = view.late(here.node, after.late - view.arc(here.node, after.node).ticks);
        if late == here.late {
            return;
        }
        here.late = late;
        after = *here;
    }
}

/// Mends earliest leaves after `index` up to the drop-off, as far as they change.
fn carry_on(view: &View<'_>, trial: &mut [Visit], index: usize, drop_off: usize) -> Option<()> {
    let mut before = visit(trial, index);
    for here in trial.iter_mut().take(drop_off + 1).skip(index + 1) {
        let leave = view.leave(here.node, before.leave + view.arc(before.node, here.node).ticks)?;
        if leave == here.leave {
            return Some(());
        }
        here.leave = leave;
        before = *here;
    }
    Some(())
}
