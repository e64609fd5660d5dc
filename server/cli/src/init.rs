//! `tournee init`: a data folder, a co-op, its keys and one admin token.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use server::init::InitError;

use crate::failure::{Failure, Fault};
use crate::output::Output;
use crate::secret_file::NewSecretFile;
use crate::shell::Shell;
use crate::zoned::Zone;

/// What to make.
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The data folder to make.
    folder: PathBuf,
    /// The co-op's name.
    #[arg(long, value_name = "NAME")]
    co_op: String,
    /// The time zone that draws its times, such as Europe/Paris.
    #[arg(long, value_name = "ZONE")]
    time_zone: String,
    /// Write the admin token to this new file, readable by you alone, instead of showing it once.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Runs it.
pub(crate) fn run(arguments: &InitArguments, shell: &Shell) -> Result<Output, Failure> {
    let zone = Zone::named(&arguments.time_zone, shell.language)?;
    // Nothing is made if the token would have nowhere to go.
    let token_file = arguments.token_file.as_deref().map(NewSecretFile::make).transpose()?;
    let made = server::init::init(
        &arguments.folder,
        &arguments.co_op,
        &arguments.time_zone,
        shell.moment().time,
        &mut shell.random(),
    )
    .map_err(|error| cannot_init(&error))?;
    let folder = arguments.folder.display().to_string();
    let until = zone.minute(made.token_until);
    let mut text = shell.phrase("cli.co_op_made", &[("name", &arguments.co_op), ("folder", &folder)]);
    let token = match token_file {
        Some(secret_file) => {
            let file = secret_file.path().display().to_string();
            secret_file.write(made.token.reveal())?;
            text = format!("{text}\n{}", shell.phrase("cli.admin_token_written", &[("file", &file)]));
            None
        }
        None => {
            text = format!("{text}\n{}\n{}", shell.word("cli.admin_token_once"), made.token.reveal());
            Some(made.token.reveal().clone())
        }
    };
    let json = json!({ "co_op": made.co_op, "folder": folder, "token": token, "token_until": until });
    Ok(Output::new(text, json))
}

fn cannot_init(error: &InitError) -> Failure {
    let fault = match error {
        InitError::Field(_)
        | InitError::AlreadyThere { .. }
        | InitError::KeysWithoutDatabase { .. }
        | InitError::Folder(_) => Fault::Yours,
        InitError::Keys(_) | InitError::Database(_) | InitError::Write(_) | InitError::File { .. } => {
            Fault::Ours
        }
    };
    Failure { fault, ..Failure::chain("init", error) }
}
