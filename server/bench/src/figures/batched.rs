//! Acts a second that the server makes durable when phones bring many at once: after a tunnel, after a day offline.

use super::Measurement;
use crate::bench::Bench;
use crate::courier_phone::CourierPhone;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::load::{self, Lane, Load};
use crate::median::median;
use crate::process::Server;
use crate::{bare, setting};

/// Acts of a request.
const ACTS: usize = 300;
/// Stops of a round.
const STOPS: usize = 10;
/// Requests that are timed together.
const REQUESTS: usize = 128;
/// How often.
const TIMES: usize = 3;
/// Connections: enough that a commit finds others waiting.
const LANES: usize = 16;
/// Requests of 300 acts that bring a document to 2,000 records and some.
const FILLS_OF_LARGE: usize = 7;
/// Requests that are timed on large documents.
const REQUESTS_LARGE: usize = 64;

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[
        Figure {
            name: "durable_acts_per_s_batched",
            unit: "acts/s",
            goal: Goal::AtLeast(50_000.0),
            says: "Acts acknowledged a second by the real server as its own process, over HTTP on 16 connections: 300 \
                   acts a POST as a phone mints, signs and compresses them (made before the clock starts), each into \
                   another document that holds 300 acts of 10 stops already; guarded, and committed with synchronous \
                   FULL before the answer. The senders share the processors. Median of 3 times 128 POSTs.",
        },
        Figure {
            name: "durable_acts_per_s_batched_2000",
            unit: "acts/s",
            goal: Goal::None,
            says: "The same with documents that hold 2,100 acts already; 64 POSTs, once.",
        },
        Figure {
            name: "server_cpu_s_per_10k_acts_batched",
            unit: "s",
            goal: Goal::None,
            says: "Processor seconds, user and system, of the server's process for 10,000 acts of \
                   durable_acts_per_s_batched; whatever it does beside the requests is in it.",
        },
    ],
    measure,
};

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    let server = Server::start()?;
    say_bare(bench, &server)?;
    let small = loads(bench, &server, 1, bench.many(REQUESTS), TIMES)?;
    let large = loads(bench, &server, FILLS_OF_LARGE, bench.many(REQUESTS_LARGE), 1)?;
    let of = |loads: &[Load], value: fn(&Load) -> f64| median(&loads.iter().map(value).collect::<Vec<_>>());
    Ok(vec![of(&small, Load::acts_per_s), of(&large, Load::acts_per_s), of(&small, Load::cpu_s_per_10k)])
}

/// What the machine does without the product, to hold the absolute figures beside.
pub fn say_bare(bench: Bench, server: &Server) -> Result<(), BenchError> {
    let folder = server.beside("bare");
    std::fs::create_dir(&folder).map_err(BenchError::file("make", &folder))?;
    let commits = bare::commits_per_s(&folder)?;
    let verifications = bare::verifications_per_s();
    bench.say(&format!(
        "bare machine now: {commits:.0} commits/s one by one, {verifications:.0} signatures/s checked on a thread"
    ));
    Ok(())
}

/// Loads of so many requests, each into a document that so many requests went into before.
fn loads(
    bench: Bench,
    server: &Server,
    fills: usize,
    requests: usize,
    times: usize,
) -> Result<Vec<Load>, BenchError> {
    bench.say(&format!("making {} rounds and {fills} x {ACTS} acts in each", requests * times));
    let mut phones = setting::phones(server, requests * times, STOPS)?;
    for _ in 0..fills {
        load::run(server, &lanes(&mut phones)?)?;
    }
    let mut loads = Vec::new();
    for phones in phones.chunks_mut(requests) {
        let lanes = lanes(phones)?;
        server.process().come_to_rest()?;
        let load = load::run(server, &lanes)?;
        bench.say(&format!("{:.0} acts in {:.2} s: {:.0} acts/s", load.acts, load.wall_s, load.acts_per_s()));
        loads.push(load);
    }
    Ok(loads)
}

/// A request of each phone, dealt out to the lanes.
fn lanes(phones: &mut [CourierPhone]) -> Result<Vec<Lane>, BenchError> {
    let mut lanes: Vec<Lane> = vec![Lane::new(); LANES.min(phones.len())];
    let count = lanes.len();
    for (index, phone) in phones.iter_mut().enumerate() {
        phone.tap(ACTS)?;
        let ready = phone.ready()?;
        if let Some(lane) = lanes.get_mut(index % count) {
            lane.push(ready);
        }
    }
    Ok(lanes)
}
