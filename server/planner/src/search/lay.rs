//! Lays a sequence of stops out as one bike's route, as it is given.

use super::ground::Ground;
use super::hand_out;
use super::route::Route;
use crate::plan::Round;
use crate::problem::{Problem, StopId};

/// One bike alone, with the orders of one round and perhaps one more.
pub struct Laid {
    pub ground: Ground,
    /// The round as given; idle if it has no stop.
    pub route: Route,
    /// The one more, as the ground names it.
    pub more: Option<u32>,
}

/// The ground of a round and one more order. Nothing if a stop is not there, or the round cannot be ridden so.
pub fn laid(problem: &Problem, bike: usize, stops: &[StopId], more: Option<usize>) -> Option<Laid> {
    let mut names: Vec<usize> = Vec::new();
    for stop in stops.iter().filter(|stop| matches!(stop, StopId::DropOff { .. })) {
        names.push(stop.order());
    }
    names.extend(more);
    let local = |name: usize| names.iter().position(|other| *other == name);
    let mut nodes: Vec<(usize, Option<usize>)> = Vec::with_capacity(stops.len());
    for stop in stops {
        nodes.push(match *stop {
            StopId::Pickup { order, pickup } => (local(order)?, Some(pickup)),
            StopId::DropOff { order } => (local(order)?, None),
        });
    }
    let more = more.and_then(|_| u32::try_from(names.len() - 1).ok());
    let alone = std::slice::from_ref(problem.bikes.get(bike)?);
    let ground = Ground::of(problem, names, alone, &mut || false)?;
    let mut route = Route::idle(&ground, 0);
    let node = |(order, pickup): (usize, Option<usize>)| {
        let nodes = ground.order(order as u32);
        pickup.map_or(nodes.drop_off, |pickup| nodes.first + pickup as u32)
    };
    if !nodes.is_empty() && !route.set(&ground, nodes.into_iter().map(node)) {
        return None;
    }
    Some(Laid { ground, route, more })
}

/// The round of a bike that rides these stops as they are given, left as late as keeps its end. Nothing if it cannot.
pub fn lay(problem: &Problem, bike: usize, stops: &[StopId]) -> Option<Round> {
    let Laid { ground, route, .. } = laid(problem, bike, stops, None)?;
    hand_out::round(problem, &ground, bike, &route)
}
