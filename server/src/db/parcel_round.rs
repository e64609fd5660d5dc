//! Table `parcel_round`: which rounds share what. Filled as records are appended, so that finding the rounds that
//! belong together costs a look-up per parcel and not a reading of rounds.

use core_sync::domain::ids::{CoopId, RoundId};

use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// CROSS JOIN, so that SQLite begins with this round's parcels: it would begin with every parcel the co-op ever had,
/// because `other` can be read in the sequence that is asked for.
const LINKED: &str = "SELECT DISTINCT other.document FROM parcel_round AS mine
     CROSS JOIN parcel_round AS other ON other.co_op = mine.co_op AND other.parcel = mine.parcel
     WHERE mine.co_op = ?1 AND mine.document = ?2 AND other.document <> ?2
     ORDER BY other.document LIMIT ?3";

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
        .all(LINKED, (co_op.0, round.0, super::columns::Count(max as u64)), |row| row.get(0).map(RoundId))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Coop;

    #[test]
    fn rounds_that_share_parcels_are_looked_up_by_parcel_however_many_there_are() {
        let mut coop = Coop::new();
        let steps: Vec<String> = coop
            .write(|tx, world| {
                let plan = format!("EXPLAIN QUERY PLAN {LINKED}");
                let asked = (world.id.0, RoundId([1; 16]).0, super::super::columns::Count(1));
                Ok(tx.all(&plan, asked, |row| row.get(3)).doing("explaining")?)
            })
            .unwrap();
        let searches: Vec<&String> = steps.iter().filter(|step| step.starts_with("SEARCH")).collect();
        assert_eq!(searches.len(), 2, "{steps:?}");
        assert!(searches[0].contains("mine") && searches[0].contains("document=?"), "{steps:?}");
        assert!(searches[1].contains("other") && searches[1].contains("parcel=?"), "{steps:?}");
    }
}
