//! A file of travel times, for a co-op that measured or computed its own.
//!
//! CSV in UTF-8, separated by commas, with this first line, and a line for each pair and direction:
//!
//! ```csv
//! profile,from_latitude,from_longitude,to_latitude,to_longitude,seconds,metres
//! bicycle,48.8566000,2.2735000,48.8606000,2.2850000,431,1672
//! bicycle,48.8606000,2.2850000,48.8566000,2.2735000,322,1229
//! bicycle,48.8606000,2.2850000,48.8700000,2.2900000,,
//! ```
//!
//! Degrees are compared to seven decimals, as addresses are kept. Seconds and metres are whole numbers; both
//! empty means that there is no way, and none is planned. A pair that is not in the file is estimated by the
//! formula and counted in the answer (`not_in_file`): an order from a new address must be planned, and
//! leaving it out or planning all by the formula would be worse. The way back is a pair of its own.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use core_sync::domain::coordinate::Coordinate;
use core_sync::travel::Leg;
use planner::TICKS_MAX;

use crate::block::Block;
use crate::profile::Profile;
use crate::times::{Asked, Entry, Source, Table, TravelTimes};

/// Its first line.
const COLUMNS: [&str; 7] =
    ["profile", "from_latitude", "from_longitude", "to_latitude", "to_longitude", "seconds", "metres"];
/// Pairs of one file: all of 1,000 places, 45 MB of memory.
const PAIRS_MAX: usize = 1_000_000;
/// Bytes of one file: that many lines at their longest.
const BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Metres around the globe: no way is longer.
const METRES_MAX: u32 = 40_075_000;

type Pairs = HashMap<(Coordinate, Coordinate), Entry>;

/// Travel times from a file; its form stands at the head of this page.
#[derive(Clone)]
pub struct MatrixFile {
    profiles: BTreeMap<String, Pairs>,
    pairs: usize,
}

/// Not its pairs: they are positions.
impl std::fmt::Debug for MatrixFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MatrixFile({} pairs)", self.pairs)
    }
}

/// Why a file cannot be used, by its line, and what to do. It repeats nothing of the line: that is a position.
#[derive(Debug, thiserror::Error)]
pub enum MatrixFileError {
    /// The disk says no.
    #[error("the file of travel times cannot be read")]
    Disk(#[source] io::Error),
    /// More bytes than a file may have.
    #[error("the file of travel times is larger than {BYTES_MAX} bytes: leave out pairs that nobody rides")]
    TooLarge,
    /// More pairs than a file may have.
    #[error("line {line}: more than {PAIRS_MAX} pairs: leave out pairs that nobody rides")]
    TooManyPairs {
        /// Its number, from 1.
        line: u64,
    },
    /// Another first line.
    #[error("line 1: write exactly `{}`, with commas", COLUMNS.join(","))]
    Header,
    /// A line with more or fewer columns.
    #[error("line {line}: {columns} columns instead of 7: write {}, with commas", COLUMNS.join(", "))]
    Columns {
        /// Its number, from 1.
        line: u64,
        /// How many it has.
        columns: usize,
    },
    /// A line that is no CSV, or no UTF-8.
    #[error("line {line}: it cannot be read: save the file as CSV in UTF-8")]
    Text {
        /// Its number, from 1.
        line: u64,
    },
    /// A cell that is not what its column takes.
    #[error("line {line}, {column}: write {expected}")]
    Cell {
        /// Its number, from 1.
        line: u64,
        /// Its column.
        column: &'static str,
        /// What the column takes.
        expected: &'static str,
    },
    /// A pair that stands above already.
    #[error("line {line}: this pair stands above already: keep one of the two lines")]
    Twice {
        /// The number of the second line, from 1.
        line: u64,
    },
}

impl MatrixFile {
    /// Reads a file, whole and at once.
    pub fn open(path: &Path) -> Result<Self, MatrixFileError> {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(MatrixFileError::Disk)?;
        file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(MatrixFileError::Disk)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(MatrixFileError::TooLarge);
        }
        Self::read(&bytes)
    }

    /// Reads what a file holds.
    pub fn read(bytes: &[u8]) -> Result<Self, MatrixFileError> {
        // Spreadsheets put a mark before UTF-8.
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let header = rows.headers().map_err(|_| MatrixFileError::Header)?;
        if !header.iter().eq(COLUMNS) {
            return Err(MatrixFileError::Header);
        }
        let mut file = Self { profiles: BTreeMap::new(), pairs: 0 };
        let mut lines = Lines { bytes, at: 0, line: 1 };
        for row in rows.records() {
            let row = row.map_err(|error| MatrixFileError::Text { line: lines.of(error.position()) })?;
            let line = lines.of(row.position());
            file.take(&row, line)?;
        }
        Ok(file)
    }

    /// How many pairs it has.
    pub fn pairs(&self) -> usize {
        self.pairs
    }

    fn take(&mut self, row: &csv::StringRecord, line: u64) -> Result<(), MatrixFileError> {
        if row.len() != COLUMNS.len() {
            return Err(MatrixFileError::Columns { line, columns: row.len() });
        }
        if self.pairs == PAIRS_MAX {
            return Err(MatrixFileError::TooManyPairs { line });
        }
        let cells = Cells { row, line };
        let profile = cells.profile()?;
        let pair = (
            cells.place(["from_latitude", "from_longitude"], [1, 2])?,
            cells.place(["to_latitude", "to_longitude"], [3, 4])?,
        );
        let entry = cells.entry()?;
        if self.profiles.entry(profile).or_default().insert(pair, entry).is_some() {
            return Err(MatrixFileError::Twice { line });
        }
        self.pairs += 1;
        Ok(())
    }
}

/// Numbers of lines as an editor shows them: the reader of CSV does not count blank ones.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a row begins; rows come in their order.
    fn of(&mut self, row: Option<&csv::Position>) -> u64 {
        let begins = row.and_then(|row| usize::try_from(row.byte()).ok()).unwrap_or(self.at);
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for (byte, at) in rest.iter().zip(self.at..) {
            if at >= begins && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at = at + 1;
        }
        self.line
    }
}

struct Cells<'a> {
    row: &'a csv::StringRecord,
    line: u64,
}

impl Cells<'_> {
    fn text(&self, column: usize) -> &str {
        self.row.get(column).unwrap_or_default().trim()
    }

    fn wrong(&self, column: &'static str, expected: &'static str) -> MatrixFileError {
        MatrixFileError::Cell { line: self.line, column, expected }
    }

    fn profile(&self) -> Result<String, MatrixFileError> {
        // Held to the rule of profiles, or no profile could ever ask for it.
        let name = self.text(0);
        let profile = Profile::new(name, "word", 15);
        profile.map_err(|_| self.wrong("profile", "the name of a profile: a-z, 0-9, - and _"))?;
        Ok(name.to_owned())
    }

    fn place(&self, names: [&'static str; 2], columns: [usize; 2]) -> Result<Coordinate, MatrixFileError> {
        let [latitude, longitude] = columns.map(|column| self.text(column).parse::<f64>());
        let [latitude_name, longitude_name] = names;
        let expected = "degrees from -90 to 90 with a point, such as 48.8566";
        let latitude = latitude.map_err(|_| self.wrong(latitude_name, expected))?;
        // Each is tried beside one that is on the globe, so that the column that is wrong is named.
        Coordinate::from_degrees(latitude, 0.0).map_err(|_| self.wrong(latitude_name, expected))?;
        let expected = "degrees from -180 to 180 with a point, such as 2.2735";
        let longitude = longitude.map_err(|_| self.wrong(longitude_name, expected))?;
        Coordinate::from_degrees(latitude, longitude).map_err(|_| self.wrong(longitude_name, expected))
    }

    fn entry(&self) -> Result<Entry, MatrixFileError> {
        match (self.text(5), self.text(6)) {
            ("", "") => Ok(Entry::NoWay),
            (seconds, metres) => {
                let expected = "a whole number below 268435456, or leave seconds and metres empty for no way";
                let seconds = seconds.parse().ok().filter(|seconds| *seconds < TICKS_MAX);
                let seconds = seconds.ok_or_else(|| self.wrong("seconds", expected))?;
                let expected = "a whole number up to 40075000, or leave seconds and metres empty for no way";
                let metres = metres.parse().ok().filter(|metres| *metres <= METRES_MAX);
                let metres = metres.ok_or_else(|| self.wrong("metres", expected))?;
                Ok(Entry::Ride(Leg { metres, seconds }))
            }
        }
    }
}

impl TravelTimes for MatrixFile {
    fn source(&self) -> Source {
        Source::File
    }

    fn at_once(&self, _: usize, _: usize) -> Option<Block> {
        None
    }

    fn table<'a>(
        &'a self,
        sources: &'a [Coordinate],
        targets: &'a [Coordinate],
        profile: &'a Profile,
    ) -> Asked<'a> {
        let known = self.profiles.get(profile.name());
        let entry =
            |from, to| known.and_then(|known| known.get(&(from, to))).copied().unwrap_or(Entry::NotKnown);
        Box::pin(std::future::ready(Ok(Table::of_each(sources, targets, entry))))
    }
}

#[cfg(test)]
#[path = "matrix_file_tests.rs"]
mod tests;
