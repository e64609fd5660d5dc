//! `tournee verify`: what was checked in numbers, and every fault by its place.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use server::verify::report::Report;

use super::progress;
use crate::failure::{Failure, Fault};
use crate::output::Output;
use crate::shell::Shell;

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// A data folder, served or not, or a backup.
    path: PathBuf,
}

/// Exit code of a check that found faults.
const FAULTS: u8 = 1;

/// Runs it.
pub(crate) fn run(arguments: &VerifyArguments, shell: &Shell) -> Result<Output, Failure> {
    let report = server::verify::verify(&arguments.path, &mut progress::rounds(shell))
        .map_err(|error| Failure { fault: Fault::Yours, ..Failure::chain("verify", &error) })?;
    let exit_code = if report.is_whole() { 0 } else { FAULTS };
    Ok(Output { text: words(&report, shell), json: as_json(&report), exit_code })
}

/// A report as JSON.
pub(super) fn as_json(report: &Report) -> Value {
    let faults: Vec<Value> = report
        .faults
        .iter()
        .map(|fault| json!({ "code": fault.code.code(), "place": fault.place.to_string() }))
        .collect();
    json!({
        "whole": report.is_whole(), "backup": report.is_backup, "checked": report.checked, "faults": faults,
        "more_faults": report.more_faults,
    })
}

/// A report for a person.
pub(super) fn words(report: &Report, shell: &Shell) -> String {
    let checked = &report.checked;
    let numbers = [
        ("files", checked.files),
        ("keys", checked.keys),
        ("entries", checked.entries),
        ("rounds", checked.rounds),
        ("rows", checked.rows),
        ("changes", checked.changes),
        ("records", checked.records),
        ("cards", checked.cards),
        ("erased", checked.erased),
        ("trials", checked.trials),
    ];
    let numbers: Vec<(&str, String)> = numbers.map(|(name, number)| (name, number.to_string())).to_vec();
    let values: Vec<(&str, &str)> = numbers.iter().map(|(name, number)| (*name, number.as_str())).collect();
    let mut lines = vec![shell.phrase("cli.verified", &values)];
    for fault in &report.faults {
        lines.push(format!("  {} ({})", shell.word(&format!("fault.{}", fault.code.code())), fault.place));
    }
    let all = report.faults.len() + usize::try_from(report.more_faults).unwrap_or(usize::MAX);
    lines.push(if all == 0 { shell.word("cli.no_faults") } else { shell.count("cli.faults", all) });
    lines.join("\n")
}
