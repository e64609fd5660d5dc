//! Table `member`: the people of a co-op. Their names are personal and never reach a log.

use core_sync::domain::ids::{CoopId, MemberId};
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Timestamp;
use core_sync::wire::members::{Member, Role};

use super::columns::RoleColumn;
use super::connection::{Snapshot, Tx};
use super::error::{DbError, Doing};

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        member: MemberId(row.get(0)?),
        name: Personal::new(row.get(1)?),
        role: row.get::<_, RoleColumn>(2)?.0,
    })
}

/// The member of this id.
pub fn find(snapshot: &Snapshot<'_>, co_op: CoopId, member: MemberId) -> Result<Option<Member>, DbError> {
    snapshot
        .find(
            "SELECT member, name, role FROM member WHERE co_op = ?1 AND member = ?2",
            (co_op.0, member.0),
            row,
        )
        .doing("reading a member")
}

/// The member of this name, whatever its capitals: people say names, and two that differ by a capital are mistaken.
pub fn find_by_name(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    name: &Personal<String>,
) -> Result<Option<Member>, DbError> {
    // A co-op has dozens of members, not thousands; SQLite knows the case of ASCII letters only.
    let wanted = name.reveal().to_lowercase();
    Ok(all(snapshot, co_op)?.into_iter().find(|member| member.name.reveal().to_lowercase() == wanted))
}

/// Every member, by name.
pub fn all(snapshot: &Snapshot<'_>, co_op: CoopId) -> Result<Vec<Member>, DbError> {
    snapshot
        .all("SELECT member, name, role FROM member WHERE co_op = ?1 ORDER BY name, member", [co_op.0], row)
        .doing("reading the members")
}

/// Adds a member of whom only the id is known, as a courier under a name that stands in. Name and id must be free.
pub fn insert_stand_in(
    tx: &Tx<'_>,
    co_op: CoopId,
    member: MemberId,
    name: &Personal<String>,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO member (co_op, member, name, role, made_ms, stand_in) VALUES (?1, ?2, ?3, ?4, ?5, 1)",
        (co_op.0, member.0, name.reveal(), RoleColumn(Role::Courier), now.0),
    )
    .doing("adding a member who is only known by id")
    .map(drop)
}

/// Gives a member who is only known by id a name and a role; `false` if there is no such stand-in.
pub fn name_stand_in(
    tx: &Tx<'_>,
    co_op: CoopId,
    member: MemberId,
    name: &Personal<String>,
    role: Role,
) -> Result<bool, DbError> {
    let named = tx.execute(
        "UPDATE member SET name = ?3, role = ?4, stand_in = 0 WHERE co_op = ?1 AND member = ?2 AND stand_in = 1",
        (co_op.0, member.0, name.reveal(), RoleColumn(role)),
    );
    Ok(named.doing("naming a member")? == 1)
}

/// Adds a member. Name and id must be free.
pub fn insert(
    tx: &Tx<'_>,
    co_op: CoopId,
    member: MemberId,
    name: &Personal<String>,
    role: Role,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO member (co_op, member, name, role, made_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        (co_op.0, member.0, name.reveal(), RoleColumn(role), now.0),
    )
    .doing("adding a member")
    .map(drop)
}
