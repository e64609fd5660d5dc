//! The thread: a courier's round mostly without a network, with real processes and two kinds of kill.
//!
//! Everything is done by other processes of this same program, as people would do it by hand. What was
//! shown as saved is noted here and compared, at the end, with what processes find that never saw the phone.

mod account;
mod narrator;
mod process;
mod ride;
mod setting;

use serde_json::json;
use town::{Day, Places, Seed};

use super::DemoArguments;
use super::scratch::Scratch;
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;
use narrator::Narrator;
use process::Program;
use setting::Setting;

/// Runs it.
pub(super) fn run(arguments: &DemoArguments, places: &Places, shell: &Shell) -> Result<Output, Failure> {
    let day = Day::pick(places, Seed::new(arguments.seed))
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
