//! `tournee backup`: a whole copy of a data folder, made while it is served.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use clap::Args;
use serde_json::json;
use server::backup::manifest::Manifest;
use server::backup::{BackupError, backup, unfinished};
use server::db::open::DatabaseError;
use server::folder::{FolderError, database_in};

use super::progress;
use crate::failure::{Failure, Fault};
use crate::output::Output;
use crate::shell::Shell;

/// What to copy and where to.
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// The data folder; it may be served meanwhile.
    data: PathBuf,
    /// The folder to make. It holds keys and addresses: keep it as safe as the data folder.
    out: PathBuf,
}

/// Runs it.
pub(crate) fn run(arguments: &BackupArguments, shell: &Shell) -> Result<Output, Failure> {
    let BackupArguments { data, out } = arguments;
    let made = with_progress(arguments, shell).map_err(|error| cannot_back_up(&error))?;
    let bytes: u64 = made.files.iter().map(|file| file.bytes).sum();
    let (folder, out_name) = (data.display().to_string(), out.display().to_string());
    let rounds: u64 = made.co_ops.iter().map(|co_op| co_op.rounds).sum();
    let values = [
        ("folder", folder.as_str()),
        ("out", out_name.as_str()),
        ("rounds", &rounds.to_string()),
        ("kib", &kib(bytes)),
    ];
    let text = shell.phrase("cli.backed_up", &values);
    Ok(Output::new(text, json!({ "backup": out_name, "bytes": bytes, "manifest": made })))
}

/// Copies on a thread of its own and says how far that is, by the size of what is there.
fn with_progress(arguments: &BackupArguments, shell: &Shell) -> Result<Manifest, BackupError> {
    let BackupArguments { data, out } = arguments;
    let now = shell.moment().time;
    let (done, wait) = channel();
    std::thread::scope(|scope| {
        let copying = scope.spawn(move || {
            let made = backup(data, out, now);
            // Dropped either way, which ends the waiting.
            drop(done);
            made
        });
        let every = Duration::from_millis(u64::try_from(progress::EVERY.0).unwrap_or_default());
        while wait.recv_timeout(every) == Err::<(), _>(RecvTimeoutError::Timeout) {
            let (here, of) = (size(&database_in(&unfinished(out))), size(&database_in(data)));
            progress::say(&shell.phrase("cli.bytes_copied", &[("done", &kib(here)), ("of", &kib(of))]));
        }
        match copying.join() {
            Ok(made) => made,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |metadata| metadata.len())
}

/// Bytes as people read them.
pub(super) fn kib(bytes: u64) -> String {
    (bytes / 1024).to_string()
}

fn cannot_back_up(error: &BackupError) -> Failure {
    let fault = match error {
        BackupError::AlreadyThere { .. }
        | BackupError::Folder(FolderError::NoFolder { .. } | FolderError::InUse { .. })
        | BackupError::Database(DatabaseError::NotOurs { .. } | DatabaseError::Missing { .. }) => {
            Fault::Yours
        }
        BackupError::Folder(FolderError::Lock { .. })
        | BackupError::Database(
            DatabaseError::Library(_)
            | DatabaseError::Open { .. }
            | DatabaseError::Damaged { .. }
            | DatabaseError::Checkpoint { .. }
            | DatabaseError::Migrations { .. },
        )
        | BackupError::Read(_)
        | BackupError::Keys(_)
        | BackupError::File { .. } => Fault::Ours,
    };
    Failure { fault, ..Failure::chain("backup", error) }
}
