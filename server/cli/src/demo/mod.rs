//! `tournee demo`: a day of a whole town, or one courier's thread through everything.
//!
//! Neither believes what it shows: what was said to be saved is written down when it is said, and compared, at the end,
//! with what somebody finds who never saw the phones.

mod day;
mod scratch;
mod screen;
mod serve_fed;
mod thread;

use std::path::PathBuf;

use clap::Args;
use town::Places;
use town::play::DayClock;

use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;

pub(crate) use serve_fed::{ServeFedArguments, run as serve_fed};

/// Minutes of the town in a second: the ten hours take a hundred seconds, slow enough to follow and short enough to stay.
const SPEED: u32 = 6;
/// The fastest that is told apart from "as fast as it goes".
const SPEED_MAX: i64 = 1_000;

/// Which demo.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// The thread instead of the town: one courier, one round of twelve stops, no network.
    #[arg(long, conflicts_with_all = ["speed", "hours", "account", "sabotage"])]
    thread: bool,
    /// Take the places from this folder (shops.csv, addresses.csv, maybe street_nodes.csv) instead of the invented Port-Brume.
    #[arg(long, value_name = "DIR")]
    places: Option<PathBuf>,
    /// What everything follows from: the same seed gives the same orders, acts, disagreements and outcomes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leave everything in this new folder, to look at and to go on by hand.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Minutes of the town in a second; 0 for as fast as it goes.
    #[arg(long, default_value_t = SPEED, value_parser = clap::value_parser!(u32).range(0..=SPEED_MAX))]
    speed: u32,
    /// How many hours the day has, from eight in the morning.
    #[arg(long, default_value_t = DayClock::HOURS_MAX,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(DayClock::HOURS_MAX)))]
    hours: u32,
    /// Write the account into this file, as JSON.
    #[arg(long, value_name = "FILE")]
    account: Option<PathBuf>,
    /// Take so many acknowledged changes out of the server's log behind its back, to see that it is found out.
    #[arg(long, value_name = "N", default_value_t = 0)]
    sabotage: usize,
}

/// Runs it.
pub(crate) fn run(arguments: &DemoArguments, shell: &Shell) -> Result<Output, Failure> {
    let places = match &arguments.places {
        Some(folder) => Places::read(folder),
        None => Places::port_brume(),
    };
    let places = places.map_err(|error| Failure::yours("places", error.to_string()))?;
    if arguments.thread {
        thread::run(arguments, &places, shell)
    } else {
        day::run(arguments, &places, shell)
    }
}
