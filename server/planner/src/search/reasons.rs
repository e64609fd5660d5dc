//! Why an order was left out.

use super::at::At;
use super::grid::FAR;
use super::ground::Ground;
use super::kind::Kind;
use super::recreate::{Asked, price};
use super::route::Route;
use super::scratch::{NEVER, Scratch};
use crate::left_out::{LeftOut, Reason};
use crate::problem::{Order, Problem};

/// Pickups of which every sequence is tried, alone on a bike: five have 120.
const EACH_SEQUENCE_MAX: usize = 5;

/// Ways of placing more pickups than those that are tried, before it is said that there is none.
const WAYS: u64 = 64;

/// The orders that no bike can bring at all, and the others. The search is given the others alone: one order that stays
/// out for good would keep it from saving bikes and from giving up dear steps. Told to stop, it has not looked at the rest.
pub fn apart(
    problem: &Problem,
    ground: &Ground,
    halted: &mut dyn FnMut() -> bool,
) -> (Vec<LeftOut>, Vec<usize>) {
    let (mut hopeless, mut others) = (Vec::new(), Vec::new());
    for (index, nodes) in ground.orders.iter().enumerate() {
        let name = ground.name(index as u32);
        if halted() {
            others.push(name);
            continue;
        }
        let reason = of(problem, ground, index);
        let is_sure = reason != Reason::NoTimeAlone || nodes.pickups() <= EACH_SEQUENCE_MAX;
        if reason != Reason::NoRoomBesideOthers && is_sure {
            hopeless.push(LeftOut { order: name, reason });
        } else {
            others.push(name);
        }
    }
    (hopeless, others)
}

/// The first thing that no bike gets past; the order is named as on the ground.
pub fn of(problem: &Problem, ground: &Ground, index: usize) -> Reason {
    let Some(order) = problem.orders.get(ground.name(index as u32)) else {
        return Reason::NoRoomBesideOthers;
    };
    if ground.kinds.is_empty() {
        return Reason::NoBikes;
    }
    let skilled = || ground.kinds.iter().filter(|kind| kind.has_skills(order));
    let fitted = || skilled().filter(|kind| kind.has_flags(order));
    let roomy = || fitted().filter(|kind| kind.has_room(order));
    if skilled().next().is_none() {
        Reason::Skills
    } else if fitted().next().is_none() {
        Reason::Flags
    } else if roomy().next().is_none() {
        Reason::TooLarge
    } else if order.stops().any(|stop| stop.window.earliest > stop.window.latest) {
        Reason::WindowNeverOpen
    } else if !roomy().any(|kind| is_reached(ground, kind, index)) {
        Reason::Unreachable
    } else if !alone(ground, order, index) {
        Reason::NoTimeAlone
    } else {
        Reason::NoRoomBesideOthers
    }
}

/// Whether every stop can be ridden to and left, from the hub or from another stop of the order.
fn is_reached(ground: &Ground, kind: &Kind, order: usize) -> bool {
    let (Some(nodes), Some(grid)) = (ground.orders.get(order), ground.grids.get(kind.grid)) else {
        return false;
    };
    nodes.all().all(|node| {
        let others = || nodes.all().filter(move |other| *other != node);
        let there = others().chain([kind.start]).any(|other| ground.arc(grid, other, node).ticks < FAR);
        there && others().chain([kind.end]).any(|other| ground.arc(grid, node, other).ticks < FAR)
    })
}

/// Whether some bike could bring it, if it brought nothing else.
fn alone(ground: &Ground, order: &Order, index: usize) -> bool {
    let nodes = ground.order(index as u32);
    let mut scratch = Scratch::default();
    (0..ground.kinds.len() as u32).any(|kind| {
        let mut route = Route::idle(ground, kind);
        if !ground.kinds.get(kind as usize).is_some_and(|kind| kind.may_take(order)) {
            return false;
        }
        if nodes.pickups() > EACH_SEQUENCE_MAX {
            return (0..WAYS).any(|way| {
                let asked = Asked { order: index as u32, way, limit: NEVER };
                price(ground, &route, asked, &mut scratch) < NEVER
            });
        }
        let mut pickups: Vec<u32> = (nodes.first..nodes.drop_off).collect();
        loop {
            if route.set(ground, pickups.iter().copied().chain([nodes.drop_off])) {
                return true;
            }
            if !next_sequence(&mut pickups) {
                return false;
            }
        }
    })
}

/// The next of all sequences, as words are sorted; false after the last.
fn next_sequence(nodes: &mut [u32]) -> bool {
    let Some(last) = nodes.windows(2).rposition(|pair| matches!(pair, [one, next] if one < next)) else {
        return false;
    };
    let larger = nodes.iter().rposition(|node| *node > nodes.at(last)).unwrap_or(last);
    nodes.swap(last, larger);
    if let Some(rest) = nodes.get_mut(last + 1..) {
        rest.reverse();
    }
    true
}
