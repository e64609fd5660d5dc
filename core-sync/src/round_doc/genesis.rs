//! Genesis: the change that makes the two maps, computed from a document's name alone.
//!
//! Whoever makes it makes the same bytes: two self-made roots would hide each other's facts. It is
//! never sent, signed or stored; its bytes are a test vector (`genesis.hex`).

use std::num::NonZeroU64;

use super::DocumentName;
use super::legacy::{self, Actor, Parts};
use crate::domain::hash::Hash;
use crate::domain::kind::MapName;

/// The greatest operation number of genesis: one per map.
pub const GENESIS_MAX_OP: u64 = 2;

/// Genesis, computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    /// Its actor: H(document id, holder, schema), the first 16 bytes.
    pub actor: [u8; 16],
    /// Its hash: the first head, and the dependency of the first changes.
    pub hash: [u8; 32],
    /// Its bytes: one uncompressed change chunk.
    pub bytes: Vec<u8>,
}

/// The actor of a document's genesis.
#[must_use]
pub fn genesis_actor(document: &DocumentName) -> Actor {
    let schema = document.schema.to_be_bytes();
    Hash::of("tournee/genesis/1", &[&document.round.0, &document.holder.0, &schema]).first()
}

/// Computes genesis.
#[must_use]
pub fn genesis(document: &DocumentName) -> Genesis {
    let actor = genesis_actor(document);
    let change = legacy::build(Parts {
        actor,
        start_op: NonZeroU64::MIN,
        deps: &[],
        operations: vec![legacy::make_map(MapName::Plan), legacy::make_map(MapName::Facts)],
    });
    Genesis { actor, hash: change.hash().0, bytes: change.raw_bytes().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{MemberId, RoundId};

    #[test]
    fn genesis_is_63_bytes_that_never_change() {
        let document = DocumentName { round: RoundId([1; 16]), holder: MemberId([2; 16]), schema: 1 };
        let genesis = genesis(&document);
        let hex: String = genesis.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(genesis.bytes.len(), 63);
        assert_eq!(hex, include_str!("genesis.hex").trim());
    }
}
