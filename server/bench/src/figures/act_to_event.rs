//! From a courier's act to the coordinator's board, while 200 couriers send as fast as they can.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;

use core_sync::domain::ids::RecordId;

use super::Measurement;
use super::idle_streams::request;
use crate::bench::Bench;
use crate::clock;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::http::Connection;
use crate::load::Lane;
use crate::median::percentile;
use crate::process::Server;
use crate::setting;

/// Couriers, each with a connection and a round.
const COURIERS: usize = 200;
/// Acts of each.
const ACTS: usize = 40;
/// What stands before the record that decides a stop, in the JSON of an event.
const DECIDED_BY: &str = "\"decided_by\":\"";
/// How long an event may take after the last act before it counts as lost.
const LATE_MAX: std::time::Duration = std::time::Duration::from_secs(20);

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[Figure {
        name: "act_to_event_p95_ms",
        unit: "ms",
        goal: Goal::AtMost(250.0),
        says: "From the first byte of the POST that brings an act until the event of its round, with that act or a \
               later one of the same stop, has come on an open stream of the board; 95 of 100 are faster. 200 couriers \
               on a connection and in a round each send one act a POST, the next when the one before was acknowledged: \
               this is the load, and each of their acts is counted.",
    }],
    measure,
};

/// When each act was sent, and when its event came, by record.
#[derive(Debug, Default)]
struct Times {
    sent: BTreeMap<RecordId, f64>,
    seen: BTreeMap<RecordId, f64>,
}

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    let server = Server::start()?;
    let mut phones = setting::phones(&server, bench.many(COURIERS), 1)?;
    let lanes: Result<Vec<Lane>, BenchError> = phones
        .iter_mut()
        .map(|phone| {
            (0..ACTS)
                .map(|_| {
                    phone.tap(1)?;
                    phone.ready()
                })
                .collect()
        })
        .collect();
    let lanes = lanes?;
    server.process().come_to_rest()?;
    let times = watched(&server, &lanes)?;
    let mut late_ms = Vec::new();
    for lane in &lanes {
        // The event of a later act shows the earlier ones too.
        let mut seen = f64::INFINITY;
        for record in lane.iter().rev().flat_map(|ready| ready.records.iter().rev()) {
            seen = times.seen.get(record).copied().unwrap_or(f64::INFINITY).min(seen);
            let sent = times.sent.get(record).copied().unwrap_or(f64::NAN);
            late_ms.push((seen - sent) * 1_000.0);
        }
    }
    let [half, most, all] = [50, 95, 100].map(|percent| percentile(&late_ms, percent));
    bench.say(&format!("{} acts: p50 {half:.0} ms, p95 {most:.0} ms, worst {all:.0} ms", late_ms.len()));
    Ok(vec![most])
}

/// Sends the lanes while a stream of the board is read.
fn watched(server: &Server, lanes: &[Lane]) -> Result<Times, BenchError> {
    let mut stream = Connection::open(&server.address)?;
    stream.send(&request(server))?;
    stream.head()?;
    // The snapshot: whatever comes after it is news.
    stream.event()?;
    let last: Vec<RecordId> = lanes.iter().filter_map(|lane| lane.last()?.records.last().copied()).collect();
    let (times, start, sent_all) =
        (Mutex::new(Times::default()), Barrier::new(lanes.len()), AtomicBool::new(false));
    let (times_of, begun) = (&times, clock::now());
    let at = move || (clock::now() - begun).as_secs_f64();
    thread::scope(|scope| {
        let reader = scope.spawn(|| read_events(&mut stream, times_of, &last, &sent_all, at));
        let mut senders = Vec::new();
        for lane in lanes {
            let start = &start;
            let mut connection = Connection::open(&server.address)?;
            senders.push(scope.spawn(move || -> Result<(), BenchError> {
                start.wait();
                for ready in lane {
                    let sent = at();
                    let answer = connection.exchange(&ready.bytes)?;
                    ready.check(&answer)?;
                    locked(times_of).sent.extend(ready.records.iter().map(|record| (*record, sent)));
                }
                Ok(())
            }));
        }
        for sender in senders {
            sender.join().unwrap_or_else(|_| Err(panicked()))?;
        }
        sent_all.store(true, Ordering::Release);
        reader.join().unwrap_or_else(|_| Err(panicked()))
    })?;
    Ok(times.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Reads events until the last act of every courier was seen.
fn read_events(
    stream: &mut Connection,
    times: &Mutex<Times>,
    last: &[RecordId],
    sent_all: &AtomicBool,
    at: impl Fn() -> f64,
) -> Result<(), BenchError> {
    let mut ended = None;
    let mut left: std::collections::BTreeSet<RecordId> = last.iter().copied().collect();
    while !left.is_empty() {
        let event = stream.event()?;
        let now = at();
        let event = String::from_utf8_lossy(&event);
        if event.starts_with("event: reset") {
            return Err(BenchError::Unexpected(
                "the board fell so far behind that it began again".to_owned(),
            ));
        }
        for (index, _) in event.match_indices(DECIDED_BY) {
            let rest = event.get(index + DECIDED_BY.len()..).unwrap_or_default();
            let Ok(record) = rest.split('"').next().unwrap_or_default().parse::<RecordId>() else { continue };
            left.remove(&record);
            locked(times).seen.entry(record).or_insert(now);
        }
        if sent_all.load(Ordering::Acquire) && now - *ended.get_or_insert(now) > LATE_MAX.as_secs_f64() {
            return Err(BenchError::Unexpected(format!("{} acts never came to the board", left.len())));
        }
    }
    Ok(())
}

fn locked(times: &Mutex<Times>) -> std::sync::MutexGuard<'_, Times> {
    times.lock().unwrap_or_else(PoisonError::into_inner)
}

fn panicked() -> BenchError {
    BenchError::Unexpected("a thread of the load panicked".to_owned())
}
