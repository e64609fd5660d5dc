//! Where things are: the checkout, the target folder and what is built into it; and cargo itself.
//!
//! It owns every path and every environment variable xtask reads. It never passes on the variables that
//! `cargo run` set for xtask: some build scripts (ring's) watch them, and each `cargo xtask` after a
//! plain `cargo build` would compile everything above those crates again.

use std::env;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// What `cargo run` tells xtask about xtask, and nobody else should hear.
const ABOUT_XTASK: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];

/// Names an `.osm.pbf` of Paris; the test of travel times reads it too.
pub const STREETS: &str = "TOURNEE_STREETS";
/// Where it is looked for if nobody names one.
pub const STREETS_BESIDE: &str = "../shared/data/places/paris/paris-streets.osm.pbf";

/// Where published instances are looked for; the planner's test of ten of them reads it too.
pub const INSTANCES_BESIDE: &str = "../shared/data/pdptw";

/// The checkout xtask was started from.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the checkout from what `cargo run` says, and the target folder from `CARGO_TARGET_DIR`.
    pub fn find() -> Result<Self, Failure> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let Some(root) = manifest.as_deref().and_then(Path::parent).map(Path::to_path_buf) else {
            return Err(Failure::Broken(
                "the checkout was not found: start it as `cargo xtask` inside the checkout.".to_owned(),
            ));
        };
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) if !folder.is_empty() => {
                std::path::absolute(&folder).map_err(|error| Failure::writing(Path::new(&folder), &error))?
            }
            Some(_) | None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// A file or folder of the checkout.
    pub fn file(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The Python environment that holds a tool; it can be thrown away with the target folder.
    pub fn tools(&self, tool: &str) -> PathBuf {
        self.target.join("tools").join(tool)
    }

    /// A program of a tool's environment.
    pub fn tool(&self, tool: &str, program: &str) -> PathBuf {
        self.tools(tool).join("bin").join(program)
    }

    /// Where Valhalla's wheel is unpacked: its programs are not in an environment's folder for programs.
    pub fn valhalla(&self) -> PathBuf {
        self.tools("valhalla").join("wheel")
    }

    /// Valhalla's server.
    pub fn valhalla_service(&self) -> PathBuf {
        self.valhalla().join("valhalla").join("bin").join("valhalla_service")
    }

    /// The streets of Paris as OpenStreetMap's extracts are: named by whoever has them, or beside the checkout.
    pub fn streets(&self) -> PathBuf {
        match env::var_os(STREETS) {
            Some(file) if !file.is_empty() => self.root.join(file),
            Some(_) | None => self.root.join(STREETS_BESIDE),
        }
    }

    /// The product's binary, as `cargo build` leaves it.
    pub fn tournee(&self) -> PathBuf {
        self.tournee_of("debug")
    }

    /// The product's binary of a profile, by the name of the profile's folder.
    pub fn tournee_of(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join(format!("tournee{EXE_SUFFIX}"))
    }

    /// Where packages are made, and what they are made of.
    pub fn packages(&self) -> PathBuf {
        self.target.join("package")
    }

    /// A folder of what the fuzzer is built into, finds and leaves.
    pub fn fuzzing(&self, folder: &str) -> PathBuf {
        self.target.join("fuzz").join(folder)
    }

    /// Where cargo keeps the sources of crates, a folder for each registry.
    pub fn crate_sources(&self) -> PathBuf {
        let home = env::var_os("CARGO_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".cargo"))).unwrap_or_default();
        home.join("registry").join("src")
    }

    /// A binary that was built for speed.
    pub fn released(&self, binary: &str) -> PathBuf {
        self.target.join("release").join(format!("{binary}{EXE_SUFFIX}"))
    }

    /// A binary as `cargo build` leaves it.
    pub fn built(&self, binary: &str) -> PathBuf {
        self.target.join("debug").join(format!("{binary}{EXE_SUFFIX}"))
    }

    /// A folder for what is made and thrown away.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("tmp")
    }

    /// The phones' library for this machine, as `cargo build` leaves it.
    pub fn phone_library(&self) -> PathBuf {
        self.target.join("debug").join(format!("{DLL_PREFIX}mobile_bindings{DLL_SUFFIX}"))
    }

    /// Where a language's half of the bindings is written.
    pub fn bindings(&self, language: &str) -> PathBuf {
        self.target.join("bindings").join(language)
    }

    /// A program, to be run in the checkout's root without input.
    pub fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        for (name, _) in env::vars_os() {
            let Some(known) = name.to_str() else { continue };
            if ABOUT_XTASK.iter().any(|prefix| known.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command
    }

    /// The cargo that started xtask, with arguments as they would be typed.
    pub fn cargo(&self, arguments: &str) -> Command {
        let mut command = self.program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments.split_whitespace());
        command
    }
}
