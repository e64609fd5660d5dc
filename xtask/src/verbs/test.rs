//! `cargo xtask test`: runs the parts in their order and closes with the table.
//!
//! It owns the flags and the verdict. It never installs, and never leaves a part out in silence: one that
//! lacks a tool stands in the table with the command that gets it, and counts as failed where it was
//! asked for by name or, for what can be got, with `--all`. A part that fails does not stop the next: one run tells all.

use std::process::ExitCode;
use std::time::Instant;

use crate::count::Count;
use crate::failure::Failure;
use crate::part::{DENY, PARTS, Part, WITH_VALHALLA, Work};
use crate::purity;
use crate::run;
use crate::table::{Missing, Row, closing_line, table};
use crate::tool::{INDEPENDENT, Tool};
use crate::verbs::bindings;
use crate::workspace::{STREETS, Workspace};

/// What was asked for.
#[derive(Debug, Default)]
struct Request {
    only: Option<&'static Part>,
    all: bool,
    /// How many mutants the part that sends any sends; its own number if nobody says.
    mutants: Option<usize>,
    /// How often the part that kills servers does; its own number if nobody says.
    kills: Option<usize>,
}

/// Runs the parts asked for; the last line printed is `N passed, N failed`.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    let request = Request::read(arguments)?;
    let parts: Vec<&Part> = match request.only {
        Some(part) => vec![part],
        None => PARTS.iter().collect(),
    };
    let rows: Vec<Row> = parts.into_iter().map(|part| row(workspace, part, &request)).collect();
    let failed = rows.iter().any(|row| row.count.failed > 0);
    println!("\n{}\n{}", table(&rows), closing_line(&rows));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Request {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut request = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--all" => request.all = true,
                "--only" if request.only.is_some() => {
                    return Err(Failure::Input("--only is given twice: it takes one part.".to_owned()));
                }
                // An empty name is no part either, and is answered with the names there are.
                "--only" => request.only = Some(Part::find(rest.next().map_or("", String::as_str))?),
                "--mutants" => request.mutants = Some(number("--mutants", rest.next())?),
                "--kills" => request.kills = Some(number("--kills", rest.next())?),
                unknown => {
                    return Err(Failure::Input(format!(
                        "'{unknown}' is not known: `test` takes --only PART, --all, --mutants N and --kills N."
                    )));
                }
            }
        }
        match request.only {
            Some(part) if request.mutants.is_some() && !matches!(part.work, Work::Mutants(_)) => {
                Err(Failure::Input(format!("the part '{}' takes no --mutants.", part.name)))
            }
            Some(part) if request.kills.is_some() && !matches!(part.work, Work::Kills(_)) => {
                Err(Failure::Input(format!("the part '{}' takes no --kills.", part.name)))
            }
            _ => Ok(request),
        }
    }
}

impl Request {
    /// Whether a part that lacks these counts as failed.
    fn fails_without(&self, lacks: &[Tool]) -> bool {
        self.only.is_some() || (self.all && lacks.iter().any(|tool| tool.can_be_got()))
    }
}

/// The number after a flag.
fn number(flag: &str, given: Option<&String>) -> Result<usize, Failure> {
    let number = given.and_then(|given| given.parse().ok()).filter(|number| *number > 0);
    number.ok_or_else(|| Failure::Input(format!("{flag} takes a number, 1 or more.")))
}

fn row(workspace: &Workspace, part: &Part, request: &Request) -> Row {
    let started = Instant::now();
    println!("\n== {}: {}", part.name, part.runs());
    let lacks: Vec<Tool> = part.needs.iter().filter(|tool| !tool.is_there(workspace)).copied().collect();
    let names: Vec<&str> = lacks.iter().map(|tool| tool.name()).collect();
    let missing =
        (!lacks.is_empty()).then(|| Missing { tools: names.join(", "), command: part.setup_command() });
    let count = match &missing {
        Some(missing) => {
            println!("not run: {} is missing; get it with `{}`", missing.tools, missing.command);
            if request.fails_without(&lacks) { Count::of_check(false) } else { Count::default() }
        }
        None => work(workspace, part.work, request).unwrap_or_else(|failure| {
            println!("{failure}");
            Count::of_check(false)
        }),
    };
    let seconds = started.elapsed().as_secs_f64();
    let ignored = if count.ignored > 0 { format!(", {} not run", count.ignored) } else { String::new() };
    println!("== {}: {} passed, {} failed{ignored}, {seconds:.1} s", part.name, count.passed, count.failed);
    Row { part: part.name, count, missing, seconds }
}

fn work(workspace: &Workspace, work: Work, request: &Request) -> Result<Count, Failure> {
    match work {
        Work::Check(commands) => {
            let mut passed = true;
            for command in commands {
                passed &= run::shown(workspace.cargo(command))?;
            }
            Ok(Count::of_check(passed))
        }
        Work::Tests(commands) => {
            let mut count = Count::default();
            for command in commands {
                count.add(run::counted(workspace.cargo(command), Count::read_cargo)?);
            }
            Ok(count)
        }
        Work::Mutants(commands) => sized(workspace, commands, "TOURNEE_MUTANTS", request.mutants),
        Work::Kills(commands) => sized(workspace, commands, "TOURNEE_KILLS", request.kills),
        Work::Purity => purity::check(workspace),
        Work::Licences => {
            let mut deny = workspace.program(workspace.tool("cargo-deny", "cargo-deny"));
            deny.args(DENY.split(' '));
            Ok(Count::of_check(run::shown(deny)?))
        }
        Work::Bindings => bindings::test(workspace),
        Work::Travel => {
            let mut tests = workspace.cargo(WITH_VALHALLA);
            tests.env("TOURNEE_VALHALLA", workspace.valhalla()).env(STREETS, workspace.streets());
            run::counted(tests, Count::read_cargo)
        }
        Work::Independent => {
            // All of it, as the parts before did: another choice is another set of features.
            run::required(workspace.cargo("build"), "the workspace did not build: the message is above.")?;
            let mut tests = workspace.program(workspace.tool("node", "node"));
            tests.args(["--test", "--test-reporter=tap"]).current_dir(workspace.file(INDEPENDENT));
            tests.env("TOURNEE_BINARY", workspace.tournee());
            run::counted(tests, Count::read_tap)
        }
    }
}

/// Runs tests that try as much as a variable says, if somebody says it.
fn sized(
    workspace: &Workspace,
    commands: &[&str],
    variable: &str,
    size: Option<usize>,
) -> Result<Count, Failure> {
    let mut count = Count::default();
    for command in commands {
        let mut tests = workspace.cargo(command);
        tests.envs(size.map(|size| (variable, size.to_string())));
        count.add(run::counted(tests, Count::read_cargo)?);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Request, Failure> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Request::read(&arguments)
    }

    #[test]
    fn flags_are_read_in_any_order() {
        let request = read("--all --only stories").unwrap();
        assert!(request.all);
        assert_eq!(request.only.unwrap().name, "stories");
        let request = read("--only purity").unwrap();
        assert!(!request.all);
        assert_eq!(request.only.unwrap().name, "purity");
        assert!(read("").unwrap().only.is_none());
        assert_eq!(read("--only hostile --mutants 10000").unwrap().mutants, Some(10_000));
        assert_eq!(read("--mutants 7 --all").unwrap().mutants, Some(7));
        assert_eq!(read("--only crash --kills 500").unwrap().kills, Some(500));
    }

    #[test]
    fn what_cannot_be_got_fails_only_the_part_that_was_asked_for() {
        let tool = [Tool::Streets, Tool::Valhalla];
        for (line, without_data, without_a_tool) in
            [("", false, false), ("--all", false, true), ("--only travel", true, true)]
        {
            let request = read(line).unwrap();
            assert_eq!(request.fails_without(&tool[..1]), without_data, "{line}");
            assert_eq!(request.fails_without(&tool), without_a_tool, "{line}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused_as_input() {
        for line in [
            "--only nonsense",
            "--only",
            "--everything",
            "stories",
            "--only unit --only docs",
            "--mutants",
            "--mutants 0",
            "--mutants many",
            "--only unit --mutants 7",
            "--kills",
            "--kills 0",
            "--only hostile --kills 7",
            "--only crash --mutants 7",
        ] {
            assert!(matches!(read(line), Err(Failure::Input(_))), "{line}");
        }
    }
}
