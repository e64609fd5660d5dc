//! `bench_planner`: plans a folder of published instances and says what holds.
//!
//! It owns its arguments and what is printed. `cargo xtask bench planner` builds and starts it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use planner_bench::{BestKnown, Clock, Figure, Instance, Limit, Run, figures, read_folder, run};

/// Said when the arguments are not known.
const USAGE: &str = "bench_planner --instances DIR --seconds S [--steps N] [--json FILE] \
    [--seeds N] [--only PART_OF_A_NAME] [--clock wall|processor]";

/// What was asked for.
#[derive(Debug)]
struct Arguments {
    instances: PathBuf,
    limit: Limit,
    json: Option<PathBuf>,
    seeds: u64,
    only: String,
}

fn main() -> ExitCode {
    let Some(arguments) = arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match bench(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("bench_planner: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprint!(": {error}");
                cause = error.source();
            }
            eprintln!();
            ExitCode::FAILURE
        }
    }
}

fn arguments(mut typed: impl Iterator<Item = String>) -> Option<Arguments> {
    let (mut instances, mut seconds, mut json) = (None, None, None);
    let (mut steps, mut seeds, mut only) = (None, 3, String::new());
    let mut clock = Clock::Wall;
    while let Some(name) = typed.next() {
        let value = typed.next()?;
        match name.as_str() {
            "--instances" => instances = Some(PathBuf::from(value)),
            "--seconds" => {
                let asked: f64 = value.parse().ok()?;
                seconds = Some(Duration::try_from_secs_f64(asked).ok().filter(|time| !time.is_zero())?);
            }
            "--steps" => steps = Some(value.parse().ok()?),
            "--json" => json = Some(PathBuf::from(value)),
            "--seeds" => seeds = value.parse().ok().filter(|seeds| *seeds > 0)?,
            "--only" => only = value,
            "--clock" if value == "wall" => clock = Clock::Wall,
            "--clock" if value == "processor" => clock = Clock::Processor,
            _ => return None,
        }
    }
    let limit = Limit { clock, time: seconds?, steps };
    Some(Arguments { instances: instances?, limit, json, seeds, only })
}

fn bench(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let best = BestKnown::read_near(&arguments.instances)?;
    let instances = read_folder(&arguments.instances, &arguments.only)?;
    let mut all: Vec<(&Instance, Vec<Run>)> = Vec::new();
    for instance in &instances {
        let mut runs = Vec::new();
        for seed in 1..=arguments.seeds {
            runs.push(run(instance, best.of(&instance.name), seed, arguments.limit)?);
        }
        writeln!(std::io::stdout(), "{}", line(instance, &runs))?;
        all.push((instance, runs));
    }
    let figures = figures(&all);
    for figure in &figures {
        writeln!(std::io::stdout(), "{}", figure.line())?;
    }
    if let Some(path) = &arguments.json {
        let list: Vec<serde_json::Value> = figures.iter().map(Figure::json).collect();
        std::fs::write(path, serde_json::to_string_pretty(&list)?)?;
    }
    Ok(())
}

/// One line an instance: the best known, then each seed's vehicles, length and gap.
fn line(instance: &Instance, runs: &[Run]) -> String {
    let mut text = format!("{:<14}", instance.name);
    if let Some(best) = runs.first().and_then(|run| run.best) {
        let vehicles = best.vehicles.map(|vehicles| vehicles.to_string()).unwrap_or_default();
        text.push_str(&format!(" best {vehicles:>2} {:>9.2} |", best.cost));
    }
    for run in runs {
        let gap = run.gap().map_or("-".to_owned(), |gap| format!("{gap:+.3}"));
        text.push_str(&format!(
            " {:>2} {:>9.2} {gap:>7} % {:>7} steps |",
            run.vehicles, run.length, run.steps
        ));
        if run.left_out > 0 {
            text.push_str(&format!(" {} left out", run.left_out));
        }
        if let Some(fault) = &run.fault {
            text.push_str(&format!(" REFUSED: {fault}"));
        }
    }
    text
}
