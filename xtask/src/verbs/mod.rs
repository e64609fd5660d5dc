//! The verbs, one file each; the table of them is in `main.rs`.
//!
//! A verb reads its own arguments and refuses what it does not know before it starts anything.

pub mod bench;
pub mod bindings;
pub mod demo;
pub mod fuzz;
pub mod package;
pub mod setup;
pub mod simulate;
pub mod test;
