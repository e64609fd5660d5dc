//! Why places cannot be read. All of it is the reader's input, none of it a fault of the program.

use std::io;
use std::path::PathBuf;

use crate::bad_line::{BadLine, listed};

/// Why a places folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlacesError {
    /// There is no such folder.
    #[error(
        "there is no places folder {}: it should be a folder with shops.csv and addresses.csv",
        .folder.display()
    )]
    FolderMissing {
        /// The folder that was asked for.
        folder: PathBuf,
    },
    /// A file was given in place of a folder.
    #[error(
        "{} is not a folder: it should be a folder with shops.csv and addresses.csv",
        .folder.display()
    )]
    NotAFolder {
        /// What was asked for.
        folder: PathBuf,
    },
    /// The disk or the rights said no.
    #[error("the places folder {} cannot be opened, but should be readable by you", .folder.display())]
    FolderUnreadable {
        /// The folder that was asked for.
        folder: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// Lines, or whole files, cannot be used; every one of both files is in the list.
    #[error("{}", listed(.lines))]
    BadLines {
        /// Shops first, then addresses, each in the order of the file.
        lines: Vec<BadLine>,
    },
}
