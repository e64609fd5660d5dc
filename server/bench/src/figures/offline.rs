//! Bytes of a day offline: 300 acts in one request.

use core_sync::domain::kind::MapName;
use core_sync::round_doc::mint::{NewRecord, mint};
use core_sync::sync::outbox::first_tip;

use super::Measurement;
use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::office::Office;
use crate::phone::{Phone, ride};
use crate::process::Server;
use crate::relay::Relay;
use crate::setting;

/// Acts that were tapped without network.
const ACTS: usize = 300;
/// Stops of the round.
const STOPS: usize = 60;

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[Figure {
        name: "offline_300_acts_bytes_over_raw",
        unit: "times",
        goal: Goal::AtMost(0.25),
        says: "Body of the one request, as it passes a relay, with which a real phone brings 300 acts that it tapped \
               offline in a round of 60 stops (signed, with its delegation, compressed), over the bytes of 300 \
               unsigned Automerge changes of one act each. All of them have to be in the server's log after it.",
    }],
    measure,
};

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    let server = Server::start()?;
    let relay = Relay::start(&server.address)?;
    let mut office = Office::open(&server.address, &server.token, setting::random())?;
    let courier = office.courier()?;
    let view = office.round(courier, STOPS)?;
    let mut phone = Phone::open(&server.beside("phone"))?;
    phone.enrol(&mut office, courier, &relay.address)?;
    phone.sync()?;
    for command in ride(&view).take(ACTS) {
        phone.tap(view.id, &command)?;
    }
    let device = phone.session.enrolled()?.identity.device;
    let mut raw_bytes = 0;
    for act in phone.session.queue()? {
        let record = NewRecord { map: MapName::Facts, id: act.record, bytes: act.bytes };
        raw_bytes += mint(&act.document, device, &first_tip(&act.document), &[record])?.bytes.len();
    }
    relay.forget();
    phone.sync()?;
    let (up, down) = relay.passed();
    if up.count != 1 || !phone.session.queue()?.is_empty() {
        return Err(BenchError::Unexpected(format!("{} requests, and acts are left", up.count)));
    }
    bench.say(&format!("{} bytes up, {} down, {raw_bytes} raw", up.body_bytes, down.body_bytes));
    Ok(vec![up.body_bytes as f64 / raw_bytes as f64])
}
