//! Table `log`: the rows of a document in their one sequence, each with its lineage.
//!
//! A row names its content by hash; reading joins the change's bytes or the card's, if it still has any.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CardHash, CoopId, DeviceId, RoundId};
use core_sync::domain::time::Timestamp;
use core_sync::round_doc::lineage::{Lineage, RowKind};
use core_sync::signing::envelope::Envelope;
use core_sync::signing::key::Signature;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

use super::columns::Count;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A row of a document's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its position, from 1 without a gap.
    pub position: u64,
    /// The lineage after it.
    pub lineage: Lineage,
    /// Its position in the co-op's log.
    pub co_op_position: u64,
    /// When the server had it.
    pub received: Timestamp,
    /// What it brought.
    pub content: LogContent,
}

/// What a row brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogContent {
    /// A signed change.
    Change {
        /// Its hash.
        hash: [u8; 32],
        /// The change, its signature and, at a device's first, its delegation.
        envelope: Envelope,
    },
    /// A version of a card.
    Card {
        /// Its hash.
        hash: CardHash,
        /// Its bytes, unless it was erased since.
        bytes: Option<Vec<u8>>,
    },
    /// The erasure of a card.
    Tombstone(CardHash),
}

impl LogContent {
    /// The kind of row and the hash that the lineage is made of.
    #[must_use]
    pub fn kind_and_hash(&self) -> (RowKind, [u8; 32]) {
        match self {
            Self::Change { hash, .. } => (RowKind::Change, *hash),
            Self::Card { hash, .. } => (RowKind::Card, hash.0),
            Self::Tombstone(hash) => (RowKind::Tombstone, hash.0),
        }
    }

    /// How many bytes it takes in an answer, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        /// Hash, device, signature and the frames around them.
        const AROUND: usize = 120;
        AROUND
            + match self {
                Self::Change { envelope, .. } => {
                    envelope.change.len() + envelope.delegation.as_ref().map_or(0, Vec::len)
                }
                Self::Card { bytes, .. } => bytes.as_ref().map_or(0, Vec::len),
                Self::Tombstone(_) => 0,
            }
    }
}

struct Kind(RowKind);

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        let kind = u64::try_from(number).ok().and_then(RowKind::from_number);
        kind.map(Self).ok_or(FromSqlError::OutOfRange(number))
    }
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<LogRow> {
    let hash: [u8; 32] = row.get(2)?;
    let content = match row.get::<_, Kind>(1)?.0 {
        RowKind::Change => LogContent::Change {
            hash,
            envelope: Envelope {
                device: DeviceId(row.get(6)?),
                signature: Signature(row.get(7)?),
                delegation: row.get(8)?,
                change: row.get(9)?,
            },
        },
        RowKind::Card => LogContent::Card { hash: CardHash(hash), bytes: row.get(10)? },
        RowKind::Tombstone => LogContent::Tombstone(CardHash(hash)),
    };
    Ok(LogRow {
        position: row.get::<_, Count>(0)?.0,
        lineage: Lineage(Hash(row.get(3)?)),
        co_op_position: row.get::<_, Count>(4)?.0,
        received: Timestamp(row.get(5)?),
        content,
    })
}

/// Hands the rows after `position`, in their sequence, to `take` until it has enough (`false`). Whether a row's
/// content is still what its hash says is for the reader to ask.
pub fn each_after(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    position: u64,
    mut take: impl FnMut(LogRow) -> bool,
) -> Result<(), DbError> {
    let doing = "reading the log of a document";
    let mut statement = snapshot
        .0
        .prepare_cached(
            "SELECT log.position, log.kind, log.hash, log.lineage, log.co_op_position, log.received_ms,
                    change.device, change.signature, change.delegation, change.bytes, card.bytes
             FROM log
             LEFT JOIN change ON log.kind = 0 AND change.co_op = log.co_op AND change.document = log.document
                             AND change.hash = log.hash
             LEFT JOIN card ON log.kind = 1 AND card.co_op = log.co_op AND card.document = log.document
                           AND card.hash = log.hash
             WHERE log.co_op = ?1 AND log.document = ?2 AND log.position > ?3
             ORDER BY log.position",
        )
        .doing(doing)?;
    let mut rows = statement.query((co_op.0, round.0, Count(position))).doing(doing)?;
    let damaged = |error: DbError| error.of_rows(round);
    while let Some(next) = rows.next().doing(doing).map_err(damaged)? {
        if !take(row(next).doing(doing).map_err(damaged)?) {
            break;
        }
    }
    Ok(())
}

/// The lineage after the row at a position.
pub fn lineage_at(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    position: u64,
) -> Result<Option<Lineage>, DbError> {
    snapshot
        .find(
            "SELECT lineage FROM log WHERE co_op = ?1 AND document = ?2 AND position = ?3",
            (co_op.0, round.0, Count(position)),
            |row| row.get(0).map(|lineage| Lineage(Hash(lineage))),
        )
        .doing("reading a lineage")
}

/// Whether the document's log has a row of this kind with this content.
pub fn contains(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    round: RoundId,
    kind: RowKind,
    hash: [u8; 32],
) -> Result<bool, DbError> {
    let found = snapshot.find(
        "SELECT 1 FROM log WHERE co_op = ?1 AND document = ?2 AND kind = ?3 AND hash = ?4",
        (co_op.0, round.0, kind.number(), hash),
        |_| Ok(()),
    );
    Ok(found.doing("looking for a row")?.is_some())
}

/// What a new row says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLogRow {
    /// Its position.
    pub position: u64,
    /// Its kind.
    pub kind: RowKind,
    /// The hash of its content.
    pub hash: [u8; 32],
    /// The lineage after it.
    pub lineage: Lineage,
    /// Its position in the co-op's log.
    pub co_op_position: u64,
    /// When the server had it.
    pub received: Timestamp,
}

/// Adds a row.
pub fn insert(tx: &Tx<'_>, co_op: CoopId, round: RoundId, row: &NewLogRow) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO log (co_op, document, position, kind, hash, lineage, co_op_position, received_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            co_op.0,
            round.0,
            Count(row.position),
            row.kind.number(),
            row.hash,
            row.lineage.0.0,
            Count(row.co_op_position),
            row.received.0,
        ),
    )
    .doing("adding a row")
    .map(drop)
}
