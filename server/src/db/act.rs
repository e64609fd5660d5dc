//! Table `act`: which commands were done, so that one sent twice is done once.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{ActId, CoopId, MemberId, RoundId};

use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// An act that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActRow {
    /// Who did it.
    pub member: MemberId,
    /// The hash of what it asked for; `None` since a card was erased whose text it covered.
    pub command: Option<Hash>,
    /// The round it was done to.
    pub round: RoundId,
}

impl ActRow {
    /// Whether `repeat` is this act sent again. Without its hash nothing tells what it asked for, so any repeat of
    /// the same member for the same round is taken for one: doing nothing is safe, doing it twice is not.
    #[must_use]
    pub fn is_of(&self, repeat: &Self) -> bool {
        let same = self.command.is_none() || self.command == repeat.command;
        same && self.member == repeat.member && self.round == repeat.round
    }
}

/// The act of this id.
pub fn find(snapshot: &Snapshot<'_>, co_op: CoopId, act: ActId) -> Result<Option<ActRow>, DbError> {
    snapshot
        .find(
            "SELECT member, command, document FROM act WHERE co_op = ?1 AND act = ?2",
            (co_op.0, act.0),
            |row| {
                Ok(ActRow {
                    member: MemberId(row.get(0)?),
                    command: row.get::<_, Option<[u8; 32]>>(1)?.map(Hash),
                    round: RoundId(row.get(2)?),
                })
            },
        )
        .doing("reading an act")
}

/// Says that an act was done.
pub fn insert(tx: &Tx<'_>, co_op: CoopId, act: ActId, row: &ActRow) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO act (co_op, act, member, command, document) VALUES (?1, ?2, ?3, ?4, ?5)",
        (co_op.0, act.0, row.member.0, row.command.map(|hash| hash.0), row.round.0),
    )
    .doing("adding an act")
    .map(drop)
}

/// Forgets the hash of what an act asked for, if there is such an act.
pub fn forget_command(tx: &Tx<'_>, co_op: CoopId, act: ActId) -> Result<(), DbError> {
    tx.execute("UPDATE act SET command = NULL WHERE co_op = ?1 AND act = ?2", (co_op.0, act.0))
        .doing("forgetting what an act asked for")
        .map(drop)
}
