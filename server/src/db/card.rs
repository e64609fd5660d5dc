//! Table `card`: the personal side of stops. The log only names a card by its hash, so its bytes can go.

use core_sync::domain::ids::{CardHash, CoopId, RoundId};

use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// The cards of a document that are not erased.
pub fn all(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
) -> Result<Vec<(CardHash, Vec<u8>)>, DbError> {
    snapshot
        .all(
            "SELECT hash, bytes FROM card WHERE co_op = ?1 AND document = ?2 AND bytes IS NOT NULL",
            (co_op.0, round.0),
            |row| Ok((CardHash(row.get(0)?), row.get(1)?)),
        )
        .doing("reading the cards of a document")
        .map_err(|error| error.of_rows(round))
}

/// The bytes of a card. `None` once it is erased, or if the document never had it.
pub fn find(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    hash: CardHash,
) -> Result<Option<Vec<u8>>, DbError> {
    let bytes = snapshot.find(
        "SELECT bytes FROM card WHERE co_op = ?1 AND document = ?2 AND hash = ?3",
        (co_op.0, round.0, hash.0),
        |row| row.get::<_, Option<Vec<u8>>>(0),
    );
    Ok(bytes.doing("reading a card")?.flatten())
}

/// Adds a card.
pub fn insert(
    tx: &Tx<'_>,
    co_op: CoopId,
    round: RoundId,
    hash: CardHash,
    bytes: &[u8],
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO card (co_op, document, hash, bytes) VALUES (?1, ?2, ?3, ?4)",
        (co_op.0, round.0, hash.0, bytes),
    )
    .doing("adding a card")
    .map(drop)
}

/// Erases a card's bytes, if there is such a card.
pub fn erase(tx: &Tx<'_>, co_op: CoopId, round: RoundId, hash: CardHash) -> Result<(), DbError> {
    tx.execute(
        "UPDATE card SET bytes = NULL WHERE co_op = ?1 AND document = ?2 AND hash = ?3",
        (co_op.0, round.0, hash.0),
    )
    .doing("erasing a card")
    .map(drop)
}

/// The documents that have this card, erased or not.
pub fn rounds_with(snapshot: &Snapshot<'_>, co_op: CoopId, hash: CardHash) -> Result<Vec<RoundId>, DbError> {
    snapshot
        .all(
            "SELECT document FROM card WHERE co_op = ?1 AND hash = ?2 ORDER BY document",
            (co_op.0, hash.0),
            |row| row.get(0).map(RoundId),
        )
        .doing("looking for the documents of a card")
}
