//! A known solver beside ours: its program is started, its solution ridden again and checked.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use planner::{Plan, Problem, check};

use super::pragmatic;
use super::ride::ridden;
use super::trouble::Trouble;
use crate::clock::Clock;

/// Said where there is no program.
pub const MISSING: &str = "NOT COMPARED: no other solver was run. Build one with \
    `cargo build --release --package yardstick` (some minutes, 40 crates) and pass it: `--yardstick PROGRAM`; \
    `cargo xtask bench planner --places DIR` does both.";

/// Plans with the yardstick for so long; its plan passed our checker.
pub fn planned(program: &Path, problem: &Problem, clock: Clock, time: Duration) -> Result<Plan, Trouble> {
    let folder = tempfile::tempdir()?;
    let [asked, matrix, solution] =
        ["problem.json", "matrix.json", "solution.json"].map(|name| folder.path().join(name));
    std::fs::write(&asked, pragmatic::problem(problem).to_string())?;
    std::fs::write(&matrix, pragmatic::matrix(problem).to_string())?;
    let clock = match clock {
        Clock::Wall => "wall",
        Clock::Processor => "processor",
    };
    let status = Command::new(program)
        .args([&asked, &matrix, &solution])
        .args([&time.as_secs_f64().to_string(), clock])
        // It speaks while it reads, whoever listens.
        .stdout(Stdio::null())
        .stdin(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(Trouble::Yardstick(format!("{} ended with {status}", program.display())));
    }
    let text = std::fs::read_to_string(&solution)?;
    let solution = serde_json::from_str(&text).map_err(|error| Trouble::Yardstick(error.to_string()))?;
    let plan = ridden(problem, pragmatic::sequences(problem, &solution)?);
    check(problem, &plan).map_err(|fault| Trouble::Yardstick(format!("its plan was refused: {fault}")))?;
    Ok(plan)
}
