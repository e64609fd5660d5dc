//! A full disk, told from every other fault: it is the operator's to end, and by nothing but room.

use std::error::Error;
use std::io;

use rusqlite::ErrorCode;

/// Whether the error, or one that caused it, is that there is no room on the disk.
#[must_use]
pub fn is_full_disk(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        let of_database =
            cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
        let of_file = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        if of_database == Some(ErrorCode::DiskFull)
            || matches!(of_file, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
        {
            return true;
        }
        next = cause.source();
    }
    false
}

/// What a commit shows of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// It took what was written.
    Room,
    /// It had no room for it.
    FullDisk,
    /// Nothing: there was nothing to write.
    Nothing,
}

/// Whether the disk was full when something was last written: said once when it fills and once when there is room.
#[derive(Debug, Default)]
pub struct DiskRoom {
    full: bool,
}

impl DiskRoom {
    /// Notes how a commit went, and tells the operator if that is news.
    pub fn note(&mut self, met: Met) {
        match (self.full, met) {
            (false, Met::FullDisk) => tracing::error!(
                "the disk is full: nothing is taken and nothing acknowledged until there is room; reading goes on, and no \
                 restart is needed"
            ),
            (true, Met::Room) => tracing::info!("there is room on the disk again: writes are taken"),
            (true, Met::FullDisk | Met::Nothing) | (false, Met::Room | Met::Nothing) => return,
        }
        self.full = met == Met::FullDisk;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::error::{AppError, Fault};
    use crate::db::error::DbError;

    fn database(code: i32) -> AppError {
        let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        AppError::Fault(Fault::Database(DbError::Statement { doing: "committing", source }))
    }

    #[test]
    fn what_had_nothing_to_write_is_no_sign_of_room() {
        let mut room = DiskRoom::default();
        for (met, full) in
            [(Met::Nothing, false), (Met::FullDisk, true), (Met::Nothing, true), (Met::Room, false)]
        {
            room.note(met);
            assert_eq!(room.full, full, "{met:?}");
        }
    }

    #[test]
    fn a_full_disk_is_found_however_deep_it_lies_and_nothing_else_is_taken_for_it() {
        assert!(is_full_disk(&database(rusqlite::ffi::SQLITE_FULL)));
        assert!(!is_full_disk(&database(rusqlite::ffi::SQLITE_IOERR_WRITE)));
        assert!(is_full_disk(&io::Error::from(io::ErrorKind::StorageFull)));
        assert!(!is_full_disk(&io::Error::from(io::ErrorKind::NotFound)));
        assert!(!is_full_disk(&AppError::NotFound));
    }
}
