//! The project's verbs, one table: `cargo xtask VERB`.
//!
//! It owns the table and the exit codes: 0 done, 1 something failed, 2 what was typed is not known.
//! It never does the work itself (that is `verbs/`) and never depends on a crate: it must build in a
//! second or two on an empty machine and print before the first dependency is fetched.
//! A program rather than a shell script, so that the counting and the closing table are tested.

// The one place outside the product's shells where a clock and the environment are read: xtask times
// other programs and follows CARGO_TARGET_DIR.
#![allow(clippy::disallowed_methods)]

mod component;
mod count;
mod defect;
mod failure;
mod lib_fuzzer;
mod needs;
mod part;
mod progress;
mod purity;
mod read_me;
mod run;
mod sbom;
mod sqlite;
mod table;
mod tarball;
mod tool;
mod verbs;
mod workspace;

use std::env;
use std::process::ExitCode;

use failure::Failure;
use workspace::Workspace;

/// A verb: what is typed, what it does, and the function that does it.
struct Verb {
    name: &'static str,
    arguments: &'static str,
    does: &'static str,
    run: fn(&Workspace, &[String]) -> Result<ExitCode, Failure>,
}

const VERBS: [Verb; 8] = [
    Verb {
        name: "setup",
        arguments: "[PART|fuzz|peers|valhalla]",
        does: "gets the tools that are missing, for one part of the test or for all; `fuzz`, `peers`, `valhalla`: for those",
        run: verbs::setup::run,
    },
    Verb {
        name: "demo",
        arguments: "[ARGUMENTS]",
        does: "builds the product and runs `tournee demo` with the arguments",
        run: verbs::demo::run,
    },
    Verb {
        name: "test",
        arguments: "[--only PART] [--all] [--mutants N] [--kills N]",
        does: "runs the checks and the tests; --all counts a missing tool as failed",
        run: verbs::test::run,
    },
    Verb {
        name: "bench",
        arguments: "[NAME...] [--json FILE]",
        does: "measures the product, or the figures named; `all peers`: beside others; `planner ...`: its own",
        run: verbs::bench::run,
    },
    Verb {
        name: "fuzz",
        arguments: "TARGET [--seconds N] [--replay FILE]",
        does: "makes inputs up for one target, led by what they reach, and says what it found",
        run: verbs::fuzz::run,
    },
    Verb {
        name: "simulate",
        arguments: "--seeds A..B | --defects [NAME ...]",
        does: "plays days with everything that can go wrong, a seed each; or plants defects and sees them found",
        run: verbs::simulate::run,
    },
    Verb {
        name: "bindings",
        arguments: "",
        does: "writes the Python, Kotlin and Swift halves of mobile-bindings into target/bindings",
        run: verbs::bindings::run,
    },
    Verb {
        name: "package",
        arguments: "[--dev]",
        does: "makes a tarball that needs no Rust, in target/package; --dev is quick and not for use",
        run: verbs::package::run,
    },
];

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            failure.exit_code()
        }
    }
}

fn dispatch() -> Result<ExitCode, Failure> {
    let typed = typed()?;
    let Some((name, arguments)) = typed.split_first() else {
        println!("{}", help());
        return Ok(ExitCode::SUCCESS);
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        println!("{}", help());
        return Ok(ExitCode::SUCCESS);
    }
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        return Err(Failure::Input(format!("there is no verb '{name}'.\n\n{}", help())));
    };
    // `demo --help` is for `tournee demo`, which knows its own arguments.
    if verb.name != "demo" && arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{}", help());
        return Ok(ExitCode::SUCCESS);
    }
    (verb.run)(&Workspace::find()?, arguments)
}

fn typed() -> Result<Vec<String>, Failure> {
    env::args_os()
        .skip(1)
        .map(|argument| {
            argument.into_string().map_err(|bytes| {
                Failure::Input(format!("the argument {bytes:?} is not UTF-8: write it in UTF-8."))
            })
        })
        .collect()
}

fn help() -> String {
    let mut text = String::from("cargo xtask VERB\n\n");
    for verb in &VERBS {
        let call = format!("{} {}", verb.name, verb.arguments);
        text.push_str(&format!("  {call:<28} {}\n", verb.does));
    }
    text.push_str("\nParts of the test, in the order they run:\n\n");
    for part in &part::PARTS {
        text.push_str(&format!("  {:<28} {}\n", part.name, part.shows));
    }
    text.push_str("\nExit codes: 0 done, 1 something failed, 2 what was typed is not known.");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_verb_and_every_part() {
        let text = help();
        for name in VERBS.iter().map(|verb| verb.name).chain(part::PARTS.iter().map(|part| part.name)) {
            assert!(text.contains(&format!("\n  {name} ")), "{name} is missing from:\n{text}");
        }
    }
}
