//! The oldest SQLite that the server works with.
//!
//! SQLite is bundled, so this never fails in a build of ours; it holds against a distribution that links
//! another one.

/// 3.51.3, as `sqlite3_libversion_number` writes it. SQLite 3.7.0 to 3.51.2 could lose committed writes
/// when a writer and a checkpoint raced to reset the WAL.
pub const OLDEST: i32 = 3_051_003;

/// A SQLite that may lose what was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("SQLite {} can lose committed writes; build with 3.51.3 or newer", text(*.0))]
pub struct TooOld(pub i32);

/// Says whether the server may use the SQLite of this version number.
pub const fn check(version_number: i32) -> Result<(), TooOld> {
    if version_number < OLDEST { Err(TooOld(version_number)) } else { Ok(()) }
}

/// The version in this program, as `3.51.3`.
#[must_use]
pub fn linked() -> &'static str {
    rusqlite::version()
}

/// Whether the server may use the version in this program.
#[must_use]
pub fn is_new_enough() -> bool {
    check(rusqlite::version_number()).is_ok()
}

fn text(number: i32) -> String {
    format!("{}.{}.{}", number / 1_000_000, number / 1_000 % 1_000, number % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_with_the_wal_reset_bug_is_refused_by_name() {
        assert_eq!(check(3_051_002), Err(TooOld(3_051_002)));
        assert_eq!(check(3_007_000), Err(TooOld(3_007_000)));
        assert!(TooOld(3_051_002).to_string().starts_with("SQLite 3.51.2 can lose"));
    }

    #[test]
    fn the_sqlite_built_in_is_new_enough() {
        assert_eq!(check(OLDEST), Ok(()));
        assert_eq!(check(rusqlite::version_number()), Ok(()));
    }
}
