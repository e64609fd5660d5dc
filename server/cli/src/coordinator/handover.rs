//! `handover`: the parcels of a stop as a note for the shop. Parcel ids are long, and a shop has no screen yet.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::RoundArgument;
use super::send::{Desk, stop_of};
use crate::failure::Failure;
use crate::output::Output;
use crate::secret_file::NewSecretFile;

/// Which stop, and where the note goes.
#[derive(Debug, Args)]
pub(super) struct HandoverArguments {
    #[command(flatten)]
    round: RoundArgument,
    /// The stop's number.
    stop: usize,
    /// The file that the note is written to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs it.
pub(super) async fn run(arguments: HandoverArguments, desk: &Desk<'_>) -> Result<Output, Failure> {
    let found = desk.find(&arguments.round).await?;
    let stop = stop_of(&found.view, arguments.stop, desk.shell)?;
    let number = arguments.stop.to_string();
    if stop.parcels.is_empty() {
        return Err(Failure::yours(
            "no_parcels",
            desk.shell.phrase("cli.no_parcels", &[("number", &number)]),
        ));
    }
    let note = NewSecretFile::make(&arguments.out)?;
    let file = note.path().display().to_string();
    let ids: Vec<String> = stop.parcels.iter().map(ToString::to_string).collect();
    note.write(&ids.join("\n"))?;
    let count = desk.shell.count("cli.parcel_count", ids.len());
    let text = desk.shell.phrase("cli.note_written", &[("parcels", &count), ("file", &file)]);
    Ok(Output::new(text, json!({ "file": file, "parcels": stop.parcels })))
}
