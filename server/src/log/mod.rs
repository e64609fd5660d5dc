//! The log: what the server acknowledged, in a gapless sequence per document and per co-op.
//!
//! Its contract is small, so that another store can stand beside SQLite later: append with the position
//! and lineage expected, read from a position, one transaction of rows. It judges nothing: what may be
//! appended is the guard's and the app's to say. One thread writes, and answers after the commit.

pub mod append;
#[cfg(test)]
mod append_tests;
pub mod co_op_lineage;
pub mod cursor;
pub mod read;
mod shared;
pub mod writer;
#[cfg(test)]
mod writer_tests;
