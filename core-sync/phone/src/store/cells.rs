//! Reading ids, hashes and numbers from rows, with an error that names the table.

use rusqlite::Row;

use super::StoreError;

/// Fixed bytes at a column.
pub(super) fn fixed<const N: usize>(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; N]> {
    let bytes: Vec<u8> = row.get(column)?;
    let length = bytes.len();
    bytes
        .try_into()
        .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, i64::try_from(length).unwrap_or(-1)))
}

/// A count or position at a column.
pub(super) fn whole(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// A count or position for SQLite.
pub(super) fn number(whole: u64) -> i64 {
    // Positions and counters start at 0 and never come near 2^63.
    i64::try_from(whole).unwrap_or(i64::MAX)
}

/// What could not be read of a table.
pub(super) fn unreadable(table: &'static str) -> StoreError {
    StoreError::Content { table }
}
