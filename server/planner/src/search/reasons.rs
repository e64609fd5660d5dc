//! Why an order was left out.

use super::grid::FAR;
use super::ground::Ground;
use super::kind::Kind;
use super::recreate::{Asked, price};
use super::route::Route;
use super::scratch::{NEVER, Scratch};
use crate::left_out::Reason;
use crate::problem::{Order, Problem};

/// Ways of placing the order's pickups that are tried, before it is said that there is none.
const WAYS: u64 = 64;

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
    let mut scratch = Scratch::default();
    (0..ground.kinds.len() as u32).any(|kind| {
        let idle = Route::idle(ground, kind);
        ground.kinds.get(kind as usize).is_some_and(|kind| kind.may_take(order))
            && (0..WAYS).any(|way| {
                let asked = Asked { order: index as u32, way, limit: NEVER };
                price(ground, &idle, asked, &mut scratch) < NEVER
            })
    })
}
