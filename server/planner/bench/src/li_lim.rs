//! Li & Lim's text: vehicles, capacity, speed; then one line a stop.
//!
//! A stop is id, x, y, demand, earliest, latest, service, pickup, delivery: on a pickup's line the last
//! number is its delivery. The stop 0 is the depot; its latest is the end of every route.

use std::collections::BTreeMap;

use planner::{Aims, Bike, Capacity, Order, Problem, Size, Stop};

use crate::instance::{Family, Instance};
use crate::numbers::Numbers;
use crate::read_error::ReadError;
use crate::scale::{FINE, euclidean, ticks, window};

/// Reads an instance.
pub fn read(name: &str, text: &str) -> Result<Instance, ReadError> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let missing = ReadError::Line { line: 1, expected: "vehicles and capacity" };
    let (_, head) = lines.next().ok_or(missing)?;
    let head = Numbers::read(1, head);
    let rows: Vec<Numbers> = lines.map(|(index, line)| Numbers::read(index + 1, line)).collect();
    let (vehicles, capacity) = (head.count_at(0)?, head.count_at(1)?);
    let depot = rows.first().ok_or(ReadError::Line { line: 2, expected: "the depot" })?;
    let mut points = Vec::new();
    let mut stops = BTreeMap::new();
    for row in &rows {
        let stop = Stop {
            place: points.len() as u32,
            window: window(row.float(4)?, row.float(5)?, FINE),
            service: ticks(row.float(6)?, FINE),
            approach: 0,
        };
        stops.insert(row.whole(0)?, stop);
        points.push((row.float(1)?, row.float(2)?));
    }
    let mut orders = Vec::new();
    for row in rows.iter().skip(1).filter(|row| row.whole(8).is_ok_and(|delivery| delivery != 0)) {
        let named = |id: i64| {
            stops
                .get(&id)
                .copied()
                .ok_or(ReadError::Line { line: row.line, expected: "a delivery that is there" })
        };
        let size = Size { litres: row.count_at(3)?, kilograms: 0 };
        orders.push(Order {
            pickups: vec![(named(row.whole(0)?)?, size)],
            drop_off: named(row.whole(8)?)?,
            skills: 0,
            flags: 0,
        });
    }
    let bike = Bike {
        capacity: Capacity { litres: capacity, kilograms: 0 },
        shift: window(depot.float(4)?, depot.float(5)?, FINE),
        ..Bike::default()
    };
    let problem = Problem {
        orders,
        bikes: vec![bike; vehicles as usize],
        profiles: vec![euclidean(&points)?],
        aims: Aims { fewest_bikes: true, ..Aims::default() },
    };
    Ok(Instance { name: name.to_owned(), family: Family::LiLim, problem, points })
}
