//! Who calls: from the token in a request to a member of a co-op and what they may do.

use core_sync::domain::ids::{CoopId, MemberId, from_text};
use core_sync::domain::personal::Secret;
use core_sync::domain::time::Timestamp;
use core_sync::wire::members::Role;

use super::error::AppError;
use super::grant_token::token_hash;
use crate::db::connection::Snapshot;
use crate::db::token;

/// Somebody who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Their co-op: everything they name is looked for there and nowhere else.
    pub co_op: CoopId,
    /// Who they are.
    pub member: MemberId,
    /// What they may do.
    pub role: Role,
}

/// Finds out whose token this is.
pub fn authenticate(
    snapshot: &Snapshot<'_>,
    token: &Secret<String>,
    now: Timestamp,
) -> Result<Caller, AppError> {
    let bytes = Secret::new(from_text::<32>(token.reveal()).map_err(|_| AppError::NotSignedIn)?);
    let row = token::find(snapshot, token_hash(bytes.reveal()))?.ok_or(AppError::NotSignedIn)?;
    if now >= row.until {
        return Err(AppError::TokenExpired);
    }
    Ok(Caller { co_op: row.co_op, member: row.member, role: row.role })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::grant_token::{TERM, grant_token};
    use crate::testing::Coop;
    use core_sync::domain::time::Milliseconds;
    use core_sync::wire::members::ForMember;

    #[test]
    fn a_token_works_until_the_end_of_its_term() {
        let mut coop = Coop::new();
        let member = coop.add_member("Ana", Role::Courier);
        let granted = coop
            .write(|tx, coop| grant_token(tx, coop.id, &ForMember { member }, coop.now, &mut coop.random()))
            .unwrap();
        let mut at = |now: Timestamp| coop.write(|tx, _| authenticate(tx, &granted.secret, now));
        let start = granted.until_ms.plus(Milliseconds(-TERM.0));
        let caller = at(start).unwrap();
        assert_eq!((caller.member, caller.role), (member, Role::Courier));
        assert!(at(start.plus(Milliseconds(TERM.0 - 1))).is_ok());
        assert!(matches!(at(granted.until_ms), Err(AppError::TokenExpired)));
    }

    #[test]
    fn what_is_no_token_of_ours_signs_nobody_in() {
        let mut coop = Coop::new();
        let unknown = core_sync::domain::ids::to_text(&[7; 32]);
        for text in [String::new(), "short".into(), unknown, "é".repeat(22)] {
            let result = coop.write(|tx, coop| authenticate(tx, &Secret::new(text.clone()), coop.now));
            assert!(matches!(result, Err(AppError::NotSignedIn)), "{text}");
        }
    }
}
