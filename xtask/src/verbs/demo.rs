//! `cargo xtask demo`: builds the product and hands over to `tournee demo`.
//!
//! It owns only the build and the words before it. It never knows the demo's arguments, so that a new
//! one is added in one place, and it keeps the demo's exit code: 2 for the reader's input, 1 for ours.

use std::process::{ExitCode, Stdio};

use crate::failure::Failure;
use crate::progress;
use crate::workspace::Workspace;

/// Builds `tournee` and runs its demo with the arguments as they are.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    println!("Building tournee (cargo build --bin tournee); the first build takes some minutes.");
    progress::build(
        workspace.cargo("build --bin tournee"),
        "tournee did not build: the compiler's message is above.",
    )?;

    println!("Running: tournee demo {}", arguments.join(" "));
    let mut demo = workspace.program(workspace.tournee());
    demo.arg("demo").args(arguments).stdin(Stdio::inherit());
    let status = demo.status().map_err(|error| Failure::starting("tournee", &error))?;
    // No code means a signal ended it: ours to look at.
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}
