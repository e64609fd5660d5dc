//! The round as an Automerge document: the only place in the project that names automerge.
//!
//! A document is two maps of write-once records. Changes are made and read by hand, without loading a
//! document: a phone needs heads and the greatest operation number, a reader only the puts. So nothing
//! here merges, overwrites or picks a winner.

pub mod change;
mod claimed;
#[cfg(test)]
pub(crate) mod crafted;
#[cfg(test)]
mod crafted_tests;
pub mod genesis;
mod legacy;
pub mod lineage;
pub mod mint;
#[cfg(test)]
pub(crate) mod mutated;
pub mod trial;
#[cfg(test)]
mod vectors;

use crate::domain::ids::{MemberId, RoundId};
use serde::{Deserialize, Serialize};

/// What names a document everywhere: its id, its holder for ever, and its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentName {
    /// The round.
    pub round: RoundId,
    /// The member it belongs to.
    pub holder: MemberId,
    /// The schema fixed at genesis.
    pub schema: u64,
}
