//! A file layer under SQLite, for tests alone: it stands between SQLite and the system's files, writes down what is
//! written and what is synced, and can fail or kill where a test says.
//!
//! Installed it is the process's default, so the product's own opening code is used as it is. What is written goes
//! to the real file at once, so that the process sees it, as from the system's cache. What a disk would hold after a
//! power cut is computed from the list of operations ([`Watch::cut`]): everything synced, and of the rest any part
//! in any order, the last piece torn at a sector. One run so gives as many power cuts as it has operations.
//!
//! Only the four calls that change a file are looked at. Folders that nobody watches are passed through.
//! This crate is apart from the others because SQLite's interface of file layers is C: all unsafe code is in `layer`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod disk;
mod fault;
mod layer;
mod watch;

pub use disk::{Disk, SECTOR_BYTES};
pub use fault::{Call, Fault, Orders};
pub use layer::install;
pub use watch::Watch;

#[cfg(test)]
mod tests;
