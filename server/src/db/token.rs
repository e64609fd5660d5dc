//! Table `token`: what lets a person call routes, as hashes only.
//!
//! A plain hash is enough: a token is 256 random bits, so there is nothing to guess that a slow
//! password hash would make slower, and every request pays for the hash.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, MemberId};
use core_sync::domain::time::Timestamp;
use core_sync::wire::members::Role;

use super::columns::RoleColumn;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

/// A token, as kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenRow {
    /// Where it works.
    pub co_op: CoopId,
    /// Whose it is.
    pub member: MemberId,
    /// What it allows.
    pub role: Role,
    /// The end of its term: it works before, not from then on.
    pub until: Timestamp,
}

/// The token with this hash, whatever its co-op and term.
pub fn find(snapshot: &Snapshot<'_>, hash: Hash) -> Result<Option<TokenRow>, DbError> {
    snapshot
        .find("SELECT co_op, member, role, until_ms FROM token WHERE hash = ?1", [hash.0], |row| {
            Ok(TokenRow {
                co_op: CoopId(row.get(0)?),
                member: MemberId(row.get(1)?),
                role: row.get::<_, RoleColumn>(2)?.0,
                until: Timestamp(row.get(3)?),
            })
        })
        .doing("reading a token")
}

/// Adds a token.
pub fn insert(tx: &Tx<'_>, hash: Hash, token: &TokenRow) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO token (co_op, hash, member, role, until_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        (token.co_op.0, hash.0, token.member.0, RoleColumn(token.role), token.until.0),
    )
    .doing("adding a token")
    .map(drop)
}
