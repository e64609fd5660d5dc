//! What can stop the town: never what people did apart, only what should work and does not.

use std::io;
use std::path::{Path, PathBuf};

use core_sync::wire::error_code::ErrorCode;
use courier_session::client::ClientError;
use courier_session::error::SessionError;
use server::OpenError;
use server::init::InitError;
use server::serve::ServeError;

/// Why the day could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The places do not hold a town.
    #[error(
        "the day needs {shops_min} shops of different names within {metres_max} m of one another and {addresses_min} addresses among them: give a folder with more of them, or none for Port-Brume"
    )]
    TooFewPlaces {
        /// Shops that are needed.
        shops_min: usize,
        /// Addresses that are needed.
        addresses_min: usize,
        /// How far from the shop in the middle is looked.
        metres_max: i32,
    },
    /// A folder or file of the town failed.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The server's folder could not be made.
    #[error("the server's folder could not be made")]
    Init(#[from] InitError),
    /// The server's process could not be started, or broke.
    #[error("the server's process broke ({said})")]
    Process {
        /// What it said last.
        said: String,
        /// Why.
        source: Option<io::Error>,
    },
    /// The server, in its process, could not open its folder.
    #[error("the server cannot open its folder")]
    Open(#[from] OpenError),
    /// The server, in its process, could not go on.
    #[error("the server cannot serve")]
    Serve(#[from] ServeError),
    /// The server did not answer an office.
    #[error("the server did not answer")]
    Away(#[from] reqwest::Error),
    /// The server said no to something that should be right.
    #[error("the server said {} to {asked} {said}", code.map_or("something unreadable", ErrorCode::code))]
    No {
        /// What was asked.
        asked: &'static str,
        /// Its code.
        code: Option<ErrorCode>,
        /// The field that it minds and what it expects there, if it minds one.
        said: String,
    },
    /// An answer is not of the form that the protocol says.
    #[error("the answer to {asked} cannot be read")]
    Answer {
        /// What was asked.
        asked: &'static str,
        /// Why not.
        source: serde_json::Error,
    },
    /// A client could not be made.
    #[error("no client can be made")]
    Client(#[from] ClientError),
    /// A phone failed.
    #[error("the phone of {who} failed")]
    Phone {
        /// Whose.
        who: String,
        /// How.
        source: Box<SessionError>,
    },
    /// Acts stayed on a phone although its link was open and the server there.
    #[error("{left} acts of {who} did not leave the phone although the network was there")]
    Stuck {
        /// Whose.
        who: String,
        /// How many.
        left: usize,
    },
    /// A part of the town ended before its time: a fault in it.
    #[error("a part of the town ended before its time")]
    Task(#[from] tokio::task::JoinError),
    /// The witness could not check. Nobody knows whether something is lost.
    #[error("the witness could not check: {said}")]
    Witness {
        /// What it said.
        said: String,
    },
    /// No port of this machine can be had.
    #[error("no port of this machine can be listened on for {what}")]
    Listen {
        /// What for.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// Fewer changes than asked for could be taken out of the log.
    #[error(
        "{found} changes that hold one act and stand last in their round can be removed, not {wanted}: ask for fewer, or for a longer day"
    )]
    Sabotage {
        /// How many there are.
        found: usize,
        /// How many were wanted.
        wanted: usize,
    },
    /// The database could not be changed behind the server's back.
    #[error("the server's database cannot be changed behind its back")]
    Database(#[from] rusqlite::Error),
}

impl PlayError {
    /// A file that failed.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { doing, path: path.to_owned(), source }
    }

    /// A phone that failed.
    pub(crate) fn phone(who: &str) -> impl FnOnce(SessionError) -> Self {
        move |source| Self::Phone { who: who.to_owned(), source: Box::new(source) }
    }
}
