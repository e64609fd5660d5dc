//! What lies between a backup and now: what phones have to give back.

use std::collections::BTreeSet;
use std::path::Path;

use core_sync::domain::personal::Personal;
use core_sync::domain::time::Timestamp;

use crate::db::error::DbError;
use crate::db::open::{self, DatabaseError};
use crate::db::{co_op, member, whole};

/// What the old database has and the new one lacks.
#[derive(Debug, Default)]
pub struct Lost {
    /// Rows of the rounds' logs.
    pub rows: u64,
    /// The rounds they are of.
    pub rounds: u64,
    /// The members whose devices were heard since, by name.
    pub heard: Vec<Personal<String>>,
}

/// Why the two databases were not compared.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// One of them cannot be opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// One of them cannot be read.
    #[error("the database cannot be read")]
    Read(#[from] DbError),
}

/// Compares row by row. `since` is the newest row's time in the new database.
pub(super) fn compare(old: &Path, new: &Path, since: Timestamp) -> Result<Lost, WindowError> {
    let (mut old, mut new) = (open::open_beside(old)?, open::open_beside(new)?);
    let lost = old.read(|old| {
        new.read(|new| {
            let mut lost = Lost::default();
            for row in co_op::all(old)? {
                for round in whole::rounds(old, row.id)? {
                    let kept: BTreeSet<_> = whole::contents(new, row.id, round)?.into_iter().collect();
                    let had = whole::contents(old, row.id, round)?;
                    let gone = had.iter().filter(|content| !kept.contains(*content)).count() as u64;
                    lost.rows += gone;
                    lost.rounds += u64::from(gone > 0);
                }
                for id in whole::heard_after(old, row.id, since)? {
                    lost.heard.extend(member::find(old, row.id, id)?.map(|member| member.name));
                }
            }
            Ok::<_, DbError>(lost)
        })
    })?;
    Ok(lost)
}
