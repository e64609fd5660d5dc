//! `tournee check`: whether a folder is fit to be served and safe to lose a disk: a line each, with what to do.

use std::path::{Path, PathBuf};

use clap::Args;
use core_sync::domain::time::{Milliseconds, Timestamp};
use serde_json::{Value, json};
use server::backup::last;
use server::config::{Config, ConfigFile, Layer};
use server::revocations;

use super::backup::kib;
use super::restore::utc;
use crate::failure::{Failure, whole_chain};
use crate::output::Output;
use crate::shell::Shell;

/// A backup older than this is worth a warning: a day's work is what phones surely still hold.
const BACKUP_AGE_MAX: Milliseconds = Milliseconds::hours(26);
/// A WAL larger than this is not emptied any more: something reads for hours.
const WAL_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Less free than this: the disk fills within days.
const DISK_BYTES_LOW: u64 = 1024 * 1024 * 1024;
/// Less free than this: the next commits fail.
const DISK_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// What to look at.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The data folder, served or not. Without it the one that configuration names.
    data: Option<PathBuf>,
    /// The TOML file that `serve` is given.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Ok,
    Warning,
    Fault,
}

impl State {
    const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// A line: its text's code and what stands in it.
#[derive(Debug)]
struct Line {
    code: &'static str,
    state: State,
    values: Vec<(&'static str, String)>,
}

fn ok(code: &'static str, values: Vec<(&'static str, String)>) -> Line {
    Line { code, state: State::Ok, values }
}

fn warning(code: &'static str, values: Vec<(&'static str, String)>) -> Line {
    Line { code, state: State::Warning, values }
}

fn fault(code: &'static str, values: Vec<(&'static str, String)>) -> Line {
    Line { code, state: State::Fault, values }
}

/// Runs it. Exit code 1 with a fault, 0 with warnings only.
pub(crate) fn run(arguments: &CheckArguments, shell: &Shell) -> Result<Output, Failure> {
    let mut lines = Vec::new();
    let config = config(arguments, shell, &mut lines);
    let data = arguments.data.clone().or_else(|| config.map(|config| config.data_dir));
    let Some(data) = data else {
        if lines.is_empty() {
            return Err(Failure::yours("data", shell.word("cli.check_what")));
        }
        return Ok(output(&lines, shell));
    };
    let now = shell.moment().time;
    let (version, is_new_enough) = server::checkup::sqlite();
    let values = vec![("version", version.to_owned())];
    lines.push(if is_new_enough { ok("sqlite_ok", values) } else { fault("sqlite_old", values) });
    folder(&data, &mut lines);
    database(&data, now, &mut lines);
    disk(&data, &mut lines);
    backup(&data, now, &mut lines);
    remembered(&data, &mut lines);
    Ok(output(&lines, shell))
}

fn output(lines: &[Line], shell: &Shell) -> Output {
    let text: Vec<String> = lines
        .iter()
        .map(|line| {
            let values: Vec<(&str, &str)> =
                line.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let said = shell.phrase(&format!("check.{}", line.code), &values);
            format!("{}: {said}", shell.word(&format!("check.{}", line.state.code())))
        })
        .collect();
    let list: Vec<Value> = lines
        .iter()
        .map(|line| {
            let values: serde_json::Map<String, Value> =
                line.values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            json!({ "state": line.state.code(), "code": line.code, "values": values })
        })
        .collect();
    let worst = lines.iter().map(|line| line.state).max().unwrap_or(State::Ok);
    let exit_code = u8::from(worst == State::Fault);
    Output { text: text.join("\n"), json: json!({ "state": worst.code(), "lines": list }), exit_code }
}

/// The configuration as `serve` would read it, if a file is given; it names addresses and TLS files.
fn config(arguments: &CheckArguments, shell: &Shell, lines: &mut Vec<Line>) -> Option<Config> {
    let path = arguments.config.as_ref()?;
    let name = ("file", path.display().to_string());
    let why = |error: String| vec![name.clone(), ("why", error)];
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            lines.push(fault("config_bad", why(error.to_string())));
            return None;
        }
    };
    let flags = Layer { data_dir: arguments.data.clone(), ..Layer::default() };
    let file = ConfigFile { path, text: &text };
    match server::config::resolve(&flags, &shell.environment, Some(file), crate::serve::OTHER_VARIABLES) {
        Ok(config) => {
            lines.push(ok("config_ok", vec![name, ("address", config.listen.to_string())]));
            if let Some(files) = &config.tls {
                lines.push(match server::tls::read(files) {
                    Ok(_) => ok("tls_ok", Vec::new()),
                    Err(error) => fault("tls_bad", vec![("why", whole_chain(&error))]),
                });
            }
            Some(config)
        }
        Err(error) => {
            lines.push(fault("config_bad", why(error.to_string())));
            None
        }
    }
}

fn folder(data: &Path, lines: &mut Vec<Line>) {
    let name = ("folder", data.display().to_string());
    match std::fs::metadata(data) {
        Ok(metadata) if metadata.is_dir() => {
            let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
            lines.push(match mode & 0o077 {
                0 => ok("folder_ok", vec![name]),
                _ => warning("folder_open", vec![name, ("mode", format!("{mode:03o}"))]),
            });
        }
        Ok(_) | Err(_) => lines.push(fault("folder_missing", vec![name])),
    }
}

fn database(data: &Path, now: Timestamp, lines: &mut Vec<Line>) {
    let database = match server::checkup::database(data) {
        Ok(database) => database,
        Err(error) => {
            lines.push(fault("database_bad", vec![("why", whole_chain(&error))]));
            return;
        }
    };
    let schema = vec![("schema", database.schema.to_string()), ("known", database.schema_known.to_string())];
    lines.push(match database.schema.cmp(&database.schema_known) {
        std::cmp::Ordering::Equal => ok("database_ok", schema),
        std::cmp::Ordering::Less => warning("schema_old", schema),
        std::cmp::Ordering::Greater => fault("schema_newer", schema),
    });
    lines.push(match database.bad_keys.is_empty() {
        true => ok("keys_ok", Vec::new()),
        false => fault("keys_bad", vec![("files", database.bad_keys.join(", "))]),
    });
    let times = |newest| vec![("now", utc(now)), ("newest", utc(newest))];
    lines.push(match database.last_row.filter(|newest| *newest > now) {
        None => ok("clock_ok", vec![("now", utc(now))]),
        Some(newest) => fault("clock_behind", times(newest)),
    });
    let wal = vec![("kib", kib(database.wal_bytes))];
    lines.push(if database.wal_bytes > WAL_BYTES_MAX {
        warning("wal_large", wal)
    } else {
        ok("wal_ok", wal)
    });
}

fn disk(data: &Path, lines: &mut Vec<Line>) {
    let Ok(space) = rustix::fs::statvfs(data) else { return };
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    let values = vec![("mib", (free / 1024 / 1024).to_string())];
    lines.push(match free {
        DISK_BYTES_LOW.. => ok("disk_ok", values),
        DISK_BYTES_MIN.. => warning("disk_low", values),
        _ => fault("disk_full", values),
    });
}

fn backup(data: &Path, now: Timestamp, lines: &mut Vec<Line>) {
    let Some(last) = last::read(data) else {
        lines.push(warning("backup_none", Vec::new()));
        return;
    };
    let values = vec![("time", utc(last.made_ms)), ("folder", last.path.display().to_string())];
    let is_old = now.since(last.made_ms) > BACKUP_AGE_MAX;
    lines.push(if is_old { warning("backup_old", values) } else { ok("backup_ok", values) });
}

fn remembered(data: &Path, lines: &mut Vec<Line>) {
    let path = data.join(revocations::FILE_NAME);
    lines.push(match revocations::read(&path) {
        Ok(read) if read.damaged.is_empty() => {
            ok("revocations_ok", vec![("lines", read.lines.len().to_string())])
        }
        Ok(read) => {
            let numbers: Vec<String> = read.damaged.iter().map(usize::to_string).collect();
            warning("revocations_damaged", vec![("lines", numbers.join(", "))])
        }
        Err(error) => fault("revocations_bad", vec![("why", whole_chain(&error))]),
    });
}
