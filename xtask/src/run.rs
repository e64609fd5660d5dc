//! Runs another program and lets its output through as it comes.
//!
//! It owns the plumbing: what is shown, what is kept, what is read line by line on the way. It never
//! keeps a program's output back until the end, since a first build takes minutes and silence looks like
//! a hang; and it never installs or retries anything.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, PipeReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::count::Count;
use crate::failure::Failure;

/// How long a line is waited for, and what may still come after the runner's end.
const WAIT_FOR_A_LINE: Duration = Duration::from_millis(250);

/// Lines still read once the runner is known to have ended: far more than a pipe holds, and an end all
/// the same when a process left behind keeps talking.
const LINES_AFTER_THE_END_MAX: usize = 100_000;

/// Lines read and not yet shown; a slow screen slows the runner down, as it would without us.
const LINES_WAITING_MAX: usize = 1_000;

/// Runs a program with its output shown; true when it ended well.
pub fn shown(mut command: Command) -> Result<bool, Failure> {
    let status = command.status().map_err(|error| Failure::starting(&name(&command), &error))?;
    Ok(status.success())
}

/// Runs a program whose bad end stops the verb with the sentence `otherwise`.
pub fn required(command: Command, otherwise: &str) -> Result<(), Failure> {
    if shown(command)? { Ok(()) } else { Err(Failure::Broken(otherwise.to_owned())) }
}

/// Runs a program for what it prints; its complaints are shown.
/// Returns nothing when it ended badly.
pub fn kept(mut command: Command) -> Result<Option<String>, Failure> {
    command.stderr(Stdio::inherit());
    let output = command.output().map_err(|error| Failure::starting(&name(&command), &error))?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The same, for a program whose bad end stops the verb with the sentence `otherwise`.
pub fn required_text(command: Command, otherwise: &str) -> Result<String, Failure> {
    kept(command)?.ok_or_else(|| Failure::Broken(otherwise.to_owned()))
}

/// Runs a program only to learn whether it is there and well: nothing is shown.
pub fn answers(mut command: Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a test runner, shows both its outputs in one stream and counts as it goes.
///
/// Ends when the runner ends: a process that a failed test left behind holds the stream open, and
/// would be waited for as long as it lives.
pub fn counted(command: Command, read: fn(&mut Count, &str)) -> Result<Count, Failure> {
    counted_onto(&mut io::stdout(), command, read)
}

fn counted_onto(
    screen: &mut impl Write,
    mut command: Command,
    read: fn(&mut Count, &str),
) -> Result<Count, Failure> {
    let program = name(&command);
    let broken = |error: io::Error| Failure::starting(&program, &error);
    let (output, input) = io::pipe().map_err(broken)?;
    command.stdout(input.try_clone().map_err(broken)?).stderr(input);
    let mut child = command.spawn().map_err(broken)?;
    // The command holds the pipe's writing ends: kept open here, the reading would never end.
    drop(command);
    let lines = lines(output);

    let mut count = Count::default();
    let mut status = None;
    let mut patience = LINES_AFTER_THE_END_MAX;
    while patience > 0 {
        match lines.recv_timeout(WAIT_FOR_A_LINE) {
            Ok(line) => {
                // A closed screen is no reason to stop the tests.
                let _ = screen.write_all(&line).and_then(|()| screen.flush());
                read(&mut count, String::from_utf8_lossy(&line).trim_end());
                patience -= usize::from(status.is_some());
            }
            Err(RecvTimeoutError::Timeout) if status.is_some() => {
                println!("a process outlived the tests that started it, and still holds their output");
                break;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if status.is_none() {
            status = child.try_wait().map_err(broken)?;
        }
    }
    let status = child.wait().map_err(broken)?;
    if let Some(sentence) = count.weigh(status.success()) {
        println!("{sentence}");
    }
    Ok(count)
}

/// Reads a stream's lines on a thread of its own, so that waiting for one can be given up.
fn lines(stream: PipeReader) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::sync_channel(LINES_WAITING_MAX);
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        loop {
            let mut line = Vec::new();
            let ended = !stream.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0);
            if ended || sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn name(command: &Command) -> String {
    let program: &OsStr = command.get_program();
    program.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// Results shown for real would be counted by the xtask that runs these tests.
    fn counted_quietly(command: Command) -> Count {
        counted_onto(&mut io::sink(), command, Count::read_cargo).unwrap()
    }

    #[test]
    fn both_outputs_of_a_runner_are_counted() {
        let script = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; \
            echo 'test result: ok. 3 passed; 0 failed; 0 ignored' >&2";
        let count = counted_quietly(shell(script));
        assert_eq!(count, Count { passed: 5, failed: 0, ignored: 0 });
    }

    #[test]
    fn a_runner_that_dies_is_a_failure() {
        assert_eq!(counted_quietly(shell("exit 101")).failed, 1);
    }

    #[test]
    fn a_process_left_behind_is_not_waited_for() {
        let started = Instant::now();
        let script = "sleep 20 & echo 'test result: ok. 1 passed; 0 failed; 0 ignored'";
        assert_eq!(counted_quietly(shell(script)).passed, 1);
        assert!(started.elapsed() < Duration::from_secs(10), "it was waited for");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let failure = shown(Command::new("no-such-program-here")).unwrap_err();
        assert!(failure.to_string().contains("no-such-program-here"), "{failure}");
    }

    #[test]
    fn output_of_a_program_that_ended_badly_is_not_used() {
        assert_eq!(kept(shell("echo half; exit 1")).unwrap(), None);
        assert_eq!(kept(shell("echo whole")).unwrap().as_deref(), Some("whole\n"));
    }
}
