//! `tournee demo`: a courier's day mostly without a network, with real processes and two kinds of kill.
//!
//! Everything is done by other processes of this same program, as people would do it by hand. What was
//! shown as saved is noted here and compared, at the end, with what processes find that never saw the phone.

mod account;
mod narrator;
mod process;
mod ride;
mod setting;

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use town::{Day, Places, Seed};

use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;
use narrator::Narrator;
use process::Program;
use setting::Setting;

/// Which demo.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// The thread: one courier, one round of twelve stops, no network. The only demo so far, and the default.
    #[arg(long)]
    thread: bool,
    /// Take the stops from this folder (shops.csv, addresses.csv) instead of the invented Port-Brume.
    #[arg(long, value_name = "DIR")]
    places: Option<PathBuf>,
    /// Which twelve stops; the same seed gives the same ones.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leave everything in this new folder, to look at and to go on by hand.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs it.
pub(crate) fn run(arguments: &DemoArguments, shell: &Shell) -> Result<Output, Failure> {
    let places = match &arguments.places {
        Some(folder) => Places::read(folder),
        None => Places::port_brume(),
    };
    let places = places.map_err(|error| Failure::yours("places", error.to_string()))?;
    let day = Day::pick(&places, Seed::new(arguments.seed))
        .map_err(|error| Failure::yours("places", error.to_string()))?;
    let scratch = Scratch::make(arguments.keep.as_deref())?;
    let narrator = Narrator::new(shell);
    let program = Program::here(scratch.path().to_owned(), shell.language)?;

    let counts =
        [("shops", places.shops.len().to_string()), ("addresses", places.addresses.len().to_string())];
    narrator.tell("demo.places", &[("shops", &counts[0].1), ("addresses", &counts[1].1)]);
    let mut setting = Setting::lay(&program, &day, shell, &narrator)?;
    let saved = ride::ride(&program, &mut setting, shell, &narrator)?;
    let account = account::take(&program, &setting, &saved, &narrator)?;
    setting.close()?;
    if let Some(folder) = &arguments.keep {
        narrator.tell("demo.kept", &[("folder", &folder.display().to_string())]);
    }
    let mut output = Output::new(account.text(shell), json!(account));
    output.exit_code = u8::from(!account.holds());
    Ok(output)
}

/// The folder of a demo: thrown away at the end unless kept.
struct Scratch {
    kept: Option<PathBuf>,
    thrown_away: Option<tempfile::TempDir>,
}

impl Scratch {
    fn make(keep: Option<&std::path::Path>) -> Result<Self, Failure> {
        match keep {
            Some(folder) => {
                std::fs::create_dir(folder).map_err(|error| Failure::file(folder, &error))?;
                Ok(Self { kept: Some(folder.to_owned()), thrown_away: None })
            }
            None => {
                let folder = tempfile::Builder::new().prefix("tournee-demo-").tempdir();
                let folder = folder
                    .map_err(|error| Failure::file(std::path::Path::new("temporary folder"), &error))?;
                Ok(Self { kept: None, thrown_away: Some(folder) })
            }
        }
    }

    fn path(&self) -> &std::path::Path {
        match (&self.kept, &self.thrown_away) {
            (Some(path), _) => path,
            (None, Some(folder)) => folder.path(),
            (None, None) => std::path::Path::new("."),
        }
    }
}
