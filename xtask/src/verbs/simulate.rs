//! `cargo xtask simulate`: plays seeds of the simulator, or plants each defect and sees that some seed finds it.
//!
//! It owns which processes run and where their stores are; what a seed is, it leaves to the simulator.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::thread::available_parallelism;
use std::time::Instant;

use crate::defect::{self, Defect};
use crate::failure::Failure;
use crate::progress;
use crate::run;
use crate::workspace::Workspace;

/// Seeds that a planted defect has to hide in.
const SEEDS_FOR_A_DEFECT: u64 = 100;
/// Characters of a finding in the table of all defects: a line of a terminal that is as wide as two.
const TOLD_CHARACTERS: usize = 120;
/// Where a machine keeps files in memory: thousands of small commits, and nobody's disk is worn.
const RAM_DISK: &str = "/dev/shm";
const USAGE: &str = "`simulate` takes --seeds A..B (both are played), or --defects [NAME ...].";

/// What is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Wanted<'a> {
    Seeds(u64, u64),
    Defects(&'a [String]),
}

/// Plays seeds, or plants defects.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let ended = match wanted(arguments)? {
        Wanted::Seeds(first, last) => {
            let simulate =
                build(workspace, workspace.cargo("build --bin simulate"), &workspace.built("simulate"))?;
            let failed = play(workspace, &simulate, first, last)?;
            let verdict =
                if failed == 0 { "nothing was found" } else { "something was found: it stands above" };
            println!("{} seeds in {} s: {verdict}.", last - first + 1, start.elapsed().as_secs());
            failed == 0
        }
        Wanted::Defects(names) => {
            let survived = plant_all(workspace, names)?;
            println!("{} s.", start.elapsed().as_secs());
            survived == 0
        }
    };
    Ok(ExitCode::from(u8::from(!ended)))
}

fn wanted(arguments: &[String]) -> Result<Wanted<'_>, Failure> {
    let wrong = || Failure::Input(USAGE.to_owned());
    match arguments {
        [flag, range] if flag == "--seeds" => {
            let (first, last) = range.split_once("..").ok_or_else(wrong)?;
            let (first, last) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
            if first <= last { Ok(Wanted::Seeds(first, last)) } else { Err(wrong()) }
        }
        [flag, names @ ..] if flag == "--defects" => Ok(Wanted::Defects(names)),
        _ => Err(wrong()),
    }
}

fn build(workspace: &Workspace, cargo: Command, binary: &Path) -> Result<PathBuf, Failure> {
    println!("Building simulate; the first build takes some minutes.");
    progress::build(cargo, "the simulator did not build: the compiler's message is above.")?;
    // The next build may replace it while this one still plays.
    let copy = workspace.scratch().join(format!("simulate-{}", std::process::id()));
    std::fs::create_dir_all(workspace.scratch()).map_err(|error| Failure::writing(&copy, &error))?;
    std::fs::copy(binary, &copy).map_err(|error| Failure::writing(&copy, &error))?;
    Ok(copy)
}

/// Where stores stand while they are played.
fn stores(workspace: &Workspace) -> PathBuf {
    let ram = PathBuf::from(RAM_DISK);
    if ram.is_dir() {
        return ram;
    }
    println!("There is no {RAM_DISK} here: the stores are on this disk, and the seeds take much longer.");
    workspace.scratch()
}

/// Plays the seeds in as many processes as there are processors, each a share of them. Gives how many processes failed.
fn play(workspace: &Workspace, simulate: &Path, first: u64, last: u64) -> Result<usize, Failure> {
    let jobs = available_parallelism().map_or(1, |jobs| jobs.get() as u64).min(last - first + 1);
    let stores = stores(workspace);
    let mut playing: Vec<Child> = Vec::new();
    for job in 0..jobs {
        let share = (last - first + 1).div_ceil(jobs);
        let (from, until) = (first + job * share, (first + (job + 1) * share - 1).min(last));
        if from > until {
            continue;
        }
        let mut command = workspace.program(simulate);
        command.args(["--seeds", &format!("{from}..{until}"), "--folder"]).arg(&stores);
        playing.push(command.spawn().map_err(|error| Failure::starting("simulate", &error))?);
    }
    let mut failed = 0;
    for mut child in playing {
        let status = child.wait().map_err(|error| Failure::starting("simulate", &error))?;
        failed += usize::from(!status.success());
    }
    let _gone = std::fs::remove_file(simulate);
    Ok(failed)
}

/// Plants each defect in a worktree of its own and says which seed found it. Gives how many were not found.
fn plant_all(workspace: &Workspace, names: &[String]) -> Result<usize, Failure> {
    let mut defects = defect::all(workspace)?;
    if let Some(unknown) = names.iter().find(|name| defects.iter().all(|defect| defect.name != **name)) {
        let known: Vec<&str> = defects.iter().map(|defect| defect.name.as_str()).collect();
        return Err(Failure::Input(format!(
            "there is no defect '{unknown}'. The defects are: {}.",
            known.join(", ")
        )));
    }
    defects.retain(|defect| names.is_empty() || names.contains(&defect.name));
    let tree = Worktree::make(workspace)?;
    let mut told = Vec::new();
    let mut survived = 0;
    for defect in &defects {
        println!("\n== {}: {}", defect.name, defect.sentence);
        let found = plant(workspace, &tree, defect)?;
        survived += usize::from(found.is_none());
        // What was found stands above whole; some of it names hundreds of records.
        let found = found.unwrap_or_else(|| format!("SURVIVED {SEEDS_FOR_A_DEFECT} seeds"));
        told.push(format!("{:<40} {}", defect.name, found.chars().take(TOLD_CHARACTERS).collect::<String>()));
    }
    println!("\n{}\n{} defects, {survived} survived.", told.join("\n"), defects.len());
    Ok(survived)
}

/// Plants one, builds, plays. Gives the line of the seed that found it.
fn plant(workspace: &Workspace, tree: &Worktree, defect: &Defect) -> Result<Option<String>, Failure> {
    tree.clean(workspace)?;
    if !run::shown(tree.git(workspace, &["apply"], Some(&defect.path)))? {
        return Err(Failure::Broken(format!("{} does not apply any more: mend the patch.", defect.name)));
    }
    let mut cargo = workspace.cargo("build --bin simulate");
    cargo.current_dir(&tree.path).env("CARGO_TARGET_DIR", tree.target());
    let simulate = build(workspace, cargo, &tree.target().join("debug").join("simulate"))?;
    let mut command = workspace.program(&simulate);
    command.args([
        "--seeds",
        &format!("1..{SEEDS_FOR_A_DEFECT}"),
        "--stop-at-first",
        "--no-shrink",
        "--folder",
    ]);
    command.arg(stores(workspace));
    let output = command.output().map_err(|error| Failure::starting("simulate", &error))?;
    let _gone = std::fs::remove_file(&simulate);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = said.lines().find(|line| line.contains("FOUND")).map(str::to_owned);
    println!("{}", found.as_deref().unwrap_or("not found"));
    Ok(found)
}

/// A worktree to plant in, with a target folder that is kept for the next time.
struct Worktree {
    path: PathBuf,
}

impl Worktree {
    fn make(workspace: &Workspace) -> Result<Self, Failure> {
        let path = workspace.scratch().join("defects-tree");
        let tree = Self { path };
        if !tree.path.is_dir() {
            let mut git = workspace.program("git");
            git.args(["worktree", "add", "--force", "--detach"]).arg(&tree.path).arg("HEAD");
            run::required(git, "git could not make a worktree to plant defects in.")?;
        }
        Ok(tree)
    }

    fn target(&self) -> PathBuf {
        self.path.with_file_name("defects-target")
    }

    /// Puts the worktree at the checkout's commit, as it was written.
    fn clean(&self, workspace: &Workspace) -> Result<(), Failure> {
        let mut head = workspace.program("git");
        head.args(["rev-parse", "HEAD"]);
        let head = run::required_text(head, "git does not know this checkout.")?;
        let reset = self.git(workspace, &["reset", "--quiet", "--hard", head.trim()], None);
        run::required(reset, "the worktree could not be put back.")
    }

    fn git(&self, workspace: &Workspace, arguments: &[&str], file: Option<&Path>) -> Command {
        let mut git = workspace.program("git");
        git.current_dir(&self.path).args(arguments).args(file);
        git
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn seeds_are_a_range_with_both_ends() {
        assert_eq!(wanted(&typed(&["--seeds", "1..200"])).unwrap(), Wanted::Seeds(1, 200));
        for wrong in [&["--seeds", "5..1"][..], &["--seeds", "7"], &["--seeds"], &[], &["--speed", "1..2"]] {
            assert!(matches!(wanted(&typed(wrong)), Err(Failure::Input(_))), "{wrong:?}");
        }
    }

    #[test]
    fn defects_are_all_or_those_that_are_named() {
        assert_eq!(wanted(&typed(&["--defects"])).unwrap(), Wanted::Defects(&[]));
        let named = typed(&["--defects", "03-start-op-stage-off"]);
        assert_eq!(wanted(&named).unwrap(), Wanted::Defects(&named[1..]));
    }
}
