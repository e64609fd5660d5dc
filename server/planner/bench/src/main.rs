//! `bench_planner`: plans a folder of published instances, or days between real places, and says what holds.
//!
//! It owns its arguments and what is printed. `cargo xtask bench planner` builds and starts it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use planner_bench::{
    BestKnown, Clock, Figure, Instance, Limit, Places, Run, bench_places, figures, not_compared, read_folder,
    run,
};

/// Said when the arguments are not known.
const USAGE: &str = "bench_planner --instances DIR --seconds S [--steps N] [--json FILE] \
    [--seeds N] [--only PART_OF_A_NAME] [--clock wall|processor]\n\
    bench_planner --places DIR [--seconds S] [--json FILE] [--seeds N] [--clock wall|processor] \
    [--yardstick PROGRAM]";

/// Seconds of a day's plan, if nobody says: what a coordinator waits for.
const PLACES_SECONDS: Duration = Duration::from_secs(5);

/// What was asked for.
#[derive(Debug)]
struct Arguments {
    work: Work,
    json: Option<PathBuf>,
}

#[derive(Debug)]
enum Work {
    Instances { folder: PathBuf, limit: Limit, seeds: u64, only: String },
    Places(Places),
}

fn main() -> ExitCode {
    let arguments = match arguments(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(said) => {
            eprintln!("bench_planner: {said}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run_and_tell(&arguments) {
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

/// What was typed, or what is wrong with it.
fn arguments(mut typed: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let (mut instances, mut seconds, mut json) = (None, None, None);
    let (mut places, mut yardstick) = (None, None);
    let (mut steps, mut seeds, mut only) = (None, 3, String::new());
    let mut clock = Clock::Wall;
    while let Some(name) = typed.next() {
        let value = typed.next().ok_or_else(|| format!("nothing stands after {name}"))?;
        let wrong = |expected: &str| format!("{name} {value}: {expected} was expected");
        match name.as_str() {
            "--places" => places = Some(PathBuf::from(value)),
            "--yardstick" => yardstick = Some(PathBuf::from(value)),
            "--instances" => instances = Some(PathBuf::from(value)),
            "--seconds" => {
                let asked: Option<f64> = value.parse().ok();
                let time = asked.and_then(|asked| Duration::try_from_secs_f64(asked).ok());
                let time = time.filter(|time| !time.is_zero());
                seconds = Some(time.ok_or_else(|| wrong("a number of seconds, more than 0,"))?);
            }
            "--steps" => steps = Some(value.parse().map_err(|_| wrong("a number of steps"))?),
            "--json" => json = Some(PathBuf::from(value)),
            "--seeds" => {
                seeds = value.parse().ok().filter(|seeds| *seeds > 0).ok_or_else(|| wrong("1 or more"))?
            }
            "--only" => only = value,
            "--clock" if value == "wall" => clock = Clock::Wall,
            "--clock" if value == "processor" => clock = Clock::Processor,
            "--clock" => return Err(wrong("wall or processor")),
            _ => return Err(format!("{name} is not known")),
        }
    }
    let work = match (instances, places) {
        (Some(folder), None) if yardstick.is_none() => Work::Instances {
            folder,
            limit: Limit { clock, time: seconds.ok_or("--seconds is missing")?, steps },
            seeds,
            only,
        },
        (None, Some(folder)) if steps.is_none() && only.is_empty() => {
            let time = seconds.unwrap_or(PLACES_SECONDS);
            Work::Places(Places { folder, yardstick, seeds, clock, time })
        }
        (None, None) => return Err("--instances DIR or --places DIR is missing".to_owned()),
        (Some(_), Some(_)) => return Err("--instances and --places do not go together".to_owned()),
        (Some(_), None) => return Err("--yardstick goes with --places".to_owned()),
        (None, Some(_)) => return Err("--steps and --only go with --instances".to_owned()),
    };
    Ok(Arguments { work, json })
}

fn run_and_tell(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let figures = match &arguments.work {
        Work::Instances { folder, limit, seeds, only } => bench_instances(folder, *limit, *seeds, only)?,
        Work::Places(places) => bench_places(places, &mut std::io::stdout())?,
    };
    for figure in &figures {
        writeln!(std::io::stdout(), "{}", figure.line())?;
    }
    if let Some(path) = &arguments.json {
        let list: Vec<serde_json::Value> = figures.iter().map(Figure::json).collect();
        std::fs::write(path, serde_json::to_string_pretty(&list)?)?;
    }
    Ok(())
}

fn bench_instances(
    folder: &Path,
    limit: Limit,
    seeds: u64,
    only: &str,
) -> Result<Vec<Figure>, Box<dyn std::error::Error>> {
    let best = BestKnown::read_near(folder)?;
    let instances = read_folder(folder, only)?;
    let mut all: Vec<(&Instance, Vec<Run>)> = Vec::new();
    let many = instances.len();
    for (number, instance) in (1..).zip(&instances) {
        let mut runs = Vec::new();
        for seed in 1..=seeds {
            runs.push(run(instance, best.of(&instance.name), seed, limit)?);
        }
        writeln!(std::io::stdout(), "{number}/{many} {}", line(instance, &runs))?;
        all.push((instance, runs));
    }
    if let Some(said) = not_compared(&all) {
        writeln!(std::io::stdout(), "{said}")?;
    }
    Ok(figures(&all))
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
