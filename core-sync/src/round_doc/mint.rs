//! Minting: from queued records to one change on the confirmed heads.
//!
//! The actor is a hash of what the change says, so the same queue on the same heads is the same change,
//! byte for byte, and no actor can be reused, stolen or rolled back. Never by an automerge transaction,
//! which silently drops or overwrites.

use std::num::NonZeroU64;

use super::DocumentName;
use super::genesis::genesis_actor;
use super::legacy::{self, Parts};
use crate::domain::hash::Hash;
use crate::domain::ids::{DeviceId, RecordId};
use crate::domain::kind::MapName;
use crate::domain::limits::{DEPS_PER_CHANGE_MAX, RECORDS_PER_CHANGE_MAX};

/// Where a document stands for whoever mints next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tip {
    /// The heads with their greatest operation numbers.
    pub heads: Vec<([u8; 32], u64)>,
}

/// A record on its way into a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The map it goes to.
    pub map: MapName,
    /// Its key.
    pub id: RecordId,
    /// Its frozen bytes.
    pub bytes: Vec<u8>,
}

/// A change, minted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minted {
    /// Its hash.
    pub hash: [u8; 32],
    /// Its bytes: one uncompressed change chunk.
    pub bytes: Vec<u8>,
    /// Its greatest operation number.
    pub max_op: u64,
}

/// Why nothing was minted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// A change carries 1 to 50 records.
    #[error("a change carries 1 to {RECORDS_PER_CHANGE_MAX} records, not {0}")]
    RecordCount(usize),
    /// Operation numbers are used up, or the document has no head.
    #[error("the document has no usable heads")]
    NoHeads,
}

/// The actor of a change: H(key id, deps, start_op, records), the first 16 bytes.
#[must_use]
pub fn derive_actor<'a>(
    signer: DeviceId,
    deps: &[[u8; 32]],
    start_op: u64,
    records: impl Iterator<Item = (MapName, &'a str, &'a [u8])>,
) -> [u8; 16] {
    let deps: Vec<u8> = deps.iter().flatten().copied().collect();
    let start_op = start_op.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![&signer.0, &deps, &start_op];
    for (map, key, bytes) in records {
        parts.extend([map.key().as_bytes(), key.as_bytes(), bytes]);
    }
    Hash::of("tournee/actor/1", &parts).first()
}

/// Mints one change of `records` on `tip`.
pub fn mint(
    document: &DocumentName,
    signer: DeviceId,
    tip: &Tip,
    records: &[NewRecord],
) -> Result<Minted, MintError> {
    if records.is_empty() || records.len() > RECORDS_PER_CHANGE_MAX {
        return Err(MintError::RecordCount(records.len()));
    }
    let (deps, start_op) = deps_and_start(tip)?;
    let keys: Vec<String> = records.iter().map(|record| record.id.to_string()).collect();
    let puts =
        || records.iter().zip(&keys).map(|(record, key)| (record.map, key.as_str(), record.bytes.as_slice()));
    let genesis = genesis_actor(document);
    let change = legacy::build(Parts {
        actor: derive_actor(signer, &deps, start_op.get(), puts()),
        start_op,
        deps: &deps,
        operations: puts().map(|(map, key, bytes)| legacy::put(map, genesis, key, bytes)).collect(),
    });
    Ok(Minted { hash: change.hash().0, bytes: change.raw_bytes().to_vec(), max_op: change.max_op() })
}

/// The heads to name, ascending, and 1 + their greatest operation number. After an attack a round may have
/// more heads than a change names: those with the greatest numbers are enough to be in the future of all.
fn deps_and_start(tip: &Tip) -> Result<(Vec<[u8; 32]>, NonZeroU64), MintError> {
    let mut heads = tip.heads.clone();
    heads.sort_by_key(|(hash, max_op)| (std::cmp::Reverse(*max_op), *hash));
    heads.truncate(DEPS_PER_CHANGE_MAX);
    let greatest = heads.first().map(|(_, max_op)| *max_op).ok_or(MintError::NoHeads)?;
    let mut deps: Vec<[u8; 32]> = heads.into_iter().map(|(hash, _)| hash).collect();
    deps.sort_unstable();
    deps.dedup();
    let start_op = greatest.checked_add(1).and_then(NonZeroU64::new).ok_or(MintError::NoHeads)?;
    Ok((deps, start_op))
}

#[cfg(test)]
mod tests;
