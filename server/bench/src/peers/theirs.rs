//! A peer driven by its own clients: prepared, measured while a client brings its acts, killed, started again, counted.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use serde::Deserialize;

use super::peer::{Peer, node};
use super::{Outcome, Tools};
use crate::clock;
use crate::error::BenchError;
use crate::process::{Process, scratch};
use crate::relay::Relay;

/// How long a peer may take to listen.
const LISTENS_MAX: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A line of the driver.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Said {
    Prepared(usize),
    Seen(usize),
    Counted(usize),
}

/// The acts of each document: keys and records in base64url, as JSON.
pub fn drive(peer: &Peer, tools: &Tools, acts: &str) -> Result<Outcome, BenchError> {
    let folder = scratch()?;
    let (kept, acts_file, ids_file) =
        (folder.path().join("kept"), folder.path().join("acts.json"), folder.path().join("ids.json"));
    std::fs::create_dir(&kept).map_err(BenchError::file("make", &kept))?;
    std::fs::write(&acts_file, acts).map_err(BenchError::file("write", &acts_file))?;
    let log = folder.path().join("log");
    let (mut server, address) = start(peer, tools, &kept, &log)?;
    let relay = Relay::start(&address)?;

    let mut client = node(tools, &["drive.mjs", "drive", peer.name, &address, &relay.address]);
    client.arg(&acts_file).arg(&ids_file).stdin(Stdio::piped());
    let (mut client, mut lines) = with_lines(client, peer, &log)?;
    heard(&mut lines, peer, &log, |said| matches!(said, Said::Prepared(_)))?;
    server.come_to_rest()?;
    let (before, begun) = (server.cpu_s()?, clock::now());
    let mut go = client.stdin.take().ok_or_else(|| BenchError::Unexpected("no input".to_owned()))?;
    writeln!(go, "go").map_err(BenchError::doing("tell the driver to begin"))?;
    let seen = heard(&mut lines, peer, &log, |said| matches!(said, Said::Seen(_)))?;
    let (cpu_s, wall_s) = (server.cpu_s()? - before, (clock::now() - begun).as_secs_f64());
    server.kill();
    let bytes = relay.bytes();
    let mut client = Process::of(client);
    client.kill();

    let (_server, address) = start(peer, tools, &kept, &log)?;
    let mut fresh = node(tools, &["drive.mjs", "count", peer.name, &address]);
    fresh.arg(&ids_file).stdin(Stdio::null());
    let (fresh, mut lines) = with_lines(fresh, peer, &log)?;
    let found = heard(&mut lines, peer, &log, |said| matches!(said, Said::Counted(_)))?;
    drop(Process::of(fresh));
    Ok(Outcome {
        name: peer.name,
        version: version(tools, peer.package)?,
        promises: peer.promises,
        acts: seen,
        // Their clients make one for each act.
        changes: seen,
        cpu_s,
        later_cpu_s: None,
        bytes,
        wall_s,
        seen,
        found,
    })
}

/// Starts it and waits until somebody can connect.
fn start(peer: &Peer, tools: &Tools, kept: &Path, log: &Path) -> Result<(Process, String), BenchError> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = free.map_err(BenchError::doing("find a free port"))?;
    let mut command = (peer.start)(tools, address.port(), kept);
    command.stdin(Stdio::null()).stdout(appended(log)?).stderr(appended(log)?);
    let child = command.spawn().map_err(BenchError::doing(format!("start {}", peer.name)))?;
    let mut process = Process::of(child);
    let begun = clock::now();
    while TcpStream::connect(address).is_err() {
        if !process.runs() || clock::now() - begun > LISTENS_MAX {
            return Err(silent(peer, log));
        }
        clock::pause(LOOK);
    }
    Ok((process, address.to_string()))
}

fn with_lines(
    mut command: std::process::Command,
    peer: &Peer,
    log: &Path,
) -> Result<(Child, BufReader<ChildStdout>), BenchError> {
    command.stdout(Stdio::piped()).stderr(appended(log)?);
    let mut child = command.spawn().map_err(BenchError::doing("start the driver"))?;
    let lines = child.stdout.take().ok_or_else(|| silent(peer, log))?;
    Ok((child, BufReader::new(lines)))
}

/// The number that the driver says, if it is what was waited for.
fn heard(
    lines: &mut BufReader<ChildStdout>,
    peer: &Peer,
    log: &Path,
    is_it: impl Fn(&Said) -> bool,
) -> Result<usize, BenchError> {
    let mut line = String::new();
    lines.read_line(&mut line).map_err(BenchError::doing("read what the driver says"))?;
    // What it says beside the number is for people.
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&line).map_err(|_| silent(peer, log))?;
    let said = fields.into_iter().find_map(|field| {
        let one = serde_json::Value::Object(std::iter::once(field).collect());
        serde_json::from_value::<Said>(one).ok()
    });
    match said.filter(is_it) {
        Some(Said::Prepared(count) | Said::Seen(count) | Said::Counted(count)) => Ok(count),
        None => Err(silent(peer, log)),
    }
}

fn appended(log: &Path) -> Result<File, BenchError> {
    File::options().create(true).append(true).open(log).map_err(BenchError::file("write", log))
}

fn silent(peer: &Peer, log: &Path) -> BenchError {
    let said = std::fs::read_to_string(log).unwrap_or_default();
    let last: Vec<&str> = said.lines().rev().take(8).collect();
    let said = last.into_iter().rev().collect::<Vec<_>>().join(" | ");
    BenchError::Program { program: peer.name.to_owned(), said }
}

/// The version that is installed.
fn version(tools: &Tools, package: &str) -> Result<String, BenchError> {
    let file = tools.folder.join("node_modules").join(package).join("package.json");
    let text = std::fs::read_to_string(&file).map_err(BenchError::file("read", &file))?;
    let json: serde_json::Value = serde_json::from_str(&text)?;
    Ok(json.get("version").and_then(serde_json::Value::as_str).unwrap_or("unknown").to_owned())
}
