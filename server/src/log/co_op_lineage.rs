//! The lineage of a co-op's own log: the fingerprint behind a board's cursor.
//!
//! Like a document's, but each entry names its document, and a round that was made is an entry too.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, RoundId};
use core_sync::round_doc::lineage::Lineage;

use crate::db::co_op_log::EntryKind;

/// The lineage of a co-op in which nothing happened yet.
#[must_use]
pub fn start(co_op: CoopId) -> Lineage {
    Lineage(Hash::of("tournee/co-op-lineage/0", &[&co_op.0]))
}

/// The lineage after one more entry: H(lineage before, kind, document, content). The content of a made round
/// is the hash of its genesis.
#[must_use]
pub fn after(before: Lineage, kind: EntryKind, round: RoundId, content: &[u8; 32]) -> Lineage {
    Lineage(Hash::of("tournee/co-op-lineage/1", &[&before.0.0, &[kind.number()], &round.0, content]))
}
