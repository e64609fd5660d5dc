//! Table `alarm`: what a check off the request found wrong with a round, until it finds it right again.

use core_sync::domain::ids::{CoopId, RoundId};
use core_sync::domain::time::Timestamp;

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// How many stand, in all co-ops.
pub fn count(snapshot: &Snapshot<'_>) -> Result<u64, DbError> {
    let count = snapshot.find("SELECT count(*) FROM alarm", [], |row| row.get::<_, Count>(0));
    Ok(count.doing("counting alarms")?.map_or(0, |count| count.0))
}

/// The rounds of a co-op with one.
pub fn rounds(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Vec<RoundId>, DbError> {
    snapshot
        .all("SELECT document FROM alarm WHERE co_op = ?1 ORDER BY document", [co_op.0], |row| {
            row.get(0).map(RoundId)
        })
        .doing("reading alarms")
}

/// Raises one, or says anew what is wrong.
pub fn raise(tx: &Tx<'_>, co_op: CoopId, round: RoundId, said: &str, at: Timestamp) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO alarm (co_op, document, said, at_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (co_op, document) DO UPDATE SET said = excluded.said, at_ms = excluded.at_ms",
        (co_op.0, round.0, said, at.0),
    )
    .doing("raising an alarm")
    .map(drop)
}

/// Takes it back, if there is one.
pub fn clear(tx: &Tx<'_>, co_op: CoopId, round: RoundId) -> Result<(), DbError> {
    tx.execute("DELETE FROM alarm WHERE co_op = ?1 AND document = ?2", (co_op.0, round.0))
        .doing("clearing an alarm")
        .map(drop)
}
