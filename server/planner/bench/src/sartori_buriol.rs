//! Sartori & Buriol's text: headers, `NODES`, `EDGES` with minutes by street, `EOF`.
//!
//! A node is id, latitude, longitude, demand, earliest, latest, service, pickup, delivery. The number of
//! vehicles is free: as many as there are orders. Minutes are whole, so a tick is a minute.

use planner::{Aims, Bike, Capacity, Matrix, Order, Problem, Size, Stop};

use crate::instance::{Family, Instance};
use crate::numbers::Numbers;
use crate::read_error::ReadError;
use crate::scale::window;

/// Which part of the text a line is in.
#[derive(Debug, Clone, Copy)]
enum Part {
    Head,
    Nodes,
    Edges,
}

/// Reads an instance.
pub fn read(name: &str, text: &str) -> Result<Instance, ReadError> {
    let mut part = Part::Head;
    let mut capacity = None;
    let mut rows = Vec::new();
    let mut minutes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (part, line.trim()) {
            (_, "NODES") => part = Part::Nodes,
            (_, "EDGES") => part = Part::Edges,
            (_, "EOF") => break,
            (Part::Head, line) => {
                if let Some(value) = line.strip_prefix("CAPACITY:") {
                    capacity = value.trim().parse().ok();
                }
            }
            (Part::Nodes, line) => rows.push(Numbers::read(index + 1, line)),
            (Part::Edges, line) => {
                let row = Numbers::read(index + 1, line);
                for column in 0..row.count() {
                    minutes.push(row.count_at(column)?);
                }
            }
        }
    }
    let capacity = capacity.ok_or(ReadError::Line { line: 1, expected: "CAPACITY" })?;
    problem(&rows, capacity, minutes).map(|problem| Instance {
        name: name.to_owned(),
        family: Family::SartoriBuriol,
        problem,
        points: Vec::new(),
    })
}

fn problem(rows: &[Numbers], capacity: u32, minutes: Vec<u32>) -> Result<Problem, ReadError> {
    let depot = rows.first().ok_or(ReadError::Line { line: 1, expected: "NODES" })?;
    let mut orders = Vec::new();
    for row in rows.iter().skip(1) {
        let delivery = row.count_at(8)?;
        if delivery == 0 {
            continue;
        }
        let missing = ReadError::Line { line: row.line, expected: "a delivery that is there" };
        let delivery = rows.get(delivery as usize).ok_or(missing)?;
        let size = Size { litres: row.count_at(3)?, kilograms: 0 };
        let pickups = vec![(stop(row)?, size)];
        orders.push(Order { pickups, drop_off: stop(delivery)?, skills: 0, flags: 0 });
    }
    let bike = Bike {
        capacity: Capacity { litres: capacity, kilograms: 0 },
        shift: window(depot.float(4)?, depot.float(5)?, 1),
        ..Bike::default()
    };
    let bikes = vec![bike; orders.len()];
    let metres = vec![0; minutes.len()];
    let profiles = vec![Matrix::new(rows.len(), minutes, metres)?];
    Ok(Problem { orders, bikes, profiles, aims: Aims { fewest_bikes: true, ..Aims::default() } })
}

fn stop(row: &Numbers) -> Result<Stop, ReadError> {
    Ok(Stop {
        place: row.count_at(0)?,
        window: window(row.float(4)?, row.float(5)?, 1),
        service: row.count_at(6)?,
        approach: 0,
    })
}
