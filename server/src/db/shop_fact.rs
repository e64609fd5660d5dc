//! Tables `shop_fact` and `shop_fact_parcel`: the custody log, what shops said in the sequence it came.
//!
//! A shop's fact needs no round: it is kept here first and goes, byte for byte, into every round that carries one
//! of its parcels, whenever that is.

use core_sync::domain::ids::{CoopId, MemberId, ParcelId, RecordId, RoundId};
use core_sync::domain::time::Timestamp;

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// What a shop said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopFactRow {
    /// Its record's id.
    pub record: RecordId,
    /// Whose word it is.
    pub member: MemberId,
    /// The record's bytes.
    pub bytes: Vec<u8>,
    /// When the server had it.
    pub received: Timestamp,
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<ShopFactRow> {
    Ok(ShopFactRow {
        record: RecordId(row.get(0)?),
        member: MemberId(row.get(1)?),
        bytes: row.get(2)?,
        received: Timestamp(row.get(3)?),
    })
}

/// The fact of this id.
pub fn find(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    record: RecordId,
) -> Result<Option<ShopFactRow>, DbError> {
    snapshot
        .find(
            "SELECT record, member, bytes, received_ms FROM shop_fact WHERE co_op = ?1 AND record = ?2",
            (co_op.0, record.0),
            row,
        )
        .doing("reading a shop's fact")
}

/// The facts about parcels of a round that do not stand in it, as they came.
pub fn missing_in(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
) -> Result<Vec<ShopFactRow>, DbError> {
    snapshot
        .all(
            "SELECT DISTINCT fact.record, fact.member, fact.bytes, fact.received_ms, fact.position
             FROM parcel_round AS carried
             JOIN shop_fact_parcel AS named ON named.co_op = carried.co_op AND named.parcel = carried.parcel
             JOIN shop_fact AS fact ON fact.co_op = named.co_op AND fact.position = named.position
             WHERE carried.co_op = ?1 AND carried.document = ?2 AND NOT EXISTS (
                 SELECT 1 FROM record WHERE record.co_op = ?1 AND record.document = ?2
                                        AND record.record = fact.record)
             ORDER BY fact.position",
            (co_op.0, round.0),
            row,
        )
        .doing("looking for what shops said of a round's parcels")
}

/// How much of what shops said stands in a round.
pub fn count_in(snapshot: &Snapshot<'_>, co_op: CoopId, round: RoundId) -> Result<u64, DbError> {
    let count = snapshot.find(
        "SELECT count(*) FROM record JOIN shop_fact AS fact ON fact.co_op = record.co_op AND fact.record = record.record
         WHERE record.co_op = ?1 AND record.document = ?2",
        (co_op.0, round.0),
        |row| row.get::<_, Count>(0),
    );
    Ok(count.doing("counting what shops said in a round")?.map_or(0, |count| count.0))
}

/// Whether a shop said anything of a parcel of the round.
pub fn any_about(snapshot: &Snapshot<'_>, co_op: CoopId, round: RoundId) -> Result<bool, DbError> {
    let found = snapshot.find(
        "SELECT 1 FROM parcel_round AS carried
         JOIN shop_fact_parcel AS named ON named.co_op = carried.co_op AND named.parcel = carried.parcel
         WHERE carried.co_op = ?1 AND carried.document = ?2 LIMIT 1",
        (co_op.0, round.0),
        |_| Ok(()),
    );
    Ok(found.doing("looking for a shop's word")?.is_some())
}

/// Adds a fact at the end.
pub fn insert(tx: &Tx<'_>, co_op: CoopId, fact: &ShopFactRow, parcels: &[ParcelId]) -> Result<(), DbError> {
    let doing = "adding a shop's fact";
    let last = tx.find("SELECT max(position) FROM shop_fact WHERE co_op = ?1", [co_op.0], |row| {
        row.get::<_, Option<Count>>(0)
    });
    let position = last.doing(doing)?.flatten().map_or(0, |last| last.0) + 1;
    tx.execute(
        "INSERT INTO shop_fact (co_op, position, record, member, bytes, received_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (co_op.0, Count(position), fact.record.0, fact.member.0, &fact.bytes, fact.received.0),
    )
    .doing(doing)?;
    for parcel in parcels {
        tx.execute(
            "INSERT INTO shop_fact_parcel (co_op, parcel, position) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING",
            (co_op.0, parcel.0, Count(position)),
        )
        .doing(doing)?;
    }
    Ok(())
}
