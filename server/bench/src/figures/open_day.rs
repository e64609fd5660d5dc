//! How long a phone takes to show a long day when the app is opened.

use core_sync::domain::ids::RoundId;

use super::Measurement;
use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::median::median;
use crate::office::Office;
use crate::phone::{Phone, ride};
use crate::process::Server;
use crate::{clock, setting};

/// Stops of the round.
const STOPS: usize = 60;
/// Acts that were tapped: half of the day, a sync now and then.
const ACTS: usize = 60;
/// Acts between two syncs.
const BETWEEN_SYNCS: usize = 3;
/// Times that it is opened.
const TIMES: usize = 20;

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[Figure {
        name: "open_day_60_stops_ms",
        unit: "ms",
        goal: Goal::Below(50.0),
        says: "From opening a real phone's folder until its day stands there to be drawn (`today`): one round of 60 \
               stops with their cards and 60 acts, synced in threes. The process is warm. Median of 20.",
    }],
    measure,
};

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    let server = Server::start()?;
    let folder = server.beside("phone");
    day_on_phone(&server, &folder, STOPS, ACTS)?;
    let mut times = Vec::new();
    for _ in 0..bench.many(TIMES) {
        let (seconds, shown) = clock::timed(|| {
            let phone = Phone::open(&folder)?;
            Ok::<_, BenchError>(phone.session.today()?)
        });
        let stops = shown?.first().map_or(0, |round| round.stops.len());
        if stops != STOPS {
            return Err(BenchError::Unexpected(format!("{stops} stops are shown")));
        }
        times.push(seconds * 1_000.0);
    }
    Ok(vec![median(&times)])
}

/// A phone with a round of so many stops and so many acts, synced.
pub fn day_on_phone(
    server: &Server,
    folder: &std::path::Path,
    stops: usize,
    acts: usize,
) -> Result<RoundId, BenchError> {
    let mut office = Office::open(&server.address, &server.token, setting::random())?;
    let courier = office.courier()?;
    let view = office.round(courier, stops)?;
    let mut phone = Phone::open(folder)?;
    phone.enrol(&mut office, courier, &server.address)?;
    phone.sync()?;
    for (index, command) in ride(&view).take(acts).enumerate() {
        phone.tap(view.id, &command)?;
        if index % BETWEEN_SYNCS == 0 {
            phone.sync()?;
        }
    }
    phone.sync()?;
    Ok(view.id)
}
