//! `simulate --seeds A..B`: plays every seed from A to B, both included, and says what it found.
//!
//! Exit codes: 0 nothing was found, 1 something was, 2 it could not be run.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use simulator::seeds::{Wanted, play_range};

/// Plays days of phones, coordinators and a server with everything that can go wrong, one for each seed.
#[derive(Debug, Parser)]
struct Arguments {
    /// The seeds, as A..B, both included.
    #[arg(long, value_parser = range)]
    seeds: (u64, u64),
    /// Where stores are made and taken away again; best a RAM disk.
    #[arg(long)]
    folder: PathBuf,
    /// Do not shorten what fails.
    #[arg(long)]
    no_shrink: bool,
    /// Stop at the first seed that fails.
    #[arg(long)]
    stop_at_first: bool,
    /// Leave the stores of a failing seed where they are, to be looked at.
    #[arg(long)]
    keep: bool,
    /// Tell the story of every seed.
    #[arg(long)]
    stories: bool,
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let wrong = || "write seeds as A..B, such as 1..200; both are played".to_owned();
    let (first, last) = text.split_once("..").ok_or_else(wrong)?;
    let (first, last) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
    if first <= last { Ok((first, last)) } else { Err(wrong()) }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (first, last) = arguments.seeds;
    let wanted = Wanted {
        first,
        last,
        shrink: !arguments.no_shrink,
        stop_at_first: arguments.stop_at_first,
        keep: arguments.keep,
        stories: arguments.stories,
    };
    let folder = arguments.folder.join(format!("simulate-{}", std::process::id()));
    let played = play_range(&folder, wanted, &mut |line| println!("{line}"));
    if !arguments.keep {
        let _left = std::fs::remove_dir_all(&folder);
    }
    match played {
        Ok(summary) => {
            println!("{} seeds, {} failed: {}", summary.played, summary.failed.len(), summary.tally.line());
            for (kind, count) in summary.tally.faults.iter().chain(&summary.tally.items) {
                println!("  {count:>6} x {kind}");
            }
            ExitCode::from(u8::from(!summary.failed.is_empty()))
        }
        Err(error) => {
            eprintln!("simulate: {error}");
            ExitCode::from(2)
        }
    }
}
