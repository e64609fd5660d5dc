//! A load: lanes of prepared requests, a connection and a thread each, each request sent when the one before it was
//! answered. What is counted is what the server acknowledged.

use std::sync::Barrier;
use std::thread;

use crate::clock;
use crate::courier_phone::Ready;
use crate::error::BenchError;
use crate::http::{Answer, Connection};
use crate::process::Server;

/// What one connection sends.
pub type Lane = Vec<Ready>;

/// What a load came to.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Acts that are on the server's disk now and were not before.
    pub acts: f64,
    /// From the first request to the last answer.
    pub wall_s: f64,
    /// What the server's process used of processors meanwhile.
    pub cpu_s: f64,
}

impl Load {
    /// Acts a second.
    pub fn acts_per_s(&self) -> f64 {
        self.acts / self.wall_s
    }

    /// Seconds of the server's processor for 10,000 acts.
    pub fn cpu_s_per_10k(&self) -> f64 {
        self.cpu_s / self.acts * 10_000.0
    }
}

/// Sends the lanes side by side. Every answer is checked, after the clock has stopped.
pub fn run(server: &Server, lanes: &[Lane]) -> Result<Load, BenchError> {
    Ok(run_over(server, &server.address, lanes)?.0)
}

/// The same, to this address instead of the server's own; with the answers.
pub fn run_over(server: &Server, address: &str, lanes: &[Lane]) -> Result<(Load, Vec<Answer>), BenchError> {
    let start = Barrier::new(lanes.len() + 1);
    let connections: Result<Vec<Connection>, BenchError> =
        lanes.iter().map(|_| Connection::open(address)).collect();
    let (wall_s, cpu_s, answers) = thread::scope(|scope| {
        let threads: Vec<_> = lanes
            .iter()
            .zip(connections?)
            .map(|(lane, mut connection)| {
                let start = &start;
                scope.spawn(move || -> Result<Vec<Answer>, BenchError> {
                    start.wait();
                    lane.iter().map(|ready| connection.exchange(&ready.bytes)).collect()
                })
            })
            .collect();
        let cpu_before = server.process().cpu_s()?;
        start.wait();
        let begun = clock::now();
        let answers: Vec<Result<Vec<Answer>, BenchError>> =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(panicked()))).collect();
        let wall_s = (clock::now() - begun).as_secs_f64();
        Ok::<_, BenchError>((wall_s, server.process().cpu_s()? - cpu_before, answers))
    })?;
    let mut acts = 0;
    let mut all = Vec::new();
    for (lane, answers) in lanes.iter().zip(answers) {
        for (ready, answer) in lane.iter().zip(answers?) {
            ready.check(&answer)?;
            acts += ready.records.len();
            all.push(answer);
        }
    }
    Ok((Load { acts: acts as f64, wall_s, cpu_s }, all))
}

fn panicked() -> BenchError {
    BenchError::Unexpected("a thread of the load panicked".to_owned())
}
