//! Memory of a phone's core with three rounds, in a process that does nothing else.

use std::path::Path;
use std::process::Command;

use super::Measurement;
use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::office::Office;
use crate::phone::{Phone, ride};
use crate::process::{Server, memory_bytes};
use crate::setting;

/// Rounds on the phone.
const ROUNDS: usize = 3;
/// Stops of each.
const STOPS: usize = 20;
/// Acts in each.
const ACTS: usize = 40;
/// Bytes of a megabyte.
const MEGABYTE: f64 = 1_000_000.0;
/// What this program is told when it shall be that process.
pub const AS_PHONE: &str = "--as-phone";

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[Figure {
        name: "phone_core_3_rounds_mb",
        unit: "MB",
        goal: Goal::None,
        says: "The most resident memory of a process of its own that opens a real phone's folder with three rounds of \
               20 stops and 40 acts each, syncs, shows the day and every round and taps once; the program's own pages \
               among it.",
    }],
    measure,
};

fn measure(_bench: Bench) -> Result<Vec<f64>, BenchError> {
    let server = Server::start()?;
    let folder = server.beside("phone");
    {
        let mut office = Office::open(&server.address, &server.token, setting::random())?;
        let courier = office.courier()?;
        let mut phone = Phone::open(&folder)?;
        phone.enrol(&mut office, courier, &server.address)?;
        for _ in 0..ROUNDS {
            let view = office.round(courier, STOPS)?;
            phone.sync()?;
            for command in ride(&view).take(ACTS) {
                phone.tap(view.id, &command)?;
            }
        }
        phone.sync()?;
    }
    let this = std::env::current_exe().map_err(BenchError::doing("find this program"))?;
    let output = Command::new(this)
        .arg(AS_PHONE)
        .arg(&folder)
        .output()
        .map_err(BenchError::doing("start this program as a phone"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let bytes: f64 = said.trim().parse().map_err(|_| BenchError::Program {
        program: "the phone".to_owned(),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    })?;
    Ok(vec![bytes / MEGABYTE])
}

/// The process: does what a phone does and prints the most bytes that it had in memory.
pub fn be_a_phone(folder: &Path) -> Result<(), BenchError> {
    let mut phone = Phone::open(folder)?;
    phone.sync()?;
    let today = phone.session.today()?;
    if today.len() != ROUNDS {
        return Err(BenchError::Unexpected(format!("{} rounds on the phone", today.len())));
    }
    for round in &today {
        phone.session.round(round.round)?;
    }
    if let Some(round) = today.first() {
        phone.tap(round.round, &core_sync::domain::courier_command::CourierCommand::Pause(true))?;
    }
    println!("{}", memory_bytes("self", "VmHWM:")?);
    Ok(())
}
