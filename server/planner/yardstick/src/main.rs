//! `yardstick`: a known solver on a problem in its own format, for `bench_planner --places`.
//!
//! It owns the call of vrp-pragmatic (Apache-2.0) and the time it is given. It measures nothing of what it
//! finds: the bench reads the sequences, rides them again by its own matrix and has them checked. It is a
//! crate apart, so that nothing of the product is ever compiled with that solver.

mod limit;

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::process::ExitCode;
use std::sync::Arc;

use limit::{Clock, Limit};
use vrp_pragmatic::core::prelude::{Solver, VrpConfigBuilder};
use vrp_pragmatic::core::rosomaxa::prelude::{DefaultRandom, Environment};
use vrp_pragmatic::core::rosomaxa::utils::Parallelism;
use vrp_pragmatic::format::problem::PragmaticProblem;
use vrp_pragmatic::format::solution::{PragmaticOutputType, write_pragmatic};

/// Said when the arguments are not known.
const USAGE: &str = "yardstick PROBLEM.json MATRIX.json SOLUTION.json SECONDS wall|processor";

fn main() -> ExitCode {
    let typed: Vec<String> = std::env::args().skip(1).collect();
    let Ok([problem, matrix, solution, seconds, clock]) = <[String; 5]>::try_from(typed) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let (Ok(seconds), Some(clock)) = (seconds.parse(), Clock::of(&clock)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match solve(&problem, &matrix, &solution, Limit::begin(clock, seconds)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("yardstick: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Plans with one thread; the reading of the problem counts as little as it does for the planner.
fn solve(problem: &str, matrix: &str, solution: &str, limit: Limit) -> Result<(), Box<dyn Error>> {
    let texts = (std::fs::read_to_string(problem)?, vec![std::fs::read_to_string(matrix)?]);
    let problem = Arc::new(texts.read_pragmatic().map_err(|error| error.to_string())?);
    let limit = Arc::new(limit.anew());
    let environment = Arc::new(Environment::new(
        Arc::new(DefaultRandom::new_repeatable()),
        Some(limit.clone()),
        Parallelism::new(1, 1),
        Arc::new(|_| {}),
        false,
    ));
    let config = VrpConfigBuilder::new(problem.clone())
        .set_environment(environment)
        .prebuild()?
        .with_termination(Box::new(limit::Ends(limit)))
        .build()?;
    let found = Solver::new(problem.clone(), config).solve()?;
    let mut file = BufWriter::new(File::create(solution)?);
    write_pragmatic(&problem, &found, PragmaticOutputType::OnlyPragmatic, &mut file)?;
    Ok(())
}
