//! Taking a device in by the co-op's word: after an older copy of the database was put back.
//!
//! A delegation says that the co-op once enrolled this device for that member; its term may be over, the word stays
//! true. Who was revoked since is not decided here: that stands in a table of its own, by the device's id alone.

use core_sync::domain::ids::{CoopId, MemberId};
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Timestamp;
use core_sync::signing::delegation::Delegation;

use crate::db::co_op::CoopRow;
use crate::db::connection::{Snapshot, Tx};
use crate::db::device::{self, DeviceRow};
use crate::db::error::DbError;
use crate::db::member;

/// Characters of a member's id in the name that stands in for the one nobody knows any more: enough to tell a dozen
/// people apart.
const STAND_IN_CHARACTERS: usize = 4;

/// A delegation, if it is this co-op's word for a member's device.
#[must_use]
pub fn believed(co_op: &CoopRow, bytes: &[u8]) -> Option<Delegation> {
    let word = Delegation::verify(bytes, &co_op.public_key).ok()?;
    (word.co_op == co_op.id && word.member.is_some() && word.key.is_usable()).then_some(word)
}

/// The device as its delegation has it.
#[must_use]
pub fn row_of(word: &Delegation) -> DeviceRow {
    let Delegation { co_op, device, key, member, issued, .. } = *word;
    DeviceRow { co_op, device, member, key, enrolled: issued, last_counter: 0 }
}

/// Takes the device in, and its member if need be. `None` if its id was given to another key meanwhile.
pub fn take_in(tx: &Tx<'_>, word: &Delegation, now: Timestamp) -> Result<Option<DeviceRow>, DbError> {
    let wanted = row_of(word);
    if let Some(known) = device::find_anywhere(tx, word.device)? {
        let same = (known.co_op, known.member, known.key) == (wanted.co_op, wanted.member, wanted.key);
        return Ok(same.then_some(known));
    }
    let Some(member) = word.member else { return Ok(None) };
    if member::find(tx, word.co_op, member)?.is_none() {
        let name = stand_in_name(tx, word.co_op, member)?;
        member::insert_stand_in(tx, word.co_op, member, &name, now)?;
    }
    device::insert(tx, &wanted)?;
    tracing::warn!(device = %word.device, "a device is taken in by the co-op's word: an older copy was put back");
    Ok(Some(wanted))
}

/// A name that nobody has: `? ABCD`, from the member's id.
fn stand_in_name(
    snapshot: &Snapshot<'_>,
    co_op: CoopId,
    member: MemberId,
) -> Result<Personal<String>, DbError> {
    let id = member.to_string();
    let named = |characters| Personal::new(format!("? {}", id.chars().take(characters).collect::<String>()));
    let mut characters = STAND_IN_CHARACTERS;
    while characters < id.len() && member::find_by_name(snapshot, co_op, &named(characters))?.is_some() {
        characters += 1;
    }
    Ok(named(characters))
}

#[cfg(test)]
#[path = "take_in_tests.rs"]
mod tests;
