//! What the guard must know of the log to place a change: the operation numbers of the changes it names and
//! the hashes at the keys it names. Looked up by name, so its cost is the change's, not the round's.

use core_sync::guard::{Inspected, Known};
use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};

use crate::db::connection::Snapshot;
use crate::db::document::DocumentRow;
use crate::db::error::DbError;
use crate::db::{change, record};

/// Looks up the names in a change.
pub fn known(
    snapshot: &Snapshot<'_>,
    document: &DocumentRow,
    inspected: &Inspected,
) -> Result<Known, DbError> {
    let (co_op, round) = (document.co_op, document.name.round);
    let genesis = genesis(&document.name).hash;
    let mut known = Known::default();
    for dep in &inspected.deps {
        // Genesis is in every log without being a row of it.
        let max_op = if *dep == genesis {
            Some(GENESIS_MAX_OP)
        } else {
            change::max_op(snapshot, co_op, round, *dep)?
        };
        known.max_ops.extend(max_op.map(|max_op| (*dep, max_op)));
    }
    let names = inspected.records.iter().map(|(id, _)| *id);
    known.records.extend(record::hashes_at(snapshot, co_op, round, names)?);
    Ok(known)
}
