//! A range of seeds: one after another in this process, told as they go, the first failing ones shrunk.

use std::path::Path;

use crate::halt::Halt;
use crate::refusing_disk;
use crate::run::play;
use crate::script::script;
use crate::shrink::shrink;
use crate::tally::Tally;

/// The least that a run must be, so that it proves something: what was tapped, commanded and said, faults and their kinds.
const TAPS_MIN: usize = 200;
const COMMANDS_MIN: usize = 100;
const WORDS_MIN: usize = 20;
/// Of what was done, no more than one in so many may be gone with what was destroyed.
const EXCUSED_ONE_IN: usize = 2;
const FAULTS_MIN: usize = 20;
const KINDS_MIN: usize = 6;

/// What is wanted of a range.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The first seed.
    pub first: u64,
    /// The last one, played too.
    pub last: u64,
    /// Whether a failing script is shortened.
    pub shrink: bool,
    /// Whether to stop at the first failing seed.
    pub stop_at_first: bool,
    /// Whether the stores of a failing seed are left where they are.
    pub keep: bool,
    /// Whether stories are told of seeds that hold too.
    pub stories: bool,
}

/// What a range came to.
#[derive(Debug, Default)]
pub struct Summary {
    /// Seeds that were played.
    pub played: u64,
    /// Seeds that failed.
    pub failed: Vec<u64>,
    /// All sizes together.
    pub tally: Tally,
}

/// Plays the seeds; `say` gets each line as it comes.
///
/// # Errors
/// The process cannot be prepared.
pub fn play_range(folder: &Path, wanted: Wanted, say: &mut dyn FnMut(&str)) -> std::io::Result<Summary> {
    refusing_disk::prepare()?;
    let mut summary = Summary::default();
    for seed in wanted.first..=wanted.last {
        let steps = script(seed);
        let outcome = play(&folder.join(format!("seed-{seed}")), seed, &steps, wanted.keep);
        summary.played += 1;
        summary.tally.add(&outcome.tally);
        let too_small = outcome.tally.taps < TAPS_MIN
            || outcome.tally.commands < COMMANDS_MIN
            || outcome.tally.words < WORDS_MIN
            // What is excused is not checked.
            || outcome.tally.excused > outcome.tally.acts() / EXCUSED_ONE_IN
            || outcome.tally.faults() < FAULTS_MIN
            || outcome.tally.faults.len() < KINDS_MIN;
        match &outcome.halt {
            None if too_small => {
                say(&format!("seed {seed}: TOO SMALL: {}", outcome.tally.line()));
                summary.failed.push(seed);
            }
            None => {
                say(&format!("seed {seed}: holds, {} ({})", outcome.tally.line(), outcome.fingerprint));
                if wanted.stories {
                    outcome.story.iter().for_each(|line| say(&format!("    {line}")));
                }
            }
            Some(halt) => {
                say(&format!("seed {seed}: FOUND {halt}"));
                summary.failed.push(seed);
                if wanted.stories {
                    outcome.story.iter().for_each(|line| say(&format!("    {line}")));
                }
                if wanted.shrink {
                    let shrunk = shrink(folder, seed, &steps, outcome);
                    say(&format!(
                        "  {} of {} steps are enough (found in {} runs): {}",
                        shrunk.steps.len(),
                        steps.len(),
                        shrunk.runs,
                        shrunk.outcome.halt.as_ref().map_or_else(String::new, Halt::to_string)
                    ));
                    shrunk.outcome.story.iter().for_each(|line| say(&format!("    {line}")));
                }
                if wanted.stop_at_first {
                    break;
                }
            }
        }
    }
    Ok(summary)
}
