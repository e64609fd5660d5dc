//! `POST /v1/members`: a person joins. Safe to repeat, because the id is the caller's.
//!
//! A member who is only known by id, since an older copy of the database was put back, gets name and role here.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::CoopId;
use core_sync::domain::limits::NAME_CHARACTERS_MAX;
use core_sync::domain::time::Timestamp;
use core_sync::wire::members::{Member, NewMember};

use super::error::AppError;
use crate::db::connection::Tx;
use crate::db::member;

/// Adds a member, or says that this very member is there already.
pub fn add_member(tx: &Tx<'_>, co_op: CoopId, new: &NewMember, now: Timestamp) -> Result<Member, AppError> {
    if !is_a_name(new.name.reveal()) {
        return Err(
            FieldError::new("name", format!("1 to {NAME_CHARACTERS_MAX} characters on one line")).into()
        );
    }
    let known = member::find(tx, co_op, new.member)?;
    let of_another =
        member::find_by_name(tx, co_op, &new.name)?.is_some_and(|other| other.member != new.member);
    if known.is_some() && !of_another && member::name_stand_in(tx, co_op, new.member, &new.name, new.role)? {
        return Ok(Member { member: new.member, name: new.name.clone(), role: new.role });
    }
    if let Some(known) = known {
        return if known.name == new.name && known.role == new.role {
            Ok(known)
        } else {
            Err(FieldError::new("member", "an id that no other member of the co-op has").into())
        };
    }
    if of_another {
        return Err(FieldError::new("name", "a name that no other member of the co-op has").into());
    }
    member::insert(tx, co_op, new.member, &new.name, new.role, now)?;
    Ok(Member { member: new.member, name: new.name.clone(), role: new.role })
}

/// Whether a text can be the name of a member or a co-op.
#[must_use]
pub fn is_a_name(text: &str) -> bool {
    let length = text.chars().count();
    text.trim() == text
        && !text.is_empty()
        && length <= NAME_CHARACTERS_MAX
        && !text.chars().any(core_sync::domain::card::is_hidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Coop;
    use core_sync::domain::ids::MemberId;
    use core_sync::domain::personal::Personal;
    use core_sync::wire::members::Role;

    fn new(id: u8, name: &str, role: Role) -> NewMember {
        NewMember { member: MemberId([id; 16]), name: Personal::new(name.into()), role }
    }

    fn field(error: AppError) -> String {
        let AppError::BadInput(error) = error else { panic!("{error:?}") };
        error.field
    }

    #[test]
    fn a_member_can_be_added_twice_and_is_there_once() {
        let mut coop = Coop::new();
        let ana = new(1, "Ana", Role::Courier);
        for _ in 0..2 {
            coop.write(|tx, coop| add_member(tx, coop.id, &ana, coop.now)).unwrap();
        }
        let all = coop.write(|tx, coop| Ok(member::all(tx, coop.id)?)).unwrap();
        assert_eq!(all.iter().filter(|member| member.name == ana.name).count(), 1);
    }

    #[test]
    fn a_taken_id_or_name_is_refused_by_its_field() {
        let mut coop = Coop::new();
        coop.write(|tx, coop| add_member(tx, coop.id, &new(1, "Ana", Role::Courier), coop.now)).unwrap();
        for (wrong, named) in [
            (new(1, "Ana", Role::Admin), "member"),
            (new(1, "Ben", Role::Courier), "member"),
            (new(2, "Ana", Role::Courier), "name"),
            (new(2, "", Role::Courier), "name"),
            (new(2, " Ben", Role::Courier), "name"),
            (new(2, "B\nen", Role::Courier), "name"),
            (new(2, &"b".repeat(NAME_CHARACTERS_MAX + 1), Role::Courier), "name"),
        ] {
            let error = coop.write(|tx, coop| add_member(tx, coop.id, &wrong, coop.now)).unwrap_err();
            assert_eq!(field(error), named, "{:?}", wrong.name.reveal());
        }
    }
}
