//! The rules over a set of records, one file each. `docs/conflicts.md` is their table.
//!
//! A rule is a total function of the set: it reads neither Automerge's dependencies nor clocks,
//! and gives the same answer whatever order the records came in.

pub mod amended_facts;
pub mod late_withdrawal;
pub mod register;
pub mod sequence_request;
pub mod sequence_shown;
pub mod strongest_fact;

#[cfg(test)]
mod tests;
