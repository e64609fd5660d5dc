//! One file of comma-separated values, read to the end whatever stands in it.
//!
//! A table never stops at a bad line: it keeps what could be read and lists what could not.
//! It knows columns and lines, not what a shop or an address is.

use std::collections::BTreeMap;

use crate::bad_line::BadLine;
use crate::fields::Fields;
use crate::place::Place;
use crate::reason::Reason;
use crate::records::{Record, Records};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The places a file holds and the lines that hold none.
pub(crate) struct Table<T> {
    pub(crate) places: Vec<T>,
    pub(crate) bad_lines: Vec<BadLine>,
}

impl<T: Place> Table<T> {
    /// Reads a file's bytes: UTF-8, with or without byte order mark, any kind of line end.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let mut records = Records::new(bytes);
        let mut table = Self { places: Vec::new(), bad_lines: Vec::new() };
        let Some(header) = records.next_filled() else {
            table.bad_lines.push(BadLine::of_file(T::FILE, Reason::FileEmpty { columns: T::COLUMNS }));
            return table;
        };
        match columns::<T>(&header) {
            Ok(columns) => table.read_lines(&mut records, &columns, header.fields.len()),
            Err(reasons) => table.bad_lines.push(BadLine::at(T::FILE, header.line, reasons)),
        }
        if table.bad_lines.is_empty() && table.places.len() < T::COUNT_MIN {
            let reason = Reason::TooFew { found: table.places.len(), wanted: T::COUNT_MIN };
            table.bad_lines.push(BadLine::of_file(T::FILE, reason));
        }
        table
    }

    fn read_lines(
        &mut self,
        records: &mut Records<'_>,
        columns: &BTreeMap<&'static str, usize>,
        wanted: usize,
    ) {
        let mut lines_by_id = BTreeMap::new();
        while let Some(record) = records.next_filled() {
            let found = record.fields.len();
            let reasons = if !record.closed {
                vec![Reason::UnclosedQuote]
            } else if found != wanted {
                let last_line = (record.last_line > record.line).then_some(record.last_line);
                vec![Reason::FieldCount { found, wanted, last_line }]
            } else {
                let mut fields = Fields::new(columns, &record, &mut lines_by_id);
                self.places.extend(T::read(&mut fields));
                fields.reasons
            };
            if !reasons.is_empty() {
                self.bad_lines.push(BadLine::at(T::FILE, record.line, reasons));
            }
        }
    }
}

/// Finds each wanted column in the line of names.
fn columns<T: Place>(header: &Record) -> Result<BTreeMap<&'static str, usize>, Vec<Reason>> {
    if !header.closed {
        return Err(vec![Reason::UnclosedQuote]);
    }
    let names: Result<Vec<&str>, _> = header.fields.iter().map(std::str::from_utf8).collect();
    let names = names.map_err(|_| vec![Reason::HeaderNotUtf8])?;
    if let [only] = names.as_slice()
        && let Some(found) = only.chars().find(|character| matches!(character, ';' | '\t'))
    {
        return Err(vec![Reason::Separator { found }]);
    }
    let mut columns = BTreeMap::new();
    let mut reasons = Vec::new();
    for &column in T::COLUMNS {
        let mut found = names.iter().enumerate().filter(|(_, name)| name.trim() == column);
        match (found.next(), found.next()) {
            (Some((at, _)), None) => {
                columns.insert(column, at);
            }
            (Some(_), Some(_)) => reasons.push(Reason::ColumnTwice { column }),
            (None, _) => reasons.push(Reason::ColumnMissing { column }),
        }
    }
    if reasons.is_empty() { Ok(columns) } else { Err(reasons) }
}

#[cfg(test)]
mod tests;
