//! The check from outside: `witness.py`, a program that has none of our code, compares what was said with what was found.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::empty_client::found_file;
use super::error::PlayError;
use super::opening::witnesses;

/// The program, as it stands in `tests/`.
const WITNESS: &str = include_str!("../../../../tests/witness.py");

/// An act that was said to be saved and is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostAct {
    /// Its record.
    pub act: String,
    /// Who tapped it.
    #[serde(default)]
    pub courier: String,
    /// The code of what was tapped.
    #[serde(default)]
    pub what: String,
    /// When.
    #[serde(default)]
    pub clock: String,
}

/// What the program said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Acts that were said to be saved.
    pub acts: usize,
    /// Those of them that are not there with their bytes.
    pub lost: usize,
    /// Ids that stand for two different acts.
    pub contradicted: usize,
    /// The lost ones.
    pub lost_acts: Vec<LostAct>,
    /// The version of Python.
    pub python: String,
}

impl Checked {
    fn is_clean(&self) -> bool {
        self.lost == 0 && self.contradicted == 0
    }

    fn is_whole(&self) -> bool {
        self.lost == self.lost_acts.len() && self.lost <= self.acts
    }

    /// Whether it knew every act of the day, and each meant one thing: only then is what it found all there is.
    #[must_use]
    pub fn covers(&self, acts: usize) -> bool {
        self.acts == acts && self.contradicted == 0
    }
}

/// Where the program is put.
pub(crate) fn witness_program(folder: &Path) -> PathBuf {
    folder.join("witness.py")
}

/// Asks the program. `None` where there is no Python: then nobody outside has checked.
pub(crate) fn check(folder: &Path) -> Result<Option<Checked>, PlayError> {
    let program = witness_program(folder);
    std::fs::write(&program, WITNESS).map_err(PlayError::file("write", &program))?;
    let mut python = Command::new("python3");
    // -I: nothing of the environment has a say.
    python.arg("-I").arg(&program).arg(witnesses(folder)).arg(found_file(folder)).arg("--json");
    let said = match python.stdin(Stdio::null()).output() {
        Ok(said) => said,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(PlayError::File { doing: "run", path: program, source }),
    };
    let answer: Option<Checked> = serde_json::from_slice(&said.stdout).ok();
    // An answer that its exit code does not bear out is no check, and must not pass for one.
    match (said.status.code(), answer) {
        (Some(code), Some(checked)) if code == i32::from(!checked.is_clean()) && checked.is_whole() => {
            Ok(Some(checked))
        }
        _ => Err(PlayError::Witness { said: String::from_utf8_lossy(&said.stderr).trim().to_owned() }),
    }
}
