//! The fields of one line, asked for by column.
//!
//! Asking never stops at a fault: what is wrong is noted and the next field can be asked,
//! so that somebody who mends a line learns of all its faults at once.
//! White space is trimmed and a line break inside quotes becomes a space: a name is one line on a screen.

use std::collections::BTreeMap;

use crate::coordinate::Coordinate;
use crate::reason::Reason;
use crate::records::Record;

/// The longest text a field may hold, in characters: a screen shows about sixty,
/// and a quote that was never closed swallows whole lines.
pub(crate) const FIELD_CHARACTERS_MAX: usize = 200;

/// One line's fields and what is wrong with them.
pub(crate) struct Fields<'a> {
    columns: &'a BTreeMap<&'static str, usize>,
    record: &'a Record,
    lines_by_id: &'a mut BTreeMap<String, u64>,
    /// What is wrong with the fields asked for so far.
    pub(crate) reasons: Vec<Reason>,
}

impl<'a> Fields<'a> {
    /// Takes the place of each column in the line, the line, and the line on which each id so far stood first.
    pub(crate) fn new(
        columns: &'a BTreeMap<&'static str, usize>,
        record: &'a Record,
        lines_by_id: &'a mut BTreeMap<String, u64>,
    ) -> Self {
        Self { columns, record, lines_by_id, reasons: Vec::new() }
    }

    /// Returns the id, which must not stand on an earlier line.
    pub(crate) fn id(&mut self) -> Option<String> {
        let id = self.text("id")?;
        if let Some(&first_line) = self.lines_by_id.get(&id) {
            return self.fault(Reason::DuplicateId { id, first_line });
        }
        self.lines_by_id.insert(id.clone(), self.record.line);
        Some(id)
    }

    /// Returns a text that must not be empty.
    pub(crate) fn text(&mut self, column: &'static str) -> Option<String> {
        let text = self.text_or_empty(column)?;
        if text.is_empty() {
            return self.fault(Reason::Empty { column });
        }
        Some(text)
    }

    /// Returns a text that may be empty.
    pub(crate) fn text_or_empty(&mut self, column: &'static str) -> Option<String> {
        let bytes = self.columns.get(column).and_then(|&at| self.record.fields.get(at)).unwrap_or_default();
        let Ok(raw) = std::str::from_utf8(bytes) else {
            return self.fault(Reason::NotUtf8 { column });
        };
        let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().any(char::is_control) {
            return self.fault(Reason::ControlCharacter { column });
        }
        if text.chars().count() > FIELD_CHARACTERS_MAX {
            return self.fault(Reason::TooLong { column, characters_max: FIELD_CHARACTERS_MAX });
        }
        Some(text)
    }

    /// Returns the house number, which may be empty but else starts with a digit.
    pub(crate) fn house_number(&mut self) -> Option<String> {
        let number = self.text_or_empty("number")?;
        if number.chars().next().is_some_and(|first| !first.is_ascii_digit()) {
            return self.fault(Reason::HouseNumber { found: number });
        }
        Some(number)
    }

    /// Returns the coordinate of the columns `lat` and `lon`.
    pub(crate) fn coordinate(&mut self) -> Option<Coordinate> {
        let latitude = self.degrees("lat", Coordinate::LATITUDE_DEGREES_MAX);
        let longitude = self.degrees("lon", Coordinate::LONGITUDE_DEGREES_MAX);
        Coordinate::new(latitude?, longitude?)
    }

    fn degrees(&mut self, column: &'static str, degrees_max: f64) -> Option<f64> {
        let found = self.text(column)?;
        match found.parse::<f64>() {
            Ok(degrees) if degrees.abs() <= degrees_max => Some(degrees),
            Ok(degrees) if degrees.is_finite() => {
                self.fault(Reason::OutOfRange { column, found, degrees_max })
            }
            Ok(_) | Err(_) => self.fault(Reason::NotANumber { column, found, degrees_max }),
        }
    }

    fn fault<T>(&mut self, reason: Reason) -> Option<T> {
        self.reasons.push(reason);
        None
    }
}
