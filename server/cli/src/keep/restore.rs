//! `tournee restore`: a backup becomes the data folder. What it is to do is only ever typed: were it in a file or a
//! variable, a program that starts again would put the same old copy back again.

use std::path::PathBuf;

use clap::Args;
use core_sync::domain::time::Timestamp;
use serde_json::{Value, json};
use server::backup::restore::{Restore, RestoreError, Restored, restore};
use server::folder::FolderError;

use super::{progress, verify};
use crate::failure::{Failure, Fault};
use crate::output::Output;
use crate::shell::Shell;

/// What to put back and where.
#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// The backup.
    backup: PathBuf,
    /// The data folder to make.
    data: PathBuf,
    /// If there is a folder, move it aside to DATA.before-TIME; it is never deleted.
    #[arg(long)]
    replace: bool,
    /// Put the backup back although it is damaged.
    #[arg(long)]
    force: bool,
    /// A file of revocations and erasures (revocations.jsonl) that was kept elsewhere than in the old folder.
    #[arg(long, value_name = "FILE")]
    revocations: Option<PathBuf>,
}

/// Runs it.
pub(crate) fn run(arguments: RestoreArguments, shell: &Shell) -> Result<Output, Failure> {
    let RestoreArguments { backup, data, replace, force, revocations } = arguments;
    let asked = Restore { backup, data, replace, force, revocations };
    let now = shell.moment().time;
    let done = restore(&asked, now, &mut progress::rounds(shell)).map_err(|error| failure(&error, shell))?;
    Ok(Output::new(words(&asked, &done, now, shell), as_json(&asked, &done, now)))
}

fn words(asked: &Restore, done: &Restored, now: Timestamp, shell: &Shell) -> String {
    let (data, since, until) = (asked.data.display().to_string(), utc(done.since), utc(now));
    let mut lines = vec![
        verify::words(&done.report, shell),
        shell.phrase("cli.restored", &[("folder", &data), ("since", &since), ("until", &until)]),
    ];
    match &done.lost {
        None => lines.push(shell.word("cli.no_old_folder")),
        Some(Err(error)) => {
            lines.push(shell.phrase("cli.old_unreadable", &[("why", &crate::failure::whole_chain(error))]));
        }
        Some(Ok(lost)) => {
            let values = [("rows", lost.rows.to_string()), ("rounds", lost.rounds.to_string())];
            let values: Vec<(&str, &str)> =
                values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            lines.push(shell.phrase("cli.rows_missing", &values));
            if !lost.heard.is_empty() {
                let names: Vec<&str> = lost.heard.iter().map(|name| name.reveal().as_str()).collect();
                lines.push(shell.phrase("cli.heard_since", &[("names", &names.join(", "))]));
            }
        }
    }
    let values = [("revoked", done.revoked.to_string()), ("erased", done.erased.to_string())];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    lines.push(match done.revocations_found {
        true => shell.phrase("cli.replayed", &values),
        false => shell.word("cli.no_revocations"),
    });
    if done.damaged_lines > 0 {
        lines.push(shell.count("cli.damaged_lines", done.damaged_lines));
    }
    if let Some(aside) = &done.moved_aside {
        lines.push(shell.phrase("cli.moved_aside", &[("folder", &aside.display().to_string())]));
    }
    lines.join("\n")
}

fn as_json(asked: &Restore, done: &Restored, now: Timestamp) -> Value {
    let lost = match &done.lost {
        Some(Ok(lost)) => json!({ "rows": lost.rows, "rounds": lost.rounds, "heard": lost.heard }),
        Some(Err(_)) | None => Value::Null,
    };
    json!({
        "restored": asked.data, "verify": verify::as_json(&done.report), "moved_aside": done.moved_aside,
        "window": { "from_ms": done.since, "until_ms": now }, "lost": lost,
        "revocations": {
            "found": done.revocations_found, "revoked": done.revoked, "erased": done.erased,
            "damaged_lines": done.damaged_lines,
        },
    })
}

/// UTC, because two machines may be involved.
pub(super) fn utc(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.0)
        .map_or_else(|_| time.0.to_string(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

fn failure(error: &RestoreError, shell: &Shell) -> Failure {
    let yours = |code, sentence| Failure::yours(code, sentence);
    match error {
        RestoreError::Damaged(report) => {
            let sentence = format!("{}\n{}", verify::words(report, shell), shell.word("cli.backup_damaged"));
            Failure { details: verify::as_json(report), ..yours("backup_damaged", sentence) }
        }
        RestoreError::NotEmpty { path } => {
            let folder = path.display().to_string();
            yours("not_empty", shell.phrase("cli.not_empty", &[("folder", &folder)]))
        }
        RestoreError::NoBackup { .. } | RestoreError::NoRevocations { .. } | RestoreError::Verify(_) => {
            Failure { fault: Fault::Yours, ..Failure::chain("restore", error) }
        }
        RestoreError::Copy(server::backup::BackupError::Folder(FolderError::InUse { .. })) => {
            Failure { fault: Fault::Yours, ..Failure::chain("in_use", error) }
        }
        RestoreError::Copy(_) | RestoreError::Revocations(_) | RestoreError::Replay(_) => {
            Failure::chain("restore", error)
        }
    }
}
