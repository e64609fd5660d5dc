//! Keeping a data folder: `tournee backup`, `verify`, `restore` and `check`.

mod backup;
mod check;
mod progress;
mod restore;
mod verify;

pub(crate) use backup::{BackupArguments, run as backup};
pub(crate) use check::{CheckArguments, run as check};
pub(crate) use restore::{RestoreArguments, run as restore};
pub(crate) use verify::{VerifyArguments, run as verify};
