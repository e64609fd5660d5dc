//! The server's process as the town holds it: started, told the time, killed, started again on the same port.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use core_sync::domain::time::Timestamp;

use super::error::PlayError;

/// How to start a program that calls [`super::fed_server::serve`] with these words.
pub type StartServer = Box<dyn Fn(&ServerWords) -> Command + Send + Sync>;

/// What the program that serves is told when it starts.
#[derive(Clone, Debug)]
pub struct ServerWords {
    /// The data folder.
    pub folder: PathBuf,
    /// Where to listen.
    pub listen: String,
    /// What decides every number that it draws.
    pub seed: u64,
    /// How often this folder was served before.
    pub start: u64,
}

/// How long it may take to show a time, or to open its folder after a kill: far more than either takes.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The process. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    times: ChildStdin,
    answers: Receiver<String>,
    /// Host and port.
    pub(crate) address: String,
}

impl ServerProcess {
    /// Starts one, at this moment of the town, and waits until it listens. Its log goes to `log`.
    pub(crate) fn start(
        start: &StartServer,
        words: &ServerWords,
        now: Timestamp,
        log: &Path,
    ) -> Result<Self, PlayError> {
        let logged = File::options().create(true).append(true).open(log);
        let mut command = start(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(logged.map_err(PlayError::file("write", log))?);
        let broken = |source| PlayError::Process { said: "it does not start".into(), source: Some(source) };
        let mut child = command.spawn().map_err(broken)?;
        let (Some(times), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(PlayError::Process { said: "it has no input or output".into(), source: None });
        };
        let mut process = Self { child, times, answers: lines(answers), address: String::new() };
        let said = process.tell(now)?;
        match said.trim().strip_prefix("http://") {
            Some(address) => process.address = address.to_owned(),
            None => return Err(PlayError::Process { said: last_line(log), source: None }),
        }
        Ok(process)
    }

    /// Its clock shows this moment from now on.
    pub(crate) fn set_clock(&mut self, now: Timestamp) -> Result<(), PlayError> {
        let said = self.tell(now)?;
        if said.trim() == now.0.to_string() {
            return Ok(());
        }
        Err(PlayError::Process { said, source: None })
    }

    fn tell(&mut self, now: Timestamp) -> Result<String, PlayError> {
        let broken = |source| PlayError::Process { said: "it does not answer".into(), source: Some(source) };
        writeln!(self.times, "{}", now.0).and_then(|()| self.times.flush()).map_err(broken)?;
        // Nothing after the time means that it ended; nothing at all that it hangs.
        match self.answers.recv_timeout(ANSWER_MAX) {
            Ok(said) => Ok(said),
            Err(RecvTimeoutError::Disconnected) => Ok(String::new()),
            Err(RecvTimeoutError::Timeout) => {
                Err(PlayError::Process { said: "it does not answer any more".into(), source: None })
            }
        }
    }

    /// SIGKILL: no file is closed in order, nothing in memory survives.
    pub(crate) fn kill(&mut self) -> Result<(), PlayError> {
        let broken = |source| PlayError::Process { said: "it cannot be killed".into(), source: Some(source) };
        self.child.kill().map_err(broken)?;
        self.child.wait().map(drop).map_err(broken)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // The day is over or has failed; a server left behind would be worse than an error here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads lines on a thread of its own, so that waiting for one has an end.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (said, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if said.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().last().unwrap_or("it said nothing").to_owned()
}
