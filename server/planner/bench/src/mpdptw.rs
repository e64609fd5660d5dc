//! The text of the multi-pickup instances (Naccache, Coté & Coelho 2018): vehicles, capacity; then one
//! line a stop.
//!
//! A stop is id, x, y, demand, earliest, latest, service, kind (0 pickup, 1 delivery), request. The depot
//! comes first and has the request -1; ids are of no use, since depot and first stop may share one.

use std::collections::BTreeMap;

use planner::{Aims, Bike, Capacity, Order, Problem, Size, Stop};

use crate::instance::{Family, Instance};
use crate::numbers::Numbers;
use crate::read_error::ReadError;
use crate::scale::{FINE, euclidean, ticks, window};

#[derive(Debug, Default)]
struct Request {
    pickups: Vec<(Stop, Size)>,
    drop_off: Option<Stop>,
}

/// Reads an instance.
pub fn read(name: &str, text: &str) -> Result<Instance, ReadError> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let missing = ReadError::Line { line: 1, expected: "vehicles and capacity" };
    let (_, head) = lines.next().ok_or(missing)?;
    let head = Numbers::read(1, head);
    let mut points = Vec::new();
    let mut requests: BTreeMap<i64, Request> = BTreeMap::new();
    let mut shift = None;
    for (index, line) in lines {
        let row = Numbers::read(index + 1, line);
        let stop = Stop {
            place: points.len() as u32,
            window: window(row.float(4)?, row.float(5)?, FINE),
            service: ticks(row.float(6)?, FINE),
            approach: 0,
        };
        points.push((row.float(1)?, row.float(2)?));
        if shift.is_none() {
            shift = Some(stop.window);
            continue;
        }
        let request = requests.entry(row.whole(8)?).or_default();
        if row.whole(7)? == 0 {
            request.pickups.push((stop, Size { litres: row.count_at(3)?, kilograms: 0 }));
        } else {
            request.drop_off = Some(stop);
        }
    }
    let mut orders = Vec::new();
    for request in requests.into_values() {
        let missing = ReadError::Line { line: points.len(), expected: "a delivery for every request" };
        let drop_off = request.drop_off.ok_or(missing)?;
        orders.push(Order { pickups: request.pickups, drop_off, skills: 0, flags: 0 });
    }
    let bike = Bike {
        capacity: Capacity { litres: head.count_at(1)?, kilograms: 0 },
        shift: shift.ok_or(ReadError::Line { line: 2, expected: "the depot" })?,
        ..Bike::default()
    };
    let problem = Problem {
        orders,
        bikes: vec![bike; head.count_at(0)? as usize],
        profiles: vec![euclidean(&points)?],
        aims: Aims::default(),
    };
    Ok(Instance { name: name.to_owned(), family: Family::Mpdptw, problem, points })
}
