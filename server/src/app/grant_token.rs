//! `POST /v1/tokens`: lets a member call routes from a browser or a terminal, for a term.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, to_text};
use core_sync::domain::personal::Secret;
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::members::{ForMember, Granted};
use rand_core::Rng;

use super::error::AppError;
use crate::db::connection::Tx;
use crate::db::member;
use crate::db::token::{self, TokenRow};

/// How long a token works: a season, so that a forgotten one ends by itself and nobody renews every week.
pub const TERM: Milliseconds = Milliseconds::hours(90 * 24);

/// What a token is kept as.
#[must_use]
pub fn token_hash(token: &[u8; 32]) -> Hash {
    Hash::of("tournee/token/1", &[token])
}

/// Makes a token of the member's role. It is shown this once.
pub fn grant_token(
    tx: &Tx<'_>,
    co_op: CoopId,
    request: &ForMember,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<Granted, AppError> {
    let member = member::find(tx, co_op, request.member)?.ok_or(AppError::NotFound)?;
    let mut bytes = [0; 32];
    random.fill_bytes(&mut bytes);
    let bytes = Secret::new(bytes);
    let row = TokenRow { co_op, member: member.member, role: member.role, until: now.plus(TERM) };
    token::insert(tx, token_hash(bytes.reveal()), &row)?;
    Ok(Granted { secret: Secret::new(to_text(bytes.reveal())), until_ms: row.until })
}
