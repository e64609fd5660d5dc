//! The closing table of a test run and the line after it.
//!
//! It owns the layout only: columns as wide as their longest cell, numbers to the right. It never
//! decides what counts as failed, and never drops a row: a part that could not run stands in the table
//! with the command that gets what it lacks. The last line is a fixed form, because CI reads it.

use crate::count::Count;

/// One part's line.
#[derive(Debug, Clone)]
pub struct Row {
    /// The part's name.
    pub part: &'static str,
    /// What was counted; nothing when the part could not run.
    pub count: Count,
    /// The tools that are missing, and the command that gets them.
    pub missing: Option<Missing>,
    /// How long the part took.
    pub seconds: f64,
}

/// What a part lacks.
#[derive(Debug, Clone)]
pub struct Missing {
    /// The tools' names.
    pub tools: String,
    /// The command that gets them.
    pub command: String,
}

const HEADINGS: [&str; 6] = ["part", "passed", "failed", "missing", "command that gets it", "seconds"];
const TO_THE_RIGHT: [bool; 6] = [false, true, true, false, false, true];

/// Lays out the table, one line per part, headings first.
pub fn table(rows: &[Row]) -> String {
    let lines: Vec<[String; 6]> =
        std::iter::once(HEADINGS.map(str::to_owned)).chain(rows.iter().map(cells)).collect();
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    lines.iter().map(|line| laid_out(line, &widths) + "\n").collect()
}

/// The very last line: `N passed, N failed`.
pub fn closing_line(rows: &[Row]) -> String {
    let mut sum = Count::default();
    rows.iter().for_each(|row| sum.add(row.count));
    format!("{} passed, {} failed", sum.passed, sum.failed)
}

fn cells(row: &Row) -> [String; 6] {
    let (missing, command) = match &row.missing {
        Some(missing) => (missing.tools.clone(), missing.command.clone()),
        None => ("-".to_owned(), "-".to_owned()),
    };
    [
        row.part.to_owned(),
        row.count.passed.to_string(),
        row.count.failed.to_string(),
        missing,
        command,
        format!("{:.1}", row.seconds),
    ]
}

fn laid_out(line: &[String; 6], widths: &[usize; 6]) -> String {
    let cells = line.iter().zip(widths).zip(TO_THE_RIGHT).map(|((cell, &width), to_the_right)| {
        if to_the_right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
    });
    cells.collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        vec![
            Row {
                part: "unit",
                count: Count { passed: 120, failed: 1, ignored: 2 },
                missing: None,
                seconds: 61.04,
            },
            Row {
                part: "licences",
                count: Count::default(),
                missing: Some(Missing {
                    tools: "cargo-deny".to_owned(),
                    command: "cargo xtask setup licences".to_owned(),
                }),
                seconds: 0.0,
            },
        ]
    }

    #[test]
    fn columns_line_up_and_a_missing_part_names_its_command() {
        let expected = "\
part     | passed | failed | missing    | command that gets it       | seconds
unit     |    120 |      1 | -          | -                          |    61.0
licences |      0 |      0 | cargo-deny | cargo xtask setup licences |     0.0
";
        assert_eq!(table(&rows()), expected);
    }

    #[test]
    fn closing_line_adds_all_parts_and_holds_nothing_else() {
        assert_eq!(closing_line(&rows()), "120 passed, 1 failed");
    }
}
