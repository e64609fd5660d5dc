//! Shrinking: the shortest script found that breaks the same promise, by leaving out runs of steps, longest first
//! (delta debugging, Zeller and Hildebrandt 2002).

use std::path::Path;

use crate::halt::Halt;
use crate::run::{Outcome, play};
use crate::script::Step;

/// Runs that shrinking may take: a second or two each.
const RUNS_MAX: usize = 120;

/// A shorter script, and what it comes to.
#[derive(Debug)]
pub struct Shrunk {
    /// Its steps.
    pub steps: Vec<Step>,
    /// Its outcome, with its story.
    pub outcome: Outcome,
    /// How often it was tried.
    pub runs: usize,
}

/// Shortens a script that fails.
#[must_use]
pub fn shrink(folder: &Path, seed: u64, steps: &[Step], failed: Outcome) -> Shrunk {
    let mut shortest = Shrunk { steps: steps.to_vec(), outcome: failed, runs: 0 };
    let mut length = (shortest.steps.len() / 2).max(1);
    loop {
        let mut from = 0;
        let mut shorter = false;
        while from < shortest.steps.len() {
            if shortest.runs >= RUNS_MAX {
                return shortest;
            }
            let left: Vec<Step> = shortest
                .steps
                .iter()
                .enumerate()
                .filter(|(index, _)| *index < from || *index >= from + length)
                .map(|(_, step)| *step)
                .collect();
            shortest.runs += 1;
            let outcome = play(&folder.join(format!("shrink-{}", shortest.runs)), seed, &left, false);
            if same_promise(outcome.halt.as_ref(), shortest.outcome.halt.as_ref()) {
                (shortest.steps, shortest.outcome) = (left, outcome);
                shorter = true;
            } else {
                from += length;
            }
        }
        if length == 1 && !shorter {
            return shortest;
        }
        length = (length / 2).max(1);
    }
}

fn same_promise(one: Option<&Halt>, other: Option<&Halt>) -> bool {
    match (one, other) {
        (Some(Halt::Found(one)), Some(Halt::Found(other))) => one.promise == other.promise,
        (Some(Halt::Broken(_)), Some(Halt::Broken(_))) => true,
        _ => false,
    }
}
