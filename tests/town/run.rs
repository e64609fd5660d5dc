//! The demo as a process.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The demo with these words, in this folder, in English.
pub fn demo(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tournee"));
    command.arg("demo").args(words).current_dir(folder).env("TOURNEE_LANGUAGE", "en");
    command
}

/// A short day as fast as it goes, with its account in `account.json`.
pub fn day(words: &[&str], folder: &Path) -> Output {
    let always = ["--speed", "0", "--account", "account.json"];
    demo(&[&always[..], words].concat(), folder).output().unwrap()
}

/// The account that a day wrote.
pub fn account(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("account.json")).unwrap()).unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
