//! Why instances cannot be read.

use std::path::PathBuf;

/// What is wrong with a file or folder.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It could not be opened or read.
    #[error("{path} could not be read")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// A line is not what the format says.
    #[error("line {line}: {expected} was expected")]
    Line { line: usize, expected: &'static str },
    /// A file of the folder is not what its format says.
    #[error("{path} is not an instance")]
    Instance {
        path: PathBuf,
        #[source]
        source: Box<ReadError>,
    },
    /// The text is none of the three formats.
    #[error("neither Li & Lim, MPDPTW nor Sartori & Buriol")]
    Format,
    /// The folder has no instance, or none of that name.
    #[error("{path} has no .txt whose name has '{only}' in it: name a folder of instances of one set")]
    Empty { path: PathBuf, only: String },
    /// What was read cannot be a problem.
    #[error("the instance is no problem to plan")]
    Problem(#[from] planner::ProblemError),
    /// A table of places cannot be read.
    #[error("{path} is not a table of places")]
    Table {
        path: PathBuf,
        #[source]
        source: csv::Error,
    },
    /// A table has no place of the district.
    #[error("{path} has no place of the 16th arrondissement in it")]
    NoPlaces { path: PathBuf },
    /// `bks.csv` lacks a column.
    #[error("{path} has no column {column}")]
    BestKnownColumn { path: PathBuf, column: &'static str },
    /// `bks.csv` cannot be read.
    #[error("{path} is not a table of best known results")]
    BestKnown {
        path: PathBuf,
        #[source]
        source: csv::Error,
    },
}
