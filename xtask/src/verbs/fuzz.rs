//! `cargo xtask fuzz`: builds the fuzzer with coverage, runs one target for a while and says what it found.
//!
//! It owns where things are found and kept, and the words about it. It builds into a folder of its own, because
//! coverage is a flag that compiles everything anew; it asks it of the stable compiler, whose passes LLVM has anyway. It
//! never adds to the corpora of the checkout: what is worth keeping is for a person to say.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::lib_fuzzer::Findings;
use crate::progress;
use crate::run;
use crate::tool::Tool;
use crate::workspace::Workspace;

/// The tools without which the fuzzer is not built: libFuzzer is C++.
pub const NEEDS: &[Tool] = &[Tool::CxxCompiler];

/// The targets; each has its folders in `tests/fuzz`.
const TARGETS: [&str; 5] = ["guard", "sync_request", "record", "command", "enrolment"];

/// Seconds if nobody says: enough to see that it finds something.
const SECONDS: u64 = 60;

/// Seconds that one input may take: some thousand times what the slowest honest one takes, because on a busy machine a
/// crasher that is none was seen at 30.
const SECONDS_PER_INPUT_MAX: u64 = 120;
/// Bytes of an input: past the limit of a change, 64 KiB, which the fuzzer's own limit of 4 KiB would never meet.
const INPUT_BYTES_MAX: usize = 96 * 1024;

/// Coverage of every edge, counted in place, with what is compared. As cargo-fuzz asks for it.
const RUSTFLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    target: &'static str,
    seconds: u64,
    /// An input to try once, instead of making any up.
    replay: Option<PathBuf>,
}

/// Where a target's files are.
struct Folders {
    /// What is kept in the checkout.
    kept: [PathBuf; 2],
    /// What runs found, gone on from by the next.
    found: PathBuf,
    /// What crashed, each under this beginning of a name.
    crashes: PathBuf,
    /// For the folders that targets make; thrown away afterwards.
    scratch: PathBuf,
}

/// Fuzzes, or tries one input again. Fails when something crashes.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    let request = Request::read(arguments)?;
    if let Some(missing) = NEEDS.iter().find(|tool| !tool.is_there(workspace)) {
        let name = missing.name();
        return Err(Failure::Broken(format!("{name} is missing: get it with `cargo xtask setup fuzz`.")));
    }
    let binary = build(workspace)?;
    let folders = Folders::make(workspace, request.target)?;
    let mut fuzzer = workspace.program(&binary);
    fuzzer.env("TOURNEE_FUZZ_TARGET", request.target).env("TMPDIR", &folders.scratch);
    let done = match &request.replay {
        Some(input) => replay(fuzzer, input, &request),
        None => fuzz(workspace, fuzzer, &folders, &request),
    };
    // What is left of it is thrown away with the target folder.
    let _left = fs::remove_dir_all(&folders.scratch);
    done.map(|()| ExitCode::SUCCESS)
}

impl Request {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let known = TARGETS.join(", ");
        let mut rest = arguments.iter();
        let Some(name) = rest.next() else {
            return Err(Failure::Input(format!("`fuzz` needs the name of a target: {known}.")));
        };
        let Some(target) = TARGETS.into_iter().find(|target| target == name) else {
            return Err(Failure::Input(format!("there is no target '{name}'. The targets are: {known}.")));
        };
        let mut request = Self { target, seconds: SECONDS, replay: None };
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--seconds" => {
                    let seconds = rest.next().and_then(|text| text.parse().ok()).filter(|number| *number > 0);
                    let otherwise = || Failure::Input("--seconds takes a number, 1 or more.".to_owned());
                    request.seconds = seconds.ok_or_else(otherwise)?;
                }
                "--replay" => {
                    let otherwise = || Failure::Input("--replay takes a file.".to_owned());
                    request.replay = Some(PathBuf::from(rest.next().ok_or_else(otherwise)?));
                }
                unknown => {
                    return Err(Failure::Input(format!(
                        "'{unknown}' is not known: `fuzz` takes a target, --seconds N and --replay FILE."
                    )));
                }
            }
        }
        match &request.replay {
            Some(input) if !input.is_file() => {
                Err(Failure::Input(format!("--replay: there is no file {}.", input.display())))
            }
            Some(_) | None => Ok(request),
        }
    }
}

impl Folders {
    fn make(workspace: &Workspace, target: &str) -> Result<Self, Failure> {
        let folders = Self {
            kept: ["corpus", "crashers"].map(|kind| workspace.file(&format!("tests/fuzz/{kind}/{target}"))),
            found: workspace.fuzzing("corpus").join(target),
            crashes: workspace.fuzzing("crashes").join(target),
            scratch: workspace.fuzzing("scratch").join(format!("{target}-{}", std::process::id())),
        };
        for folder in [&folders.found, &folders.crashes, &folders.scratch] {
            fs::create_dir_all(folder).map_err(|error| Failure::writing(folder, &error))?;
        }
        Ok(folders)
    }
}

fn build(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let about = run::required_text(workspace.cargo("-vV"), "cargo does not say which machine this is.")?;
    let machine = about.lines().find_map(|line| line.strip_prefix("host: "));
    let machine =
        machine.ok_or_else(|| Failure::Broken("cargo names no machine in `cargo -vV`.".to_owned()))?;
    println!(
        "Building the fuzzer with coverage (cargo build --package fuzz); the first build takes some minutes."
    );
    // With the machine named, build scripts and macros stay as they are: coverage is for the product.
    let mut cargo = workspace.cargo(&format!("build --package fuzz --profile fuzz --target {machine}"));
    let folder = workspace.fuzzing("build");
    cargo.env("RUSTFLAGS", RUSTFLAGS).env_remove("CARGO_ENCODED_RUSTFLAGS").env("CARGO_TARGET_DIR", &folder);
    progress::build(cargo, "the fuzzer did not build: the compiler's message is above.")?;
    Ok(folder.join(machine).join("fuzz").join("fuzz"))
}

fn replay(mut fuzzer: Command, input: &Path, request: &Request) -> Result<(), Failure> {
    fuzzer.arg(std::path::absolute(input).map_err(|error| Failure::reading(input, &error))?);
    let (input, target) = (input.display(), request.target);
    run::required(fuzzer, &format!("{input} crashes the target {target}: what it said is above."))?;
    println!("{input} does not crash the target {target}.");
    Ok(())
}

fn fuzz(
    workspace: &Workspace,
    mut fuzzer: Command,
    folders: &Folders,
    request: &Request,
) -> Result<(), Failure> {
    let target = request.target;
    let (kept, before) = (folders.kept.iter().map(|folder| files(folder)), files(&folders.found));
    let kept: usize = kept.map(|files| files.len()).sum();
    let crashed_before = files(&folders.crashes);
    println!(
        "Fuzzing {target} for {} s, from {kept} entries kept and {} found before.",
        request.seconds,
        before.len()
    );
    // It writes into the first folder and only reads the others.
    fuzzer.arg(&folders.found).args(&folders.kept);
    fuzzer.arg(format!("-max_total_time={}", request.seconds));
    fuzzer.arg(format!("-timeout={SECONDS_PER_INPUT_MAX}"));
    fuzzer.arg(format!("-max_len={INPUT_BYTES_MAX}"));
    fuzzer.arg(format!("-artifact_prefix={}/", folders.crashes.display()));
    // New functions are printed as addresses, which nobody can read.
    fuzzer.args(["-print_final_stats=1", "-print_funcs=0"]);
    let words = workspace.file(&format!("tests/fuzz/dictionaries/{target}.dict"));
    if words.is_file() {
        fuzzer.arg(format!("-dict={}", words.display()));
    }
    let (well, findings) = Findings::watch(fuzzer, |line| println!("{line}"))?;

    let found = files(&folders.found);
    let new: Vec<&PathBuf> = found.difference(&before).collect();
    println!("{target}: {findings}");
    println!(
        "corpus: {} entries before, {} new in {}",
        kept + before.len(),
        new.len(),
        folders.found.display()
    );
    if let Some(first) = new.first() {
        println!(
            "to keep one: cp {} tests/fuzz/corpus/{target}/, then cargo test --test corpora",
            first.display()
        );
    }
    if well {
        return Ok(());
    }
    let crashes = files(&folders.crashes);
    let Some(crash) = crashes.difference(&crashed_before).next() else {
        return Err(Failure::Broken(format!(
            "the fuzzer ended badly, or {target} crashed on an input that is in {} already: what it said is above.",
            folders.crashes.display()
        )));
    };
    let crash = crash.display();
    Err(Failure::Broken(format!(
        "{target} crashed. The input is {crash}\n  to try it again: cargo xtask fuzz {target} --replay {crash}\n  \
         to keep it: cp {crash} tests/fuzz/crashers/{target}/WHAT-IS-WRONG, then cargo test --test corpora"
    )))
}

/// The inputs in a folder; none if it is not there.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let paths = entries.map(|entry| entry.path());
    paths
        .filter(|path| path.is_file() && path.extension().is_none_or(|extension| extension != "md"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Request, Failure> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Request::read(&arguments)
    }

    #[test]
    fn an_unknown_target_is_answered_with_the_targets_there_are() {
        for line in ["", "nonsense", "--seconds 3"] {
            let Err(Failure::Input(text)) = read(line) else { panic!("'{line}' was taken") };
            assert!(TARGETS.iter().all(|target| text.contains(target)), "{text}");
        }
    }

    #[test]
    fn the_time_is_given_or_a_minute_and_what_is_not_known_is_refused() {
        assert_eq!(read("guard"), Ok(Request { target: "guard", seconds: SECONDS, replay: None }));
        assert_eq!(read("record --seconds 7").map(|request| request.seconds), Ok(7));
        for line in
            ["guard --seconds", "guard --seconds 0", "guard --minutes 3", "guard record", "guard --replay"]
        {
            assert!(matches!(read(line), Err(Failure::Input(_))), "{line}");
        }
    }

    #[test]
    fn every_target_has_its_folders_in_the_checkout() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus");
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let names: BTreeSet<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        assert_eq!(names, TARGETS.map(str::to_owned).into());
    }
}
