//! `cargo xtask setup`: gets the tools that are missing, because somebody asked.
//!
//! It owns every installation of the project; no other verb installs anything. It touches the system
//! only for Python and a C++ compiler, and only as root on Debian and its kin; all else lands in the toolchain or in the
//! target folder. It is safe to repeat: what is there is left alone.

use std::collections::BTreeSet;
use std::env::consts::{ARCH, OS};
use std::path::Path;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::part::{PARTS, Part};
use crate::run;
use crate::tool::{INDEPENDENT, PEERS as PEERS_FOLDER, Tool};
use crate::verbs::fuzz;
use crate::workspace::Workspace;

/// No parts of the test, so only whoever asks for them gets their tools.
const FUZZ: &str = "fuzz";
/// What is typed for the packages of `cargo xtask bench peers`.
const PEERS: &str = "peers";
/// What is typed for the routing engine alone, as an operator who tries it does.
const VALHALLA: &str = "valhalla";
/// What to do about the streets, which nothing gets.
const STREETS_WANTED: &str = "name an .osm.pbf of Paris in TOURNEE_STREETS, or put one at ../shared/data/places/paris/paris-streets.osm.pbf";
/// And about the instances.
const INSTANCES_WANTED: &str = "put the folders li-lim-100, li-lim-200, mpdptw and sartori-buriol-100 with their bks.csv at ../shared/data/pdptw";
const APT_INSTALL: &str = "apt-get install -y --no-install-recommends";

/// Gets what one part or all parts need; goes on after a failure and names all at the end.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    let tools = match arguments {
        [] => tools(PARTS.iter().flat_map(|part| part.needs)),
        [name] if name == FUZZ => tools(fuzz::NEEDS),
        [name] if name == PEERS => tools(&[Tool::PeerPackages]),
        [name] if name == VALHALLA => tools(&[Tool::Valhalla]),
        [name] => tools(Part::find(name)?.needs),
        [_, surplus, ..] => {
            return Err(Failure::Input(format!("'{surplus}' is too much: `setup` takes one part or none.")));
        }
    };
    if tools.is_empty() {
        println!("Nothing to get: cargo is all it needs.");
    }
    let mut failures = Vec::new();
    for tool in tools {
        if tool.is_there(workspace) {
            println!("{}: already there", tool.name());
            continue;
        }
        // Nobody who asks for all is kept from the rest by what nothing gets.
        if !tool.can_be_got() && arguments.is_empty() {
            println!("{}: not here; {STREETS_WANTED}", tool.name());
            continue;
        }
        println!("{}: getting it", tool.name());
        match install(workspace, tool) {
            Ok(()) if tool.is_there(workspace) => println!("{}: there now", tool.name()),
            Ok(()) => failures.push(format!("{}: was installed but does not answer", tool.name())),
            Err(failure) => failures.push(format!("{}: {failure}", tool.name())),
        }
    }
    if failures.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(Failure::Broken(failures.join("\n"))) }
}

/// What is needed and, before it, what that stands on.
fn tools<'a>(needed: impl IntoIterator<Item = &'a Tool>) -> BTreeSet<Tool> {
    needed.into_iter().flat_map(|tool| tool.stands_on().iter().chain([tool])).copied().collect()
}

fn install(workspace: &Workspace, tool: Tool) -> Result<(), Failure> {
    match tool {
        Tool::Rustfmt | Tool::Clippy => component(workspace, tool.name()),
        Tool::Python | Tool::PythonVenv => {
            system(workspace, "python3 python3-venv", "Python 3.9 or newer with its venv module")
        }
        Tool::CxxCompiler => system(workspace, "g++", "a C++ compiler that answers to `c++`"),
        Tool::CargoDeny | Tool::Node => environment(workspace, tool.name()),
        Tool::Valhalla => valhalla(workspace, tool.name()),
        Tool::Streets => Err(Failure::Broken(STREETS_WANTED.to_owned())),
        Tool::Instances => Err(Failure::Broken(INSTANCES_WANTED.to_owned())),
        Tool::NodePackages => node_packages(workspace, INDEPENDENT),
        Tool::PeerPackages => node_packages(workspace, PEERS_FOLDER),
    }
}

/// Adds to the toolchain that runs now, which `rust-toolchain.toml` names; never updates it.
fn component(workspace: &Workspace, name: &str) -> Result<(), Failure> {
    let command = typed(workspace, &format!("rustup component add {name}"));
    run::required(command, "rustup could not add it: its message is above.")
}

/// Gets Debian's packages of these names; elsewhere says in words what is to be got.
fn system(workspace: &Workspace, packages: &str, in_words: &str) -> Result<(), Failure> {
    if !Path::new("/etc/debian_version").exists() {
        return Err(Failure::Broken(format!("install {in_words} from your system's packages.")));
    }
    let line = format!("{APT_INSTALL} {packages}");
    if run::kept(typed(workspace, "id -u"))?.as_deref().map(str::trim) != Some("0") {
        return Err(Failure::Broken(format!("run as root: {line}")));
    }
    // A machine that was never asked for packages knows none: refresh its lists, then ask again.
    if run::shown(apt(workspace, &line))? {
        return Ok(());
    }
    run::required(apt(workspace, "apt-get update"), "apt-get update failed: its message is above.")?;
    run::required(apt(workspace, &line), "apt-get install failed: its message is above.")
}

/// Always a new environment: a half-made one cannot be told from a whole one.
fn environment(workspace: &Workspace, tool: &str) -> Result<(), Failure> {
    empty_environment(workspace, tool)?;
    run::required(pip_install(workspace, tool), "pip could not install it: its message is above.")
}

fn empty_environment(workspace: &Workspace, tool: &str) -> Result<(), Failure> {
    let mut make = typed(workspace, "python3 -m venv --clear");
    make.arg(workspace.tools(tool));
    run::required(make, "the Python environment could not be made: its message is above.")
}

fn pip_install(workspace: &Workspace, tool: &str) -> std::process::Command {
    let mut install = workspace.program(workspace.tool(tool, "python"));
    install.args("-m pip install --disable-pip-version-check --no-input --no-deps".split(' '));
    install.args("--only-binary :all: --require-hashes -r".split(' '));
    install.arg(workspace.file(&format!("xtask/requirements/{tool}.txt")));
    install
}

/// Its programs run without the Python 3.12 that its wheel is for, so that it is unpacked beside whichever is here.
fn valhalla(workspace: &Workspace, tool: &str) -> Result<(), Failure> {
    let platform = valhalla_platform(OS, ARCH).ok_or_else(|| {
        Failure::Broken(format!("there is no wheel of it for {OS} on {ARCH}: this part runs elsewhere."))
    })?;
    empty_environment(workspace, tool)?;
    let mut install = pip_install(workspace, tool);
    install.args("--python-version 3.12 --implementation cp --abi abi3 --platform".split(' '));
    install.arg(platform).arg("--target").arg(workspace.valhalla());
    run::required(install, "pip could not unpack it: its message is above.")
}

/// The wheels that `requirements/valhalla.txt` has hashes of.
fn valhalla_platform(system: &str, processor: &str) -> Option<&'static str> {
    match (system, processor) {
        ("linux", "x86_64") => Some("manylinux_2_28_x86_64"),
        ("linux", "aarch64") => Some("manylinux_2_28_aarch64"),
        ("macos", "aarch64") => Some("macosx_14_0_arm64"),
        _ => None,
    }
}

/// Exactly what the lock file pins; scripts of packages are not run.
fn node_packages(workspace: &Workspace, folder: &str) -> Result<(), Failure> {
    let mut install = workspace.program(workspace.tool("node", "npm"));
    // The lock file names no host, so that it holds on machines with a registry of their own.
    install.args("ci --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund".split(' '));
    install.current_dir(workspace.file(folder));
    run::required(install, "npm could not install them: its message is above.")
}

fn apt(workspace: &Workspace, line: &str) -> std::process::Command {
    let mut command = typed(workspace, line);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn typed(workspace: &Workspace, line: &str) -> std::process::Command {
    let mut words = line.split(' ');
    let mut command = workspace.program(words.next().unwrap_or_default());
    command.args(words);
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{INSTANCES_BESIDE, STREETS, STREETS_BESIDE};

    #[test]
    fn tools_come_after_what_they_stand_on() {
        let licences = Part::find("licences").unwrap();
        let order: Vec<Tool> = tools(licences.needs).into_iter().collect();
        assert_eq!(order, [Tool::Python, Tool::PythonVenv, Tool::CargoDeny]);
    }

    #[test]
    fn what_to_do_about_data_names_where_it_is_looked_for() {
        for place in [STREETS, STREETS_BESIDE] {
            assert!(STREETS_WANTED.contains(place), "{place}");
        }
        assert!(INSTANCES_WANTED.contains(INSTANCES_BESIDE));
    }

    #[test]
    fn a_machine_without_a_wheel_is_told_so() {
        assert_eq!(valhalla_platform("linux", "x86_64"), Some("manylinux_2_28_x86_64"));
        assert_eq!(valhalla_platform("windows", "x86_64"), None);
    }

    #[test]
    fn a_part_without_needs_gets_nothing() {
        assert!(tools(Part::find("purity").unwrap().needs).is_empty());
    }
}
