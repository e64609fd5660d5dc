//! A server in the background: starting it, finding it, stopping it. One note in the data folder says who it is.

use std::fs::{File, TryLockError};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use server::config::Config;

use crate::failure::Failure;
use crate::output::Output;
use crate::shell::Shell;

/// Which server to stop.
#[derive(Debug, Args)]
pub(crate) struct StopArguments {
    /// The data folder that it serves.
    folder: PathBuf,
}

fn note_file(folder: &Path) -> PathBuf {
    folder.join("server.pid")
}

/// Notes that this process serves the folder.
pub(super) fn note(folder: &Path, address: &str) -> Result<(), Failure> {
    let file = note_file(folder);
    std::fs::write(&file, format!("{}\n{address}\n", std::process::id()))
        .map_err(|error| Failure::file(&file, &error))
}

/// Takes the note away. If it stays, the lock still tells that nobody serves.
pub(super) fn forget(folder: &Path) {
    let _ = std::fs::remove_file(note_file(folder));
}

/// Starts this program again as a server that outlives this one, and waits until it listens.
pub(super) fn start(config: &Config, shell: &Shell) -> Result<Output, Failure> {
    let broken = |error: std::io::Error| {
        Failure::ours("background", format!("the server could not be started: {error}"))
    };
    let log_file = config.data_dir.join("server.log");
    let log = File::options()
        .create(true)
        .append(true)
        .open(&log_file)
        .map_err(|error| Failure::file(&log_file, &error))?;
    let mut command = Command::new(std::env::current_exe().map_err(broken)?);
    command
        .args(["serve", "--listen", &config.listen.to_string(), "--log-level", &config.log_level.to_string()])
        .arg("--data-dir")
        .arg(&config.data_dir)
        .args(config.behind_proxy.then_some("--behind-proxy"))
        .args(config.tls.iter().flat_map(|tls| {
            ["--tls-cert".as_ref(), tls.cert.as_os_str(), "--tls-key".as_ref(), tls.key.as_os_str()]
        }))
        .args(["--travel", &config.travel.text()])
        .args(["--language", shell.language.code()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log);
    // Ctrl-C in this terminal is not meant for it.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(broken)?;
    let mut first = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut first).map_err(broken)?;
    }
    let Some(address) = first.split_whitespace().find(|word| word.contains("://")) else {
        let said = std::fs::read_to_string(&log_file).unwrap_or_default();
        return Err(Failure::yours(
            "background",
            said.lines().last().unwrap_or("the server did not start").to_owned(),
        ));
    };
    let folder = config.data_dir.display().to_string();
    let text = shell.phrase("cli.in_background", &[("folder", &folder), ("address", address)]);
    Ok(Output::new(text, json!({ "listening": address, "process": child.id() })))
}

/// Whether a process runs this program. A note that outlived its server may name somebody else's process by now.
fn is_this_program(process: Pid) -> bool {
    let name = |path: PathBuf| path.file_name().map(std::ffi::OsStr::to_owned);
    let theirs = std::fs::read_link(format!("/proc/{}/exe", process.as_raw_nonzero()));
    match (theirs, std::env::current_exe()) {
        // A rebuilt program reads "tournee (deleted)".
        (Ok(theirs), Ok(ours)) => {
            let (theirs, ours) = (name(theirs), name(ours));
            theirs.zip(ours).is_some_and(|(theirs, ours)| {
                theirs.to_string_lossy().split(' ').next() == ours.to_string_lossy().split(' ').next()
            })
        }
        // Where no system tells, the note is all there is; where this one did not tell, it is somebody else's.
        _ => !Path::new("/proc/self/exe").exists(),
    }
}

/// The process that a note names. A negative number would be a whole group of them, which no note of ours is.
fn noted(note: &str) -> Option<Pid> {
    let number: i32 = note.lines().next()?.parse().ok()?;
    if number > 0 { Pid::from_raw(number) } else { None }
}

/// Stops the server of a folder and waits until the folder is free.
pub(crate) fn stop(arguments: &StopArguments, shell: &Shell) -> Result<Output, Failure> {
    let folder = arguments.folder.display().to_string();
    let not_running =
        || Failure::yours("not_running", shell.phrase("cli.not_running", &[("folder", &folder)]));
    let lock_file = arguments.folder.join("lock");
    let lock = File::options().write(true).open(&lock_file).map_err(|_| not_running())?;
    match lock.try_lock() {
        Ok(()) => return Err(not_running()),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(Failure::file(&lock_file, &error)),
    }
    // Somebody serves it: the lock is taken.
    let unknown =
        || Failure::yours("unknown_process", shell.phrase("cli.unknown_process", &[("folder", &folder)]));
    let note = std::fs::read_to_string(note_file(&arguments.folder)).map_err(|_| unknown())?;
    let process = noted(&note).filter(|process| is_this_program(*process)).ok_or_else(unknown)?;
    kill_process(process, Signal::TERM)
        .map_err(|error| Failure::ours("stop", format!("the server could not be told to stop: {error}")))?;
    // The server holds the lock until everything is on disk.
    lock.lock().map_err(|error| Failure::file(&lock_file, &error))?;
    Ok(Output::new(shell.phrase("cli.stopped", &[("folder", &folder)]), json!({ "stopped": folder })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_names_one_process_and_never_a_group() {
        assert_eq!(noted("42\n127.0.0.1:8480\n").map(|process| process.as_raw_nonzero().get()), Some(42));
        for note in ["", "0\n", "-1\n", "-42\nx", "x\n", "99999999999\n"] {
            assert_eq!(noted(note), None, "{note:?}");
        }
    }

    #[test]
    fn a_process_that_nobody_can_look_at_is_not_ours() {
        // More than any system numbers processes.
        assert!(!is_this_program(Pid::from_raw(i32::MAX).unwrap()) || !Path::new("/proc/self/exe").exists());
        assert!(is_this_program(rustix::process::getpid()));
    }
}
