//! What a round's part of uneven hours and loads costs, and what an order would add to it.

use super::ground::Ground;
use super::route::Route;
use super::view::Visit;
use crate::problem::{Aims, Evenness, UNEVEN_COST_MAX};

/// Whether uneven rounds cost anything.
pub fn counts(aims: &Aims) -> bool {
    aims.even_out.weight > 0 || aims.even_loads.weight > 0
}

/// The cost of a round that is out so long and picks up so many kilograms.
pub fn cost(aims: &Aims, ticks_out: u64, kilograms: u64) -> u64 {
    square(aims.even_out, ticks_out) + square(aims.even_loads, kilograms)
}

fn square(even: Evenness, amount: u64) -> u64 {
    if even.weight == 0 {
        return 0;
    }
    let unit = u128::from(even.unit.max(1));
    let amount = u128::from(amount);
    let cost = u128::from(even.weight).saturating_mul(amount.saturating_mul(amount)) / (unit * unit);
    u64::try_from(cost).unwrap_or(u64::MAX).min(UNEVEN_COST_MAX)
}

/// What a round picks up, in kilograms; nothing where that costs nothing.
pub fn kilograms(ground: &Ground, visits: &[Visit]) -> u64 {
    if ground.aims.even_loads.weight == 0 {
        return 0;
    }
    visits.iter().map(|visit| ground.node(visit.node).kilograms.max(0) as u64).sum()
}

/// About what an order adds beside its price: its kilograms exactly, and hours as if it took its services and its price
/// were riding alone. Which bike gets it depends on that, no plan's cost does.
pub fn added(ground: &Ground, route: &Route, order: u32, price: i64) -> i64 {
    let aims = &ground.aims;
    if !counts(aims) {
        return 0;
    }
    let per_tick = (i64::from(aims.per_tick_ridden) + i64::from(aims.per_tick_out)).max(1);
    let (mut longer, mut brought) = (price.max(0) / per_tick, 0);
    for node in ground.order(order).all().map(|node| ground.node(node)) {
        longer += i64::from(node.service);
        brought += i64::from(node.kilograms.max(0));
    }
    let after = cost(aims, route.out + longer as u64, route.kilograms + brought as u64);
    after as i64 - cost(aims, route.out, route.kilograms) as i64
}
