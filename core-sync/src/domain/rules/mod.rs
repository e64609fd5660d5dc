//! The rules over a set of records, one file each. `docs/conflicts.md` is their table.
//!
//! A rule is a total function of the set: it reads neither Automerge's dependencies nor clocks,
//! and gives the same answer whatever order the records came in.

pub mod amended_facts;
pub mod amended_twice;
pub mod card_in_use;
pub mod late_withdrawal;
pub mod latest_reaction;
pub mod moved_stop;
pub mod parcels_in_hand;
pub mod register;
pub mod same_parcel;
pub mod sequence_request;
pub mod sequence_shown;
pub mod settlement;
pub mod shop_disagrees;
pub mod strongest_fact;
pub mod unknown_stop;

#[cfg(test)]
mod tests;
