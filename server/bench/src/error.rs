//! Why a figure could not be measured.

use std::io;
use std::path::Path;

use courier_session::error::SessionError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A file, a socket or a process did not do its part.
    #[error("cannot {doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A program ended badly, or did not say what it should.
    #[error("{program} did not do its part: {said}")]
    Program {
        /// Which.
        program: String,
        /// What it said.
        said: String,
    },
    /// The server said no.
    #[error("the server answered {status} to {path}: {said}")]
    Answer {
        /// What was asked.
        path: String,
        /// The status.
        status: u16,
        /// The body.
        said: String,
    },
    /// What was measured is not what the figure says.
    #[error("not what it should be: {0}")]
    Unexpected(String),
    /// A phone failed.
    #[error("a phone failed")]
    Phone(#[from] SessionError),
    /// A database of this bench's own failed.
    #[error("a database of the bench failed")]
    Sqlite(#[from] rusqlite::Error),
    /// JSON that is none, or of another shape.
    #[error("JSON of another shape")]
    Json(#[from] serde_json::Error),
    /// CBOR of another shape.
    #[error("an answer of another shape")]
    Cbor(#[from] core_sync::cbor::CborError),
    /// No change could be minted.
    #[error("no change could be minted")]
    Mint(#[from] core_sync::round_doc::mint::MintError),
}

impl BenchError {
    /// For `map_err`: what was being done.
    pub fn doing(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// For `map_err`: a file that could not be read or written.
    pub fn file(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::doing(format!("{doing} {}", path.display()))
    }

    /// The error with all its causes, in one line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        text
    }
}
