//! The witness: a line for every act, written by the town the moment a session answered "saved".
//!
//! Not the session writes it, so a session that says "saved" and keeps nothing is found out. `tests/witness.py`
//! compares, at the end, with what an empty client finds. A line names the act and the SHA-256 of its bytes, and says
//! in words what it was, for a person who is told that it is missing.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use courier_session::store::SavedAct;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::day_clock::Minute;
use super::error::PlayError;

/// One phone's witness.
#[derive(Debug)]
pub(crate) struct Witness {
    path: PathBuf,
    file: File,
}

#[derive(Serialize)]
struct Line<'a> {
    act: String,
    content: String,
    courier: &'a str,
    what: &'a str,
    clock: String,
}

/// The SHA-256 of an act's bytes, in hexadecimal.
#[must_use]
pub(crate) fn content(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
#[must_use]
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Witness {
    /// A new file in the folder of witnesses.
    pub(crate) fn new(folder: &Path, phone: &str) -> Result<Self, PlayError> {
        let path = folder.join(format!("{phone}.jsonl"));
        let file = File::options().create_new(true).append(true).open(&path);
        let file = file.map_err(PlayError::file("make", &path))?;
        Ok(Self { path, file })
    }

    /// Writes down that an act was said to be saved.
    pub(crate) fn saw(
        &mut self,
        saved: &SavedAct,
        who: &str,
        what: &str,
        at: Minute,
    ) -> Result<(), PlayError> {
        let line = Line {
            act: saved.record.to_string(),
            content: content(&saved.bytes),
            courier: who,
            what,
            clock: at.to_string(),
        };
        let json =
            serde_json::to_string(&line).map_err(|source| PlayError::Answer { asked: "a line", source })?;
        writeln!(self.file, "{json}").map_err(PlayError::file("write", &self.path))
    }
}
