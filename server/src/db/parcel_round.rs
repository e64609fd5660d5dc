//! Table `parcel_round`: which rounds share what. Filled as records are appended, so that finding the rounds that
//! belong together costs a look-up per parcel and not a reading of rounds.

use core_sync::domain::ids::{CoopId, RoundId};

use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// Notes that a round carries something: a parcel, or a stop that was moved.
pub fn insert(tx: &Tx<'_>, co_op: CoopId, shared: [u8; 16], round: RoundId) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO parcel_round (co_op, parcel, document) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (co_op.0, shared, round.0),
    )
    .doing("noting what a round carries")
    .map(drop)
}

/// The other rounds that carry something of this one, at most `max`.
pub fn linked(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    max: usize,
) -> Result<Vec<RoundId>, DbError> {
    snapshot
        .all(
            "SELECT DISTINCT other.document FROM parcel_round AS mine
             JOIN parcel_round AS other ON other.co_op = mine.co_op AND other.parcel = mine.parcel
             WHERE mine.co_op = ?1 AND mine.document = ?2 AND other.document <> ?2
             ORDER BY other.document LIMIT ?3",
            (co_op.0, round.0, super::columns::Count(max as u64)),
            |row| row.get(0).map(RoundId),
        )
        .doing("looking for rounds that share parcels")
}

/// The rounds that carry this parcel.
pub fn rounds_of(snapshot: &Snapshot<'_>, co_op: CoopId, parcel: [u8; 16]) -> Result<Vec<RoundId>, DbError> {
    snapshot
        .all(
            "SELECT document FROM parcel_round WHERE co_op = ?1 AND parcel = ?2 ORDER BY document",
            (co_op.0, parcel),
            |row| row.get(0).map(RoundId),
        )
        .doing("looking for the rounds of a parcel")
}
