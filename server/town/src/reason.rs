//! Why a line, or a whole file, of the places folder cannot be used.
//!
//! Each reason is a sentence for the person who will mend the file: what is there, and what should be.
//! What was found is quoted with its odd characters escaped, so that a file cannot write to the terminal.

use std::io::ErrorKind;

/// What is wrong, and what would be right.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Reason {
    /// There is no such file in the folder.
    #[error("the file is missing, but should stand in the places folder")]
    FileMissing,
    /// Something else bears the file's name.
    #[error("it is not a file, but should be a text file of comma-separated values")]
    NotAFile,
    /// The disk or the rights said no.
    #[error("the file cannot be read ({kind}), but should be readable by you")]
    FileUnreadable {
        /// What the system answered.
        kind: ErrorKind,
    },
    /// More than any town needs.
    #[error("the file is too large: it should hold at most {bytes_max} bytes")]
    FileTooLarge {
        /// The most that is read.
        bytes_max: u64,
    },
    /// Not even a first line.
    #[error("the file is empty, but its first line should name the columns {}", .columns.join(", "))]
    FileEmpty {
        /// The columns that must be there.
        columns: &'static [&'static str],
    },
    /// The line that names the columns is in another encoding.
    #[error("the line of column names is not UTF-8: the file should be saved as UTF-8")]
    HeaderNotUtf8,
    /// A spreadsheet wrote semicolons or tabs.
    #[error("the columns are separated by {found:?}, but should be by a comma")]
    Separator {
        /// What stands between the names.
        found: char,
    },
    /// A column is not named in the first line.
    #[error("column {column} is missing: this line should name it")]
    ColumnMissing {
        /// The column's name.
        column: &'static str,
    },
    /// Two columns bear one name.
    #[error("column {column} is named twice, but should be named once")]
    ColumnTwice {
        /// The column's name.
        column: &'static str,
    },
    /// A comma or a quote too many or too few.
    #[error("{} found{}, but should be {wanted}, as many as columns", fields(.found), span(.last_line))]
    FieldCount {
        /// Fields on the line.
        found: usize,
        /// Columns of the file.
        wanted: usize,
        /// Where the fields end, if a quote holds several lines together.
        last_line: Option<u64>,
    },
    /// A quote runs to the end of the file.
    #[error("a quote opens here and never closes: it should be closed by another, or be removed")]
    UnclosedQuote,
    /// A text that must be there is not.
    #[error("{column} is empty, but should be filled in")]
    Empty {
        /// The column's name.
        column: &'static str,
    },
    /// Bytes of another encoding.
    #[error("{column} is not UTF-8: the file should be saved as UTF-8")]
    NotUtf8 {
        /// The column's name.
        column: &'static str,
    },
    /// A character that no name holds.
    #[error("{column} holds a control character, but should be plain text")]
    ControlCharacter {
        /// The column's name.
        column: &'static str,
    },
    /// A text no screen can show.
    #[error("{column} is too long: it should be at most {characters_max} characters; is a quote missing?")]
    TooLong {
        /// The column's name.
        column: &'static str,
        /// The most that is taken.
        characters_max: usize,
    },
    /// No house is numbered so.
    #[error("number is {found:?}, but should start with a digit or be empty")]
    HouseNumber {
        /// What stands there.
        found: String,
    },
    /// Latitude or longitude is no number.
    #[error(
        "{column} is {found:?}, which is not a number: \
         it should be degrees from -{degrees_max} to {degrees_max}, such as 2.3522"
    )]
    NotANumber {
        /// The column's name.
        column: &'static str,
        /// What stands there.
        found: String,
        /// The limit on both sides of zero.
        degrees_max: f64,
    },
    /// Latitude or longitude lies outside the globe.
    #[error("{column} is {found}, but should be degrees from -{degrees_max} to {degrees_max}")]
    OutOfRange {
        /// The column's name.
        column: &'static str,
        /// What stands there.
        found: String,
        /// The limit on both sides of zero.
        degrees_max: f64,
    },
    /// An id was used before.
    #[error("id {id:?} already stands on line {first_line}, but should be used once")]
    DuplicateId {
        /// The id.
        id: String,
        /// Where it stood first.
        first_line: u64,
    },
    /// A round cannot be made of so few.
    #[error("there are {found} places, but should be at least {wanted} for a round")]
    TooFew {
        /// Places in the file.
        found: usize,
        /// Places a round needs.
        wanted: usize,
    },
}

fn span(last_line: &Option<u64>) -> String {
    last_line.map(|line| format!(" (a quote joins the lines up to {line})")).unwrap_or_default()
}

fn fields(count: &usize) -> String {
    if *count == 1 { "1 field".to_owned() } else { format!("{count} fields") }
}
