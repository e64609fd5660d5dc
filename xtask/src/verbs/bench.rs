//! `cargo xtask bench`: builds a bench for speed and hands over to it.
//!
//! It owns which benches there are and what they stand on. It never knows the figures of a bench, so that a new one
//! is added in one place; it never runs an unoptimised build, whose figures would mean nothing.

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};

use crate::failure::Failure;
use crate::run;
use crate::tool::{PEERS as PEERS_FOLDER, Tool};
use crate::workspace::Workspace;

/// The bench that takes arguments of its own, by its first word.
const PLANNER: &str = "planner";
const PLANNER_BENCH: &str = "bench_planner";
/// Its argument for days between real places, which a known solver plans beside it.
const PLACES: &str = "--places";
/// That solver, a crate of its own that nothing else compiles, and the argument that passes it.
const YARDSTICK: &str = "yardstick";
const WITH_YARDSTICK: &str = "--yardstick";
/// The word for the peers, which stand on Node and its packages.
const PEERS: &str = "peers";
/// Where the peers' bench writes what it found.
const PAGE: &str = "docs/performance.md";

/// What is built and run.
#[derive(Debug, PartialEq, Eq)]
struct Bench<'a> {
    /// What is built, as after `--bin`; the first is run.
    binaries: &'static [&'static str],
    arguments: &'a [String],
}

/// Builds the bench that is asked for and runs it with the arguments.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    let Bench { binaries, arguments } = chosen(arguments);
    let with_peers = binaries.len() > 1 && arguments.iter().any(|argument| argument == PEERS);
    if with_peers
        && let Some(missing) = [Tool::Node, Tool::PeerPackages].iter().find(|tool| !tool.is_there(workspace))
    {
        return Err(Failure::Broken(format!(
            "`bench {PEERS}` needs {}: get it with `cargo xtask setup {PEERS}`.",
            missing.name()
        )));
    }
    let built: String = binaries.iter().map(|binary| format!(" --bin {binary}")).collect();
    println!("Building (cargo build --release{built}).");
    run::required(
        workspace.cargo(&format!("build --release{built}")),
        "the bench did not build: the compiler's message is above.",
    )?;

    let Some(binary) = binaries.first() else { return Ok(ExitCode::SUCCESS) };
    let beside = if wants_yardstick(binary, arguments) { yardstick(workspace)? } else { None };
    println!("Running: {binary} {}", arguments.join(" "));
    let mut bench = workspace.program(workspace.released(binary));
    for argument in arguments {
        bench.arg(argument);
        if with_peers && argument == PEERS {
            bench.arg(workspace.tool("node", "node"));
            bench.arg(workspace.file(PEERS_FOLDER)).arg(workspace.file(PAGE));
        }
    }
    if let Some(program) = beside {
        bench.arg(WITH_YARDSTICK).arg(program);
    }
    let status = bench.stdin(Stdio::null()).status().map_err(|error| Failure::starting(binary, &error))?;
    // No code means a signal ended it: ours to look at.
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

/// Whether a known solver is to plan beside the planner, and none was passed.
fn wants_yardstick(binary: &str, arguments: &[String]) -> bool {
    let typed = |name: &str| arguments.iter().any(|argument| argument == name);
    binary == PLANNER_BENCH && typed(PLACES) && !typed(WITH_YARDSTICK)
}

/// Builds the known solver; where that fails (it needs some 40 crates of the registry) the planner is
/// measured alone, and its bench says so again.
fn yardstick(workspace: &Workspace) -> Result<Option<PathBuf>, Failure> {
    println!(
        "Building the solver beside it (cargo build --release --package {YARDSTICK}): minutes at first."
    );
    if run::shown(workspace.cargo(&format!("build --release --package {YARDSTICK}")))? {
        return Ok(Some(workspace.released(YARDSTICK)));
    }
    println!(
        "The {YARDSTICK} did not build: the compiler's message is above. The planner is measured ALONE."
    );
    Ok(None)
}

/// The planner's if it is named first; else the product's, which is built beside its bench.
fn chosen(arguments: &[String]) -> Bench<'_> {
    match arguments.split_first() {
        Some((first, rest)) if first == PLANNER => Bench { binaries: &[PLANNER_BENCH], arguments: rest },
        Some(_) | None => Bench { binaries: &["bench_server", "tournee"], arguments },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn the_planners_bench_gets_the_arguments_after_its_name() {
        let typed = typed(&["planner", "--seconds", "3"]);
        assert_eq!(chosen(&typed), Bench { binaries: &["bench_planner"], arguments: &typed[1..] });
    }

    #[test]
    fn a_solver_is_built_beside_the_planner_for_places_alone_and_unless_one_is_passed() {
        let asked = |words: &[&str]| wants_yardstick(PLANNER_BENCH, &typed(words));
        assert!(asked(&["--seeds", "1", "--places", "folder"]));
        assert!(!asked(&["--instances", "folder"]));
        assert!(!asked(&["--places", "folder", "--yardstick", "program"]));
        assert!(!wants_yardstick("bench_server", &typed(&["--places", "folder"])));
    }

    #[test]
    fn whatever_else_is_typed_goes_to_the_products_bench_as_it_is() {
        for words in [&[][..], &["nonsense"], &["tap_over_bare_commit", "--json", "file"]] {
            let typed = typed(words);
            assert_eq!(chosen(&typed), Bench { binaries: &["bench_server", "tournee"], arguments: &typed });
        }
    }
}
