//! The records of a file of comma-separated values, with the lines they stand on.
//!
//! The csv crate splits fields; this adds what a person needs to find them in an editor,
//! and notices a quote that never closes, which the crate takes for a text to the end of the file.

use std::io::{Chain, Read};

use csv::ByteRecord;

use crate::source_lines::SourceLines;

/// Stands after the file's own bytes. If the reader does not meet it as a record of its own,
/// an unclosed quote has swallowed it, and with it an unknown number of lines.
const END_MARK: &[u8] = b"\nend";

/// The fields of one line, or of several that a quote holds together.
pub(crate) struct Record {
    pub(crate) fields: ByteRecord,
    /// The line, from 1, on which the fields begin.
    pub(crate) line: u64,
    /// The line on which they end.
    pub(crate) last_line: u64,
    /// Whether every quote that opens in it closes again.
    pub(crate) closed: bool,
}

/// Reads records one after the other.
pub(crate) struct Records<'a> {
    reader: csv::Reader<Chain<&'a [u8], &'static [u8]>>,
    lines: SourceLines<'a>,
    length: usize,
}

impl<'a> Records<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(Read::chain(bytes, END_MARK));
        Self { reader, lines: SourceLines::new(bytes), length: bytes.len() }
    }

    /// Returns the next record with anything in it; blank lines, and the rows of bare commas
    /// that spreadsheets leave at the end, are passed over.
    pub(crate) fn next_filled(&mut self) -> Option<Record> {
        loop {
            let start = self.lines.skip_line_ends(self.offset());
            let mut fields = ByteRecord::new();
            // Reading from memory cannot fail, and neither can a record of any number of fields.
            if start >= self.length || !self.reader.read_byte_record(&mut fields).unwrap_or(false) {
                return None;
            }
            let end = self.offset();
            let line = self.lines.line_at(start);
            let last_line = self.lines.line_at(end.min(self.length).saturating_sub(1));
            let closed = end < self.length + END_MARK.len();
            let blank = fields.iter().all(|field| field.trim_ascii().is_empty());
            if !blank || !closed {
                return Some(Record { fields, line, last_line, closed });
            }
        }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX)
    }
}
