//! Table `erased_card`: the cards that were erased, so that nobody gives one back. By hash alone.

use core_sync::domain::ids::{CardHash, CoopId};
use core_sync::domain::time::Timestamp;

use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// Whether the card was erased.
pub fn exists(snapshot: &Snapshot<'_>, co_op: CoopId, hash: CardHash) -> Result<bool, DbError> {
    let found =
        snapshot
            .find("SELECT 1 FROM erased_card WHERE co_op = ?1 AND hash = ?2", (co_op.0, hash.0), |_| Ok(()));
    Ok(found.doing("looking for an erased card")?.is_some())
}

/// Says that a card was erased. Twice is once.
pub fn insert(tx: &Tx<'_>, co_op: CoopId, hash: CardHash, now: Timestamp) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO erased_card (co_op, hash, erased_ms) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (co_op.0, hash.0, now.0),
    )
    .doing("noting an erased card")
    .map(drop)
}
