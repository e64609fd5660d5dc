//! The yardstick's own format: a problem and its matrix written, a solution read as sequences of stops.
//!
//! What it is asked is what our planner is asked: first all orders, then the least riding. Riding seconds are
//! its distances, which alone cost anything.

use planner::{Problem, StopId, Window};
use serde_json::{Value, json};

use super::trouble::Trouble;

/// Name of the one way of riding.
const PROFILE: &str = "bike";

/// Places that stops or hubs are at: its matrix must have no others.
fn places(problem: &Problem) -> Vec<u32> {
    let stops = problem.orders.iter().flat_map(|order| order.stops().map(|stop| stop.place));
    let mut places: Vec<u32> = stops.chain(problem.bikes.iter().map(|bike| bike.start)).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Ways between those places.
pub fn matrix(problem: &Problem) -> Value {
    let places = places(problem);
    let ways = || places.iter().flat_map(|from| places.iter().map(move |to| (*from, *to)));
    let ticks = |(from, to)| problem.profiles.first().and_then(|matrix| matrix.ticks(from, to));
    let seconds: Vec<u32> = ways().map(|way| ticks(way).unwrap_or_default()).collect();
    json!({ "profile": PROFILE, "travelTimes": seconds, "distances": seconds })
}

/// Orders and bikes; all bikes are as the first.
pub fn problem(problem: &Problem) -> Value {
    let places = places(problem);
    let at = |place: u32| json!({ "index": places.binary_search(&place).unwrap_or_default() });
    let task = |stop: &planner::Stop, tag: usize, litres: u64, kilograms: u64| {
        json!({
            "places": [{
                "location": at(stop.place),
                "duration": f64::from(stop.service),
                "times": [times(stop.window)],
                "tag": tag.to_string(),
            }],
            "demand": [litres, kilograms],
        })
    };
    let job = |(index, order): (usize, &planner::Order)| {
        let pickups = order.pickups.iter().enumerate().map(|(pickup, (stop, size))| {
            task(stop, pickup, u64::from(size.litres), u64::from(size.kilograms))
        });
        let (litres, kilograms) = order.size();
        json!({
            "id": index.to_string(),
            "pickups": pickups.collect::<Vec<_>>(),
            "deliveries": [task(&order.drop_off, order.pickups.len(), litres, kilograms)],
        })
    };
    let jobs: Vec<Value> = problem.orders.iter().enumerate().map(job).collect();
    let vehicles = problem.bikes.first().map(|bike| {
        let [start, end] = times(bike.shift);
        json!({
            "typeId": PROFILE,
            "vehicleIds": (0..problem.bikes.len()).map(|bike| bike.to_string()).collect::<Vec<_>>(),
            "profile": { "matrix": PROFILE },
            "costs": { "fixed": 0.0, "distance": 1.0, "time": 0.0 },
            "shifts": [{
                "start": { "earliest": start, "location": at(bike.start) },
                "end": { "latest": end, "location": at(bike.start) },
            }],
            "capacity": [bike.capacity.litres, bike.capacity.kilograms],
        })
    });
    json!({
        "plan": { "jobs": jobs },
        "fleet": { "vehicles": [vehicles], "profiles": [{ "name": PROFILE }] },
        "objectives": [{ "type": "minimize-unassigned" }, { "type": "minimize-cost" }],
    })
}

/// The bikes' sequences of a solution; orders that are in none are left out.
pub fn sequences(problem: &Problem, solution: &Value) -> Result<Vec<(usize, Vec<StopId>)>, Trouble> {
    let wrong = |what: &str| Trouble::Yardstick(format!("its solution has no {what}"));
    let mut sequences = Vec::new();
    for tour in solution["tours"].as_array().ok_or_else(|| wrong("tours"))? {
        let bike = tour["vehicleId"].as_str().and_then(|id| id.parse().ok());
        let mut stops = Vec::new();
        for stop in tour["stops"].as_array().ok_or_else(|| wrong("stops"))? {
            for activity in stop["activities"].as_array().ok_or_else(|| wrong("activities"))? {
                let Some(order) = activity["jobId"].as_str().and_then(|id| id.parse::<usize>().ok()) else {
                    continue;
                };
                let tag: Option<usize> = activity["jobTag"].as_str().and_then(|tag| tag.parse().ok());
                let pickup = tag.ok_or_else(|| wrong("tag"))?;
                let asked = problem.orders.get(order).ok_or_else(|| wrong("such order"))?;
                stops.push(match pickup < asked.pickups.len() {
                    true => StopId::Pickup { order, pickup },
                    false => StopId::DropOff { order },
                });
            }
        }
        sequences.push((bike.ok_or_else(|| wrong("vehicle"))?, stops));
    }
    Ok(sequences)
}

/// A window on the first day of Unix time.
fn times(window: Window) -> [String; 2] {
    let text = |seconds: u32| {
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        format!("1970-01-01T{hours:02}:{minutes:02}:{:02}Z", seconds % 60)
    };
    [text(window.earliest), text(window.latest)]
}
