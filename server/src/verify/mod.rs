//! `tournee verify`: everything that a data folder or a backup says, recomputed from what it holds.
//!
//! It changes nothing and runs beside a server: each round is read in a snapshot of its own, so that it is never
//! long in anybody's way. What it finds it names by its place and goes on; it ends early only where there is
//! nothing to read.

mod co_op_log;
mod files;
pub mod report;
mod round;

use std::path::{Path, PathBuf};

pub(crate) use self::files::check_keys;
use self::report::{FaultCode, Place, Report};
use crate::backup::manifest::{self, Manifest};
use crate::db::co_op::{self, CoopRow};
use crate::db::connection::ReadConnection;
use crate::db::error::DbError;
use crate::db::{document, open, whole};
use crate::folder::database_in;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rounds that are checked.
    pub done: usize,
    /// Rounds there are.
    pub of: usize,
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is not a folder of ours.
    #[error("{} is neither a data folder nor a backup: there is no database in it", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
}

/// Checks a data folder or a backup.
///
/// # Errors
/// If there is nothing to check; faults are in the report.
pub fn verify(path: &Path, said: &mut dyn FnMut(Progress)) -> Result<Report, VerifyError> {
    let is_backup = manifest::path_in(path).exists();
    let mut report = Report { is_backup, ..Report::default() };
    if !is_backup && !database_in(path).is_file() {
        return Err(VerifyError::NotOurs { path: path.to_owned() });
    }
    let manifest = if is_backup { files::check_manifest(path, &mut report) } else { None };
    match open::open_beside(&database_in(path)) {
        Ok(mut connection) => {
            let mut run = Run { path, manifest: manifest.as_ref(), report: &mut report };
            if let Err(error) = run.database(&mut connection, said) {
                report.fault(FaultCode::Unreadable, Place::Database(chain(&error)));
            }
        }
        Err(error) => report.fault(FaultCode::Database, Place::Database(chain(&error))),
    }
    Ok(report)
}

struct Run<'a> {
    path: &'a Path,
    manifest: Option<&'a Manifest>,
    report: &'a mut Report,
}

impl Run<'_> {
    fn database(
        &mut self,
        connection: &mut ReadConnection,
        said: &mut dyn FnMut(Progress),
    ) -> Result<(), DbError> {
        let (integrity, foreign_keys, co_ops) = connection.read(|snapshot| {
            let integrity = whole::integrity(snapshot)?;
            Ok::<_, DbError>((integrity, whole::foreign_keys(snapshot)?, co_op::all(snapshot)?))
        })?;
        for line in integrity {
            self.report.fault(FaultCode::Integrity, Place::Database(line));
        }
        for (table, rows) in foreign_keys {
            self.report.fault(FaultCode::ForeignKeys, Place::Database(format!("{table}: {rows}")));
        }
        connection.read(|snapshot| files::check_keys(snapshot, self.path, &co_ops, self.report))?;
        if let Some(manifest) = self.manifest {
            connection.read(|snapshot| files::compare(snapshot, manifest, &co_ops, self.report))?;
        }
        for co_op in &co_ops {
            self.co_op(connection, co_op, said)?;
        }
        Ok(())
    }

    fn co_op(
        &mut self,
        connection: &mut ReadConnection,
        co_op: &CoopRow,
        said: &mut dyn FnMut(Progress),
    ) -> Result<(), DbError> {
        self.report.checked.co_ops += 1;
        let rounds = connection.read(|snapshot| {
            co_op_log::check(snapshot, co_op, self.report)?;
            whole::rounds(snapshot, co_op.id)
        })?;
        for (done, round) in rounds.iter().enumerate() {
            said(Progress { done, of: rounds.len() });
            let checked = connection.read(|snapshot| {
                let erased = whole::erased_cards(snapshot, co_op.id)?.into_iter().collect();
                match document::find(snapshot, co_op.id, *round)? {
                    Some(document) => round::check(snapshot, co_op, &erased, &document, self.report),
                    None => Ok(()),
                }
            });
            if checked.is_err() {
                self.report.fault(FaultCode::Unreadable, Place::Round(*round));
            }
        }
        said(Progress { done: rounds.len(), of: rounds.len() });
        Ok(())
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        line = format!("{line}: {source}");
        next = source.source();
    }
    line
}
