//! The real server: the binary, started on a folder, killed and started again on the same port.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// The binary under test.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tournee"));
    for name in [
        "TOURNEE_SERVER",
        "TOURNEE_TOKEN_FILE",
        "TOURNEE_FOLDER",
        "TOURNEE_LISTEN",
        "TOURNEE_DATA_DIR",
        "TOURNEE_MUTANTS",
        "TOURNEE_KILLS",
    ] {
        command.env_remove(name);
    }
    command.env("TOURNEE_LANGUAGE", "en");
    command
}

/// A running server.
pub struct ServerProcess {
    child: Child,
    pub address: String,
    pub log: PathBuf,
    _stdout: BufReader<ChildStdout>,
}

impl ServerProcess {
    /// Starts a server; the log (everything it knows to say) is appended to a file beside the folder.
    pub fn start(data: &Path, listen: &str) -> Self {
        Self::start_with(data, listen, &[])
    }

    /// The same, with more arguments.
    pub fn start_with(data: &Path, listen: &str, more: &[&OsStr]) -> Self {
        let log = data.with_extension("log");
        let stderr = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = binary()
            .args(["serve", "--data-dir"])
            .arg(data)
            .args(["--listen", listen, "--log-level", "trace"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        let address = first
            .split_whitespace()
            .find(|word| word.contains("://"))
            .unwrap_or_else(|| panic!("the server did not start: {}", std::fs::read_to_string(&log).unwrap()))
            .to_owned();
        Self { child, address, log, _stdout: stdout }
    }

    /// The port, to start again on the same one.
    pub fn port(&self) -> String {
        self.address.rsplit(':').next().unwrap().to_owned()
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Bytes of memory that it has in use.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1024
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how it ended.
    pub fn terminate(mut self) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
