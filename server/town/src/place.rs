//! What a file of the places folder holds, one place a line.
//!
//! The reader asks this of shops and of addresses alike, so that both files are held to the same rules.

use crate::fields::Fields;

/// A place that one line of a file describes.
pub(crate) trait Place: Sized {
    /// The file's name in the places folder.
    const FILE: &'static str;
    /// The columns that must be there, in any order and among any others.
    const COLUMNS: &'static [&'static str];
    /// How many a round needs at least.
    const COUNT_MIN: usize;

    /// Reads one line; the fields keep the reasons where this returns nothing.
    fn read(fields: &mut Fields<'_>) -> Option<Self>;
}
