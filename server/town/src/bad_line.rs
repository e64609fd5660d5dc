//! One line of the places folder that cannot be used, and the list of all of them as a person reads it.

use std::fmt;

use crate::reason::Reason;

/// How many bad lines are printed: more than that is a file in the wrong shape, not a list to work through.
pub(crate) const LINES_PRINTED_MAX: usize = 1_000;

/// A line that cannot be used, with all that is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct BadLine {
    /// The file's name in the places folder.
    pub file: &'static str,
    /// The line as an editor counts it, from 1, where the fields begin; none if the whole file is meant.
    pub line: Option<u64>,
    /// What is wrong; never empty.
    pub reasons: Vec<Reason>,
}

impl BadLine {
    pub(crate) fn of_file(file: &'static str, reason: Reason) -> Self {
        Self { file, line: None, reasons: vec![reason] }
    }

    pub(crate) fn at(file: &'static str, line: u64, reasons: Vec<Reason>) -> Self {
        Self { file, line: Some(line), reasons }
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        for (nth, reason) in self.reasons.iter().enumerate() {
            write!(f, "{} {reason}", if nth == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

/// Writes the list with its count, one bad line to a row.
pub(crate) fn listed(lines: &[BadLine]) -> String {
    let rows = lines.iter().take(LINES_PRINTED_MAX).map(|line| format!("\n{line}"));
    let unprinted = lines.len().saturating_sub(LINES_PRINTED_MAX);
    let rest = (unprinted > 0).then(|| format!("\nand {unprinted} more"));
    let heading = match lines.len() {
        1 => "the places cannot be used: 1 bad line".to_owned(),
        count => format!("the places cannot be used: {count} bad lines"),
    };
    std::iter::once(heading).chain(rows).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_printed_up_to_the_bound() {
        let line = |nth| BadLine::at("shops.csv", nth, vec![Reason::Empty { column: "name" }]);
        let all: Vec<BadLine> = (1..).map(line).take(LINES_PRINTED_MAX).collect();
        assert_eq!(listed(&all).lines().count(), 1 + LINES_PRINTED_MAX);
        let more: Vec<BadLine> = (1..).map(line).take(LINES_PRINTED_MAX + 7).collect();
        assert_eq!(listed(&more).lines().count(), 2 + LINES_PRINTED_MAX);
        assert_eq!(listed(&more).lines().last(), Some("and 7 more"));
    }

    #[test]
    fn all_reasons_of_a_line_are_in_its_sentence() {
        let reasons = vec![Reason::Empty { column: "name" }, Reason::NotUtf8 { column: "address" }];
        assert_eq!(
            BadLine::at("shops.csv", 3, reasons).to_string(),
            "shops.csv, line 3: name is empty, but should be filled in; \
             address is not UTF-8: the file should be saved as UTF-8"
        );
    }
}
