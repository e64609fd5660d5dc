//! The real server as a process of its own: made, started, measured from outside, killed.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::clock;
use crate::error::BenchError;

/// What `/proc/PID/stat` counts processor time in, a second: the same on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// A server at rest uses less of a processor than this.
const AT_REST: f64 = 0.02;
/// How long a server is given to come to rest.
const REST_MAX: Duration = Duration::from_secs(60);
/// The binary of the product.
const PROGRAM: &str = "tournee";

/// A co-op in a folder of its own, with a running server.
#[derive(Debug)]
pub struct Server {
    process: Process,
    /// Host and port.
    pub address: String,
    /// The admin's token.
    pub token: String,
    folder: tempfile::TempDir,
    _stdout: BufReader<ChildStdout>,
}

/// A process that is measured. Dropped, it is killed.
#[derive(Debug)]
pub struct Process(Child);

impl Server {
    /// Makes a co-op and serves it.
    pub fn start() -> Result<Self, BenchError> {
        let folder = scratch()?;
        let data = folder.path().join("data");
        let mut init = program()?;
        init.args(["--json", "init"]).arg(&data).args(["--co-op", "Bench", "--time-zone", "Europe/Paris"]);
        let made = init.output().map_err(BenchError::doing(format!("start {PROGRAM}")))?;
        let said = String::from_utf8_lossy(&made.stdout).into_owned();
        let made: serde_json::Value = serde_json::from_str(&said)
            .map_err(|_| BenchError::Program { program: PROGRAM.to_owned(), said: said.clone() })?;
        let token = made.get("token").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let (process, address, stdout) = serve(&data)?;
        Ok(Self { process, address, token, folder, _stdout: stdout })
    }

    /// The folder that is served.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder beside it, on the same disk.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// SIGKILL, and another server on the same folder, on another port.
    pub fn kill_and_start(&mut self) -> Result<(), BenchError> {
        self.process.kill();
        let (process, address, stdout) = serve(&self.data())?;
        (self.process, self.address, self._stdout) = (process, address, stdout);
        Ok(())
    }

    /// The process.
    pub fn process(&self) -> &Process {
        &self.process
    }
}

/// The product's binary, which is built beside this one.
fn program() -> Result<Command, BenchError> {
    let this = std::env::current_exe().map_err(BenchError::doing("find this program"))?;
    let mut command = Command::new(this.with_file_name(PROGRAM));
    command.env("TOURNEE_LANGUAGE", "en").stdin(Stdio::null());
    Ok(command)
}

/// A folder in the target folder: on a real disk, where a temporary folder may be in memory.
pub fn scratch() -> Result<tempfile::TempDir, BenchError> {
    let this = std::env::current_exe().map_err(BenchError::doing("find this program"))?;
    let target = this.parent().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
    tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&target)
        .map_err(BenchError::file("make a folder in", &target))
}

fn serve(data: &Path) -> Result<(Process, String, BufReader<ChildStdout>), BenchError> {
    let log = data.with_extension("log");
    let stderr =
        File::options().create(true).append(true).open(&log).map_err(BenchError::file("write", &log))?;
    let mut serve = program()?;
    serve.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
    serve.stdout(Stdio::piped()).stderr(stderr);
    let mut child = serve.spawn().map_err(BenchError::doing(format!("start {PROGRAM}")))?;
    let stdout = child.stdout.take();
    let process = Process(child);
    let mut stdout = BufReader::new(stdout.ok_or_else(|| BenchError::Unexpected("no output".to_owned()))?);
    let mut said = String::new();
    stdout.read_line(&mut said).map_err(BenchError::doing("read what the server says"))?;
    match said.split_whitespace().find_map(|word| word.strip_prefix("http://")) {
        Some(address) => {
            let address = address.to_owned();
            Ok((process, address, stdout))
        }
        None => {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            let said = said.lines().last().unwrap_or("nothing").to_owned();
            Err(BenchError::Program { program: PROGRAM.to_owned(), said })
        }
    }
}

impl Process {
    /// Takes a process over.
    pub fn of(child: Child) -> Self {
        Self(child)
    }

    /// Whether it runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// Seconds of processor that it used so far, its threads' together, in user and kernel.
    pub fn cpu_s(&self) -> Result<f64, BenchError> {
        let path = format!("/proc/{}/stat", self.0.id());
        let stat = std::fs::read_to_string(&path).map_err(BenchError::doing(format!("read {path}")))?;
        // After the name, which may hold anything: the state is the first, user and system time the 12th and 13th.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS_PER_SECOND)
    }

    /// Bytes of memory that it has in use.
    pub fn memory_bytes(&self) -> Result<f64, BenchError> {
        memory_bytes(&self.0.id().to_string(), "VmRSS:")
    }

    /// Waits until it hardly uses a processor: what an earlier load left to do is done.
    pub fn come_to_rest(&self) -> Result<(), BenchError> {
        /// Long enough for some ticks of the clock to count.
        const LOOK: Duration = Duration::from_millis(500);
        let begun = clock::now();
        loop {
            let before = self.cpu_s()?;
            clock::pause(LOOK);
            if (self.cpu_s()? - before) / LOOK.as_secs_f64() <= AT_REST {
                return Ok(());
            }
            if clock::now() - begun > REST_MAX {
                return Err(BenchError::Unexpected("the server does not come to rest".to_owned()));
            }
        }
    }

    /// SIGKILL. Whoever is gone already is as good as killed.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A line of `/proc/PID/status` that says kB, in bytes.
pub fn memory_bytes(process: &str, line: &str) -> Result<f64, BenchError> {
    let path = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(&path).map_err(BenchError::doing(format!("read {path}")))?;
    let kilobytes = status
        .lines()
        .find_map(|found| found.strip_prefix(line)?.split_whitespace().next()?.parse::<f64>().ok())
        .ok_or_else(|| BenchError::Unexpected(format!("{path} says no {line}")))?;
    Ok(kilobytes * 1024.0)
}
