//! Lineage: the fingerprint of a log up to a row. Another lineage at the same position means that the
//! server was rolled back, announced or not.

use super::DocumentName;
use super::genesis::genesis;
use crate::domain::hash::Hash;

/// The fingerprint of a log up to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lineage(pub Hash);

/// What kind of row a log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// A signed change.
    Change,
    /// A version of a card.
    Card,
    /// The erasure of a card.
    Tombstone,
}

impl RowKind {
    /// The number in answers, in lineages and in the database.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Change => 0,
            Self::Card => 1,
            Self::Tombstone => 2,
        }
    }

    /// The kind of a number.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Change),
            1 => Some(Self::Card),
            2 => Some(Self::Tombstone),
            _ => None,
        }
    }
}

impl Lineage {
    /// The lineage of an empty log: H(document id, genesis hash).
    #[must_use]
    pub fn start(document: &DocumentName) -> Self {
        Self(Hash::of("tournee/lineage/0", &[&document.round.0, &genesis(document).hash]))
    }

    /// The lineage after one more row: H(lineage before, kind, content hash).
    #[must_use]
    pub fn after(self, kind: RowKind, content: &[u8; 32]) -> Self {
        Self(Hash::of("tournee/lineage/1", &[&self.0.0, &[kind.number()], content]))
    }

    /// The eight bytes that a cursor carries.
    #[must_use]
    pub fn short(self) -> [u8; 8] {
        self.0.first()
    }
}
