//! `POST /v1/enrolment-codes`: lets one phone become a device of a member, once, within ten minutes.

use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{CoopId, to_text};
use core_sync::domain::personal::Secret;
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::members::{ForMember, Granted};
use rand_core::Rng;

use super::error::AppError;
use crate::db::connection::Tx;
use crate::db::{enrolment_code, member};

/// How long a code works: long enough to walk over to the courier, too short to lie about.
pub const TERM: Milliseconds = Milliseconds::minutes(10);

/// What a code is kept as.
#[must_use]
pub fn code_hash(code: &[u8; 16]) -> Hash {
    Hash::of("tournee/enrolment-code/1", &[code])
}

/// Makes a code. It is shown this once.
pub fn grant_enrolment_code(
    tx: &Tx<'_>,
    co_op: CoopId,
    request: &ForMember,
    now: Timestamp,
    random: &mut impl Rng,
) -> Result<Granted, AppError> {
    let member = member::find(tx, co_op, request.member)?.ok_or(AppError::NotFound)?;
    let mut bytes = [0; 16];
    random.fill_bytes(&mut bytes);
    let bytes = Secret::new(bytes);
    let until = now.plus(TERM);
    enrolment_code::insert(tx, co_op, code_hash(bytes.reveal()), member.member, until)?;
    Ok(Granted { secret: Secret::new(to_text(bytes.reveal())), until_ms: until })
}
