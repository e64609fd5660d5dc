//! The one file that names automerge's doc-hidden `legacy` types: changes built and taken apart by hand.
//!
//! An automerge upgrade starts here. Building cannot fail for the shapes we build; reading is only
//! called inside `catch_unwind` (see `change.rs`), because decoding hostile bytes may panic.

use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ObjType, ScalarValue};

use crate::domain::kind::MapName;

/// An actor of ours: 16 bytes, a hash of what it writes.
pub(super) type Actor = [u8; 16];

/// What a change consists of, in plain types.
pub(super) struct Parts<'a> {
    pub(super) actor: Actor,
    pub(super) start_op: NonZeroU64,
    pub(super) deps: &'a [[u8; 32]],
    pub(super) operations: Vec<Op>,
}

/// Builds a change: seq 1, no time, message or extra bytes.
pub(super) fn build(parts: Parts<'_>) -> Change {
    Change::from(ExpandedChange {
        operations: parts.operations,
        actor_id: ActorId::from(parts.actor),
        hash: None,
        seq: 1,
        start_op: parts.start_op,
        time: 0,
        message: None,
        deps: parts.deps.iter().map(|hash| ChangeHash(*hash)).collect(),
        extra_bytes: Vec::new(),
        author: None,
    })
}

/// The operation that makes a map in the root.
pub(super) fn make_map(map: MapName) -> Op {
    Op {
        action: OpType::Make(ObjType::Map),
        obj: ObjectId::Root,
        key: Key::Map(map.key().into()),
        pred: SortedVec::new(),
        insert: false,
    }
}

/// The object that genesis made for `map`.
fn object(map: MapName, genesis: Actor) -> ObjectId {
    let counter = match map {
        MapName::Plan => 1,
        MapName::Facts => 2,
    };
    ObjectId::Id(OpId::new(counter, &ActorId::from(genesis)))
}

/// The operation that puts a record's bytes at its key.
pub(super) fn put(map: MapName, genesis: Actor, key: &str, bytes: &[u8]) -> Op {
    Op {
        action: OpType::Put(ScalarValue::Bytes(bytes.to_vec())),
        obj: object(map, genesis),
        key: Key::Map(key.into()),
        pred: SortedVec::new(),
        insert: false,
    }
}

/// A put as [`put`] makes it, or `None` for every other operation.
pub(super) fn as_put(op: &Op, genesis: Actor) -> Option<(MapName, &str, &[u8])> {
    let map = [MapName::Plan, MapName::Facts].into_iter().find(|map| op.obj == object(*map, genesis))?;
    match (&op.action, &op.key) {
        (OpType::Put(ScalarValue::Bytes(bytes)), Key::Map(key)) if op.pred.is_empty() && !op.insert => {
            Some((map, key.as_str(), bytes))
        }
        _ => None,
    }
}
