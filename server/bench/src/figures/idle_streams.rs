//! Memory of ten thousand boards that are open and hear nothing.

use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};

use super::Measurement;
use crate::bench::Bench;
use crate::error::BenchError;
use crate::figure::{Figure, Goal};
use crate::http::{Connection, status};
use crate::office::Office;
use crate::process::Server;
use crate::{clock, setting};

/// Streams.
const STREAMS: usize = 10_000;
/// What the last stream needs to have its snapshot behind it.
const SETTLED: Duration = Duration::from_secs(2);
/// The status of an answer that is one.
const OK: u16 = 200;
/// Bytes of a megabyte.
const MEGABYTE: f64 = 1_000_000.0;

pub const MEASUREMENT: Measurement = Measurement {
    figures: &[Figure {
        name: "idle_streams_10k_mb",
        unit: "MB",
        goal: Goal::AtMost(100.0),
        says: "Resident memory that the server's process gains by 10,000 event streams of one board, each of which has \
               its snapshot and hears nothing more; without TLS, and without what the kernel keeps for their sockets. \
               Where the server takes fewer, what those take, times 10,000 over their number.",
    }],
    measure,
};

fn measure(bench: Bench) -> Result<Vec<f64>, BenchError> {
    raise_handles();
    let server = Server::start()?;
    let mut office = Office::open(&server.address, &server.token, setting::random())?;
    let courier = office.courier()?;
    office.round(courier, 2)?;
    // What the first streams make once and for all is not a stream's.
    let mut streams = vec![stream(&server)?];
    let before = server.process().memory_bytes()?;
    let wanted = bench.many(STREAMS);
    for _ in 0..wanted {
        match stream(&server) {
            Ok(stream) => streams.push(stream),
            Err(BenchError::Answer { .. }) => break,
            Err(error) => return Err(error),
        }
    }
    // Not until it is at rest: with so many streams there is always one whose silence is kept alive.
    clock::pause(SETTLED);
    let gained = server.process().memory_bytes()? - before;
    let open = (streams.len() - 1) as f64;
    bench.say(&format!("{open} streams of {wanted} are open, {:.1} kB each", gained / open / 1_000.0));
    if open < 1.0 {
        return Err(BenchError::Unexpected("no stream could be opened".to_owned()));
    }
    Ok(vec![gained / open * STREAMS as f64 / MEGABYTE])
}

/// A stream that has its snapshot.
pub fn stream(server: &Server) -> Result<Connection, BenchError> {
    let mut connection = Connection::open(&server.address)?;
    connection.send(&request(server))?;
    let head = connection.head()?;
    let status = status(&head);
    if status != OK {
        return Err(BenchError::Answer { path: PATH.to_owned(), status, said: head });
    }
    connection.event()?;
    Ok(connection)
}

/// The stream's route.
pub const PATH: &str = "/v1/board/stream";

/// The request that opens a stream.
pub fn request(server: &Server) -> Vec<u8> {
    crate::http::request("GET", PATH, &format!("authorization: Bearer {}\r\n", server.token), &[])
}

/// As many open sockets as the system lets this program have. If it does not, opening them says so.
fn raise_handles() {
    let limit = getrlimit(Resource::Nofile);
    let _unchanged = setrlimit(Resource::Nofile, rustix::process::Rlimit { current: limit.maximum, ..limit });
}
