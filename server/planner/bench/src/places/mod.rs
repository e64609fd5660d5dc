//! Days of grouped orders between real places, with the figures the product needs of them.
//!
//! It owns the scenario, what is measured of it and the goals. The folder of places is given; nothing of
//! it is part of the project. A known solver plans the same days beside ours, where its program is given.

mod large;
mod memory;
mod placing;
mod planning;
mod pragmatic;
mod ride;
mod scenario;
mod stopping;
mod town;
mod trouble;
mod yardstick;

#[cfg(test)]
mod tests;

pub use trouble::Trouble;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use planner::Plan;

use crate::clock::Clock;
use crate::figure::Figure;
use placing::Placing;
use planning::Planned;
use scenario::{DAY, Scenario};
use town::Town;

/// How many times the seconds the plan is given that the short one is compared with.
const LONG: u32 = 12;

/// Hours of riding that the prototype had at most, on three days of this kind and 7 bikes.
const PROTOTYPE_HOURS: f64 = 18.6;

/// What was asked for.
#[derive(Debug)]
pub struct Places {
    pub folder: PathBuf,
    /// The other solver's program.
    pub yardstick: Option<PathBuf>,
    pub seeds: u64,
    pub clock: Clock,
    /// The short plan's.
    pub time: Duration,
}

/// One seed's day.
struct Day {
    first: Planned,
    short: Planned,
    long: Planned,
    placing: Placing,
    beside: Option<Plan>,
}

/// Measures everything, each plan through the checker, and prints as it goes.
pub fn bench(asked: &Places, out: &mut dyn Write) -> Result<Vec<Figure>, Trouble> {
    let town = Town::read(&asked.folder)?;
    writeln!(out, "{} shops, {} doors", town.shops.len(), town.doors.len())?;
    if asked.yardstick.is_none() {
        writeln!(out, "{}", yardstick::MISSING)?;
    }
    let mut days = Vec::new();
    for seed in 1..=asked.seeds {
        days.push(day(asked, &town, seed, out)?);
    }
    let mut figures = of_days(&days, asked.time);
    figures.extend(large::figures(&town, asked.clock, out)?);
    if asked.yardstick.is_none() {
        writeln!(out, "{}", yardstick::MISSING)?;
    }
    Ok(figures)
}

fn day(asked: &Places, town: &Town, seed: u64, out: &mut dyn Write) -> Result<Day, Trouble> {
    let (clock, time) = (asked.clock, asked.time);
    let mut scenario = Scenario::new(town, DAY, seed)?;
    let problem = &scenario.problem;
    let first = planning::first_plan(problem, seed, clock)?;
    let short = planning::planned(problem, seed, clock, time)?;
    let long = planning::planned(problem, seed, clock, time * LONG)?;
    let beside = match &asked.yardstick {
        Some(program) => Some(yardstick::planned(program, problem, clock, time)?),
        None => None,
    };
    write!(out, "seed {seed}: {} orders, {} stops", problem.orders.len(), scenario.stops())?;
    let said = [("first plan", &first.plan), ("short", &short.plan), ("long", &long.plan)];
    for (name, plan) in said.into_iter().chain(beside.as_ref().map(|plan| ("yardstick, short", plan))) {
        let (hours, bikes) = (planning::hours(plan), plan.rounds.len());
        write!(out, " | {name} {hours:.2} h riding, {bikes} bikes, {} left out", plan.left_out.len())?;
    }
    writeln!(out)?;
    let placing = placing::placing(&mut scenario, &short.plan, clock)?;
    Ok(Day { first, short, long, placing, beside })
}

/// The figures of all days: the median, but of what must never be the worst.
fn of_days(days: &[Day], time: Duration) -> Vec<Figure> {
    let of = |value: &dyn Fn(&Day) -> f64| -> Vec<f64> {
        let mut values: Vec<f64> = days.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let median = |value: &dyn Fn(&Day) -> f64| of(value).get(days.len() / 2).copied().unwrap_or(0.0);
    let worst = |value: &dyn Fn(&Day) -> f64| of(value).last().copied().unwrap_or(0.0);
    let (short, long) = (time.as_secs_f64(), (time * LONG).as_secs_f64());
    let mut figures = vec![
        figure("orders_left_out", "orders", 0.0, worst(&|day| day.short.plan.left_out.len() as f64)),
        figure("first_plan_ms", "ms", 300.0, median(&|day| milliseconds(day.first.took))),
        figure(&format!("{short}s_over_{long}s_percent"), "percent", 3.0, {
            median(&|day| (day.short.hours() / day.long.hours() - 1.0) * 100.0)
        }),
        figure(
            &format!("ride_hours_at_{short}s"),
            "hours",
            PROTOTYPE_HOURS,
            median(&|day| day.short.hours()),
        ),
        figure("place_median_ms", "ms", 20.0, median(&|day| milliseconds(day.placing.median))),
        figure("place_worst_ms", "ms", 60.0, worst(&|day| milliseconds(day.placing.worst))),
        figure("place_left_out", "orders", 0.0, worst(&|day| day.placing.left_out as f64)),
    ];
    // Only days on which both serve everybody can be compared.
    let both: Vec<(&Day, &Plan)> = days
        .iter()
        .filter_map(|day| Some((day, day.beside.as_ref()?)))
        .filter(|(day, beside)| beside.left_out.is_empty() && day.short.plan.left_out.is_empty())
        .collect();
    if let Some(name) = (!both.is_empty()).then_some("riding_of_yardstick_percent") {
        let (ours, theirs) = both.iter().fold((0.0, 0.0), |(ours, theirs), (day, beside)| {
            (ours + day.short.hours(), theirs + planning::hours(beside))
        });
        figures.push(figure(name, "percent", 100.0, ours / theirs * 100.0));
    }
    figures
}

fn figure(what: &str, unit: &'static str, goal: f64, value: f64) -> Figure {
    Figure { name: format!("places_150_{what}"), value, unit, goal }
}

/// A time as figures show it.
fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
