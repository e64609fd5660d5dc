//! A change taken apart: what the guard judges and what readers take records from.
//!
//! Reading never loads a document. Decoding hostile bytes may panic inside automerge, so it runs in
//! `catch_unwind` and on values that nobody else sees.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::Change;

use super::DocumentName;
use super::claimed;
use super::genesis::genesis_actor;
use super::legacy;
use crate::domain::ids::RecordId;
use crate::domain::kind::MapName;

/// Magic bytes, checksum, chunk type: what stands before a chunk's length.
const CHUNK_HEADER_BYTES: usize = 9;
/// The first bytes of every Automerge chunk.
const CHUNK_MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The chunk type of one uncompressed change.
const CHUNK_TYPE_CHANGE: u8 = 1;

/// A change, taken apart.
#[derive(Debug, Clone)]
pub struct ReadChange {
    change: Change,
    operations: Vec<automerge::legacy::Op>,
}

/// Bytes that are no change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a readable change")]
pub struct Unreadable;

/// A put of bytes at a key of one of the two maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Put<'a> {
    /// The map.
    pub map: MapName,
    /// The key as it stands; a record id if it is well-formed.
    pub key: &'a str,
    /// The record's bytes.
    pub bytes: &'a [u8],
}

/// Whether the bytes start as exactly one uncompressed change chunk of their own length.
#[must_use]
pub fn is_one_change_chunk(bytes: &[u8]) -> bool {
    let Some((header, rest)) = bytes.split_at_checked(CHUNK_HEADER_BYTES) else { return false };
    if !header.starts_with(&CHUNK_MAGIC) || header.last() != Some(&CHUNK_TYPE_CHANGE) {
        return false;
    }
    // The length is unsigned LEB128; ours fit three bytes and must be written in as few as possible.
    let (mut length, mut used) = (0_usize, 0_usize);
    for byte in rest.iter().take(3) {
        length |= usize::from(byte & 0x7f) << (7 * used);
        used += 1;
        if byte & 0x80 == 0 {
            let shortest = used == 1 || *byte != 0;
            return shortest && rest.len() == used + length;
        }
    }
    false
}

/// The hash of a change, from its bytes alone: SHA-256 over chunk type, length and contents.
#[must_use]
pub fn change_hash(bytes: &[u8]) -> Option<[u8; 32]> {
    use sha2::Digest as _;
    Some(sha2::Sha256::digest(bytes.get(8..)?).into())
}

/// The checksum that the chunk carries: the first four bytes of its hash.
#[must_use]
pub fn checksum(bytes: &[u8]) -> Option<[u8; 4]> {
    bytes.get(4..8)?.try_into().ok()
}

/// The hash of a chunk of any type whose first bytes, which no hash and so no signature covers, are in order:
/// the magic bytes and the checksum. `None` for a damaged one.
#[must_use]
pub fn intact_hash(bytes: &[u8]) -> Option<[u8; 32]> {
    let hash = change_hash(bytes)?;
    (bytes.starts_with(&CHUNK_MAGIC) && hash.starts_with(&checksum(bytes)?)).then_some(hash)
}

impl ReadChange {
    /// Takes a change apart; never panics, and never unfolds more operations than any version writes.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        if !claimed::within_bounds(bytes) {
            return Err(Unreadable);
        }
        catch_unwind(AssertUnwindSafe(|| {
            let change = Change::from_bytes(bytes.to_vec()).map_err(|_| Unreadable)?;
            let operations = change.decode().operations;
            Ok(Self { change, operations })
        }))
        .unwrap_or(Err(Unreadable))
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.change.hash().0
    }

    /// Its actor.
    #[must_use]
    pub fn actor(&self) -> &[u8] {
        self.change.actor_id().to_bytes()
    }

    /// Its number within its actor.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.change.seq()
    }

    /// The number of its first operation.
    #[must_use]
    pub fn start_op(&self) -> u64 {
        self.change.start_op().get()
    }

    /// The number of its last operation.
    #[must_use]
    pub fn max_op(&self) -> u64 {
        self.start_op().saturating_add(self.operations.len() as u64).saturating_sub(1)
    }

    /// The changes it stands on, as written.
    #[must_use]
    pub fn deps(&self) -> Vec<[u8; 32]> {
        self.change.deps().iter().map(|hash| hash.0).collect()
    }

    /// Whether it carries nothing but its operations: no time, message, author or extra bytes.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.change.timestamp() == 0
            && self.change.message().is_none()
            && self.change.extra_bytes().is_empty()
    }

    /// Whether the other actors it names are exactly the document's genesis.
    #[must_use]
    pub fn names_only_genesis(&self, document: &DocumentName) -> bool {
        let genesis = genesis_actor(document);
        matches!(self.change.other_actor_ids(), [only] if only.to_bytes() == genesis)
    }

    /// How many operations it has.
    #[must_use]
    pub fn operation_count(&self) -> usize {
        self.operations.len()
    }

    /// Its operations as puts; `None` in the place of any other operation.
    #[must_use]
    pub fn puts(&self, document: &DocumentName) -> Vec<Option<Put<'_>>> {
        let genesis = genesis_actor(document);
        self.operations
            .iter()
            .map(|op| legacy::as_put(op, genesis).map(|(map, key, bytes)| Put { map, key, bytes }))
            .collect()
    }

    /// The records it carries, by well-formed key; anything else is passed over.
    pub fn records(&self, document: &DocumentName) -> Vec<(RecordId, Vec<u8>)> {
        let puts = self.puts(document);
        puts.into_iter()
            .flatten()
            .filter_map(|put| Some((put.key.parse().ok()?, put.bytes.to_vec())))
            .collect()
    }

    /// The bytes that building the same change again gives: the canonical encoding. `None` if that panics.
    #[must_use]
    pub fn canonical_bytes(&self) -> Option<Vec<u8>> {
        catch_unwind(AssertUnwindSafe(|| Change::from(self.change.decode()).raw_bytes().to_vec())).ok()
    }
}
