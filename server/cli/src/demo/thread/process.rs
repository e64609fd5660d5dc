//! The other processes: this program again, with the words a person would type.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use core_sync::texts::Language;
use serde_json::Value;

use crate::failure::Failure;

/// This program, run in the demo's folder.
pub(super) struct Program {
    binary: PathBuf,
    pub(super) folder: PathBuf,
    language: Language,
}

impl Program {
    /// The program that is running.
    pub(super) fn here(folder: PathBuf, language: Language) -> Result<Self, Failure> {
        let binary = std::env::current_exe()
            .map_err(|error| Failure::ours("program", format!("this program cannot find itself: {error}")))?;
        Ok(Self { binary, folder, language })
    }

    /// The command with these words; the environment brings no settings of ours with it.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(words).current_dir(&self.folder).env("TOURNEE_LANGUAGE", self.language.code());
        for setting in
            ["TOURNEE_SERVER", "TOURNEE_TOKEN_FILE", "TOURNEE_FOLDER", "TOURNEE_LISTEN", "TOURNEE_DATA_DIR"]
        {
            command.env_remove(setting);
        }
        command
    }

    /// Runs words to their end and reads the JSON they print.
    pub(super) fn run(&self, words: &[&str]) -> Result<Value, Failure> {
        let words = [&["--json"], words].concat();
        let done = self.command(&words).stdin(Stdio::null()).output().map_err(|error| broken(&error))?;
        let value: Value = serde_json::from_slice(&done.stdout).unwrap_or(Value::Null);
        if done.status.success() {
            return Ok(value);
        }
        let said = value.pointer("/error/sentence").and_then(Value::as_str).map(str::to_owned);
        let said = said.unwrap_or_else(|| String::from_utf8_lossy(&done.stderr).trim().to_owned());
        Err(Failure::ours("demo", format!("tournee {}: {said}", words.get(1).copied().unwrap_or_default())))
    }

    /// Starts a server on a data folder. Port 0 takes a free one.
    pub(super) fn serve(&self, data: &str, listen: &str) -> Result<Server, Failure> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("server.log"))
            .map_err(|error| broken(&error))?;
        let mut child = self
            .command(&["serve", "--data-dir", data, "--listen", listen])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| broken(&error))?;
        let mut first = String::new();
        let stdout = child.stdout.take().ok_or_else(|| Failure::ours("demo", "the server has no output"))?;
        let mut stdout = BufReader::new(stdout);
        stdout.read_line(&mut first).map_err(|error| broken(&error))?;
        let address = first.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned);
        let address = address.ok_or_else(|| {
            let log = std::fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
            Failure::ours(
                "demo",
                format!("the server did not start: {}", log.lines().last().unwrap_or_default()),
            )
        })?;
        Ok(Server { child, address, _stdout: stdout })
    }

    /// Opens a phone's folder in a process that reads lines.
    pub(super) fn phone(&self, folder: &str) -> Result<Phone, Failure> {
        let mut child = self
            .command(&["--json", "courier", "--folder", folder, "script", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| broken(&error))?;
        let (Some(lines), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::ours("demo", "the phone has no input or output"));
        };
        Ok(Phone { child, lines, answers: BufReader::new(answers) })
    }
}

fn broken(error: &std::io::Error) -> Failure {
    Failure::ours("demo", format!("a process of the demo broke: {error}"))
}

/// A server process.
pub(super) struct Server {
    child: Child,
    pub(super) address: String,
    /// Held open, so that a line the server prints never breaks it.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    /// Kills it with SIGKILL, as a power cut would.
    pub(super) fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill().map_err(|error| broken(&error))?;
        self.child.wait().map_err(|error| broken(&error))?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The demo is over or has failed; a server left behind would be worse than an error here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A phone process.
pub(super) struct Phone {
    child: Child,
    lines: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Phone {
    /// Types a line and reads the answer.
    pub(super) fn type_line(&mut self, line: &str) -> Result<Value, Failure> {
        writeln!(self.lines, "{line}").and_then(|()| self.lines.flush()).map_err(|error| broken(&error))?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).map_err(|error| broken(&error))?;
        serde_json::from_str(&answer)
            .map_err(|_| Failure::ours("demo", format!("the phone did not answer: {line}")))
    }

    /// Kills it with SIGKILL.
    pub(super) fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill().map_err(|error| broken(&error))?;
        self.child.wait().map_err(|error| broken(&error))?;
        Ok(())
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
