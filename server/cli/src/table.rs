//! A table of words in columns, aligned by characters, without lines or colours: it reads well in a terminal,
//! a log and a screen reader.

/// Columns stand this far apart.
const GAP: &str = "  ";

/// Lays rows out; the first row is the heading. Trailing blanks are cut.
pub(crate) fn table(rows: &[Vec<String>], indent: &str) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| {
                let blanks = width.saturating_sub(cell.chars().count());
                format!("{cell}{}", " ".repeat(blanks))
            })
            .collect();
        text.push_str(indent);
        text.push_str(cells.join(GAP).trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_take_one_column_and_blanks_at_the_end_are_cut() {
        let rows = [vec!["é".to_owned(), "x".to_owned()], vec!["abc".to_owned(), String::new()]];
        assert_eq!(table(&rows, "  "), "  é    x\n  abc\n");
    }
}
