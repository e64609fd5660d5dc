//! `cargo xtask bindings`: writes the foreign halves of mobile-bindings from the built library.
//!
//! It owns which languages there are and where they land (`target/bindings/LANGUAGE`). Nothing generated
//! is ever checked in: the library for this machine holds the whole description, and writing it again
//! takes less than a second. The bindgen crate is run, not linked, as it takes longest of all to build.

use std::fs;
use std::process::ExitCode;

use crate::count::Count;
use crate::failure::Failure;
use crate::run;
use crate::workspace::Workspace;

/// Python for the contract tests, Kotlin and Swift for the phones.
const LANGUAGES: [&str; 3] = ["python", "kotlin", "swift"];

/// Writes all languages.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::Input(format!("'{argument}' is not known: `bindings` takes no arguments.")));
    }
    build(workspace)?;
    for language in LANGUAGES {
        generate(workspace, language)?;
        println!("{language}: {}", workspace.bindings(language).display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the Python half, lays the library beside it and runs the contract tests through it.
pub fn test(workspace: &Workspace) -> Result<Count, Failure> {
    build(workspace)?;
    generate(workspace, "python")?;
    let folder = workspace.bindings("python");
    let library = workspace.phone_library();
    let beside = folder.join(library.file_name().unwrap_or_default());
    fs::copy(&library, &beside).map_err(|error| Failure::writing(&beside, &error))?;

    let mut tests = workspace.program("python3");
    tests
        .args(["-m", "unittest", "discover", "-s", "mobile-bindings/tests", "-p", "test_*.py", "-v"])
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("TOURNEE_BINARY", workspace.tournee());
    run::counted(tests, Count::read_unittest)
}

fn build(workspace: &Workspace) -> Result<(), Failure> {
    println!("Building the phones' library (cargo build).");
    run::required(workspace.cargo("build"), "the workspace did not build: the compiler's message is above.")
}

fn generate(workspace: &Workspace, language: &str) -> Result<(), Failure> {
    println!("Writing {language} (cargo run -p bindgen; its first build takes a minute or two).");
    let mut bindgen = workspace.cargo("run -p bindgen -- generate");
    bindgen.arg(workspace.phone_library());
    // Formatters of other languages are not asked for: the text must not depend on what is installed.
    bindgen.args(["--no-format", "--language", language, "--out-dir"]).arg(workspace.bindings(language));
    run::required(
        bindgen,
        "bindgen failed: its message is above. A missing library means that mobile-bindings has lost \
         crate-type cdylib.",
    )
}
