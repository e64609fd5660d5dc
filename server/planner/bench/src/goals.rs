//! What is counted of a set of instances, and what would be good.
//!
//! The goals are those of the planner's task, for the development half of each set with 3, 3, 8 and 10
//! seconds on one thread. A figure is made for each seed over all instances; the median seed is shown.

use std::collections::BTreeMap;

use crate::figure::Figure;
use crate::instance::{Family, Instance};
use crate::run::Run;

/// Stops of an instance that is one of "200" rather than "100".
const LARGE_STOPS: usize = 150;

/// A set as its goals know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Set {
    family: Family,
    large: bool,
}

impl Set {
    fn of(instance: &Instance) -> Self {
        Self { family: instance.family, large: instance.stops() > LARGE_STOPS }
    }

    fn name(self) -> &'static str {
        match (self.family, self.large) {
            (Family::LiLim, false) => "li_lim_100",
            (Family::LiLim, true) => "li_lim_200",
            (Family::Mpdptw, _) => "mpdptw",
            (Family::SartoriBuriol, false) => "sartori_buriol_100",
            (Family::SartoriBuriol, true) => "sartori_buriol_200",
        }
    }

    /// Mean and worst gap that are good, in percent.
    fn gaps(self) -> (f64, Option<f64>) {
        match (self.family, self.large) {
            (Family::LiLim, false) => (0.05, None),
            (Family::Mpdptw, _) => (0.05, Some(1.0)),
            (Family::LiLim | Family::SartoriBuriol, _) => (1.0, None),
        }
    }
}

/// Instances of which no best result is known, if there are any: nothing of theirs is in a gap or among vehicles too many.
pub fn not_compared(runs: &[(&Instance, Vec<Run>)]) -> Option<String> {
    let unknown = runs.iter().filter(|(_, seeds)| seeds.iter().all(|run| run.best.is_none())).count();
    (unknown > 0).then(|| {
        format!(
            "NOT COMPARED: no best result is known of {unknown} of {} instances. Put a bks.csv into the folder or beside \
             it, with the columns instance, vehicles and best_cost.",
            runs.len()
        )
    })
}

/// The figures of all sets; each instance comes with one run per seed. What nothing can be compared with has no figure.
pub fn figures(runs: &[(&Instance, Vec<Run>)]) -> Vec<Figure> {
    let mut sets: BTreeMap<Set, Vec<&Vec<Run>>> = BTreeMap::new();
    for (instance, seeds) in runs {
        sets.entry(Set::of(instance)).or_default().push(seeds);
    }
    let mut figures = Vec::new();
    for (set, instances) in sets {
        let mut add = |what: &str, unit, goal, value: &dyn Fn(&[&Run]) -> f64| {
            let name = format!("{}_{what}", set.name());
            figures.push(Figure { name, value: median(&instances, value), unit, goal });
        };
        add("plans_refused", "plans", 0.0, &|runs| count(runs, |run| usize::from(run.fault.is_some())));
        add("orders_left_out", "orders", 0.0, &|runs| count(runs, |run| run.left_out));
        if set.family.fewest_vehicles() && any_run(&instances, |run| run.best.is_some()) {
            add("vehicles_too_many", "vehicles", 0.0, &|runs| {
                count(runs, |run| usize::try_from(run.vehicles_too_many()).unwrap_or(0))
            });
        }
        if !any_run(&instances, |run| run.gap().is_some()) {
            continue;
        }
        let (mean, worst) = set.gaps();
        add("gap_mean", "percent", mean, &mean_gap);
        if let Some(worst) = worst {
            add("gap_worst", "percent", worst, &|runs| {
                runs.iter().filter_map(|run| run.gap()).fold(0.0, f64::max)
            });
        }
    }
    figures
}

fn any_run(instances: &[&Vec<Run>], is: impl Fn(&Run) -> bool) -> bool {
    instances.iter().any(|seeds| seeds.iter().any(&is))
}

fn count(runs: &[&Run], of: impl Fn(&Run) -> usize) -> f64 {
    runs.iter().map(|run| of(run)).sum::<usize>() as f64
}

fn mean_gap(runs: &[&Run]) -> f64 {
    let gaps: Vec<f64> = runs.iter().filter_map(|run| run.gap()).collect();
    gaps.iter().sum::<f64>() / gaps.len().max(1) as f64
}

/// The median over seeds of a value over instances.
fn median(instances: &[&Vec<Run>], value: &dyn Fn(&[&Run]) -> f64) -> f64 {
    let seeds = instances.iter().map(|seeds| seeds.len()).min().unwrap_or(0);
    let mut values: Vec<f64> = (0..seeds)
        .map(|seed| {
            let runs: Vec<&Run> = instances.iter().filter_map(|seeds| seeds.get(seed)).collect();
            value(&runs)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
