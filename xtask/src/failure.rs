//! Why a verb stopped, as a sentence that says what to do.
//!
//! Two kinds and no more, because a caller (a person, CI) can do only two things about it:
//! type something else, or look at what broke. It never carries a cause for later: the text is final.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// A verb's failure; the variant chooses the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// What was typed is not known; the text lists what there is. Exit code 2.
    Input(String),
    /// Something ran and failed, or could not be run. Exit code 1.
    Broken(String),
}

impl Failure {
    /// Says that `program` could not be started or read.
    pub fn starting(program: &str, error: &io::Error) -> Self {
        Self::Broken(format!("{program} could not be run ({error}): is it installed and on PATH?"))
    }

    /// Says that the file or folder at `path` could not be written.
    pub fn writing(path: &std::path::Path, error: &io::Error) -> Self {
        Self::Broken(format!(
            "{} could not be written ({error}): check the folder and the disk.",
            path.display()
        ))
    }

    /// Says that the file or folder at `path` could not be read.
    pub fn reading(path: &std::path::Path, error: &io::Error) -> Self {
        Self::Broken(format!("{} could not be read ({error}): is it there?", path.display()))
    }

    /// The exit code the process ends with.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Input(_) => ExitCode::from(2),
            Self::Broken(_) => ExitCode::from(1),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(text) | Self::Broken(text) => out.write_str(text),
        }
    }
}
