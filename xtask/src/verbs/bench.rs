//! `cargo xtask bench`: builds a bench for speed and hands over to it.
//!
//! It owns which benches there are. It never knows a bench's own arguments, so that a new one is added in
//! one place; it never runs an unoptimised build, whose figures would mean nothing.

use std::process::{ExitCode, Stdio};

use crate::failure::Failure;
use crate::run;
use crate::workspace::Workspace;

/// A bench and the binary that does it.
const BENCHES: [(&str, &str); 1] = [("planner", "bench_planner")];

/// Builds the bench that is named first and runs it with the other arguments as they are.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    let (binary, arguments) = named(arguments)?;
    println!("Building {binary} (cargo build --release --bin {binary}).");
    run::required(
        workspace.cargo(&format!("build --release --bin {binary}")),
        "the bench did not build: the compiler's message is above.",
    )?;

    println!("Running: {binary} {}", arguments.join(" "));
    let mut bench = workspace.program(workspace.released(binary));
    bench.args(arguments).stdin(Stdio::null());
    let status = bench.status().map_err(|error| Failure::starting(binary, &error))?;
    // No code means a signal ended it: ours to look at.
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

fn named(arguments: &[String]) -> Result<(&'static str, &[String]), Failure> {
    let known = BENCHES.map(|(name, _)| name).join(", ");
    let Some((name, rest)) = arguments.split_first() else {
        return Err(Failure::Input(format!("`bench` needs the name of a bench: {known}.")));
    };
    match BENCHES.iter().find(|(bench, _)| bench == name) {
        Some((_, binary)) => Ok((binary, rest)),
        None => Err(Failure::Input(format!("there is no bench '{name}'. The benches are: {known}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_bench_is_answered_with_the_benches_there_are() {
        for arguments in [vec![], vec!["nonsense".to_owned()]] {
            let Err(Failure::Input(text)) = named(&arguments) else { panic!("it was taken") };
            assert!(text.contains("planner"), "{text}");
        }
    }

    #[test]
    fn a_bench_gets_the_arguments_after_its_name() {
        let typed = ["planner", "--seconds", "3"].map(str::to_owned);
        let (binary, rest) = named(&typed).unwrap();
        assert_eq!((binary, rest), ("bench_planner", &typed[1..]));
    }
}
