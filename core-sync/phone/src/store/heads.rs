//! The heads of a round: what the next minted change stands on.

use core_sync::round_doc::DocumentName;
use core_sync::round_doc::mint::Tip;
use rusqlite::{Transaction, params};

use super::StoreError;
use super::cells::number;

/// Replaces the heads of a round.
pub(super) fn write_heads(
    write: &Transaction<'_>,
    document: &DocumentName,
    tip: &Tip,
) -> Result<(), StoreError> {
    write.execute("DELETE FROM head WHERE round = ?1", [document.round.0])?;
    for (hash, max_op) in &tip.heads {
        write
            .prepare_cached("INSERT INTO head (round, hash, max_op) VALUES (?1, ?2, ?3)")?
            .execute(params![document.round.0, hash, number(*max_op)])?;
    }
    Ok(())
}
