//! The largest day that is promised: 1,000 orders, about 3,000 stops.

use std::io::Write;

use super::memory;
use super::planning;
use super::scenario::{LARGE_DAY, Scenario};
use super::stopping;
use super::town::Town;
use super::trouble::Trouble;
use super::{Figure, milliseconds};
use crate::clock::Clock;

/// Its seed: one is enough, since nothing here is a matter of luck.
const SEED: u64 = 1;

/// Memory that a small server has to spare.
const MEMORY_MIB: f64 = 300.0;

/// Plans it once and stops it often.
pub fn figures(town: &Town, clock: Clock, out: &mut dyn Write) -> Result<Vec<Figure>, Trouble> {
    let scenario = Scenario::new(town, LARGE_DAY, SEED)?;
    let problem = &scenario.problem;
    memory::forget_peak();
    let first = planning::first_plan(problem, SEED, clock)?;
    let peak = memory::peak();
    let stopping = stopping::stopping(problem, SEED, clock)?;
    writeln!(
        out,
        "{} orders, {} stops: first plan {:.2} h riding, {} bikes | longest gap {:.1} ms, way back {:.1} ms",
        problem.orders.len(),
        scenario.stops(),
        first.hours(),
        first.plan.rounds.len(),
        milliseconds(stopping.gap),
        milliseconds(stopping.way_back),
    )?;
    let figure =
        |what: &str, unit, goal, value| Figure { name: format!("places_1000_{what}"), value, unit, goal };
    let mut figures = vec![
        figure("orders_left_out", "orders", 0.0, first.plan.left_out.len() as f64),
        figure("first_plan_s", "s", 5.0, first.took.as_secs_f64()),
        figure("stop_worst_ms", "ms", 50.0, milliseconds(stopping.gap + stopping.way_back)),
    ];
    if let Some(peak) = peak {
        figures.push(figure("memory_mib", "MiB", MEMORY_MIB, peak));
    }
    Ok(figures)
}
