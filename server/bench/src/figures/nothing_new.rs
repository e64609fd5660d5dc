//! Bytes of a sync when nothing is new: what a phone pays for asking.

use super::Measurement;
use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::office::Office;
use crate::phone::Phone;
use crate::process::Server;
use crate::relay::Relay;
use crate::setting;

/// Rounds on the phone.
const ROUNDS: usize = 3;
/// Stops of each.
const STOPS: usize = 12;

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[
        Figure {
            name: "nothing_new_bytes_up",
            unit: "bytes",
            goal: Goal::AtMost(200.0),
            says: "Body of the one request of a real phone with three rounds when neither side has anything new, as it \
                   passes a relay; without the HTTP head.",
        },
        Figure {
            name: "nothing_new_bytes_down",
            unit: "bytes",
            goal: Goal::AtMost(200.0),
            says: "Body of the answer to that request, as it passes the relay; without the HTTP head.",
        },
    ],
    measure,
};

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    let server = Server::start()?;
    let relay = Relay::start(&server.address)?;
    let mut office = Office::open(&server.address, &server.token, setting::random())?;
    let courier = office.courier()?;
    for _ in 0..ROUNDS {
        office.round(courier, STOPS)?;
    }
    let mut phone = Phone::open(&server.beside("phone"))?;
    phone.enrol(&mut office, courier, &relay.address)?;
    phone.sync()?;
    let rounds = phone.session.today()?;
    if rounds.len() != ROUNDS || rounds.iter().any(|round| round.stops.len() != STOPS) {
        return Err(BenchError::Unexpected(format!("{} rounds on the phone", rounds.len())));
    }
    relay.forget();
    phone.sync()?;
    let (up, down) = relay.passed();
    if (up.count, down.count) != (1, 1) {
        return Err(BenchError::Unexpected(format!("{} requests for nothing new", up.count)));
    }
    bench.say(&format!(
        "with their heads: {} up, {} down",
        up.head_bytes + up.body_bytes,
        down.head_bytes + down.body_bytes
    ));
    Ok(vec![up.body_bytes as f64, down.body_bytes as f64])
}
