//! What the sender is to a round it names: its holder, its holder too often today, or a stranger.
//!
//! A device makes a round of its own member by naming it, within a daily quota. This is how a phone gives
//! a restored server back what that server no longer knows.

use core_sync::domain::limits::SCHEMA;
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::round_doc::DocumentName;
use core_sync::wire::members::Role;

use super::sender::Sender;
use crate::app::error::AppError;
use crate::db::co_op::CoopRow;
use crate::db::connection::Tx;
use crate::db::document::{self, DocumentRow, MadeBy};
use crate::db::{draft, member};
use crate::log::append::make_document;

/// Rounds that a member's devices may make in a day: seven days of a phone that holds three rounds a day,
/// given back at once, and some more.
pub const ROUNDS_MADE_PER_DAY_MAX: u64 = 32;

/// What the sender is to a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It holds the round, which exists now.
    Holder(DocumentRow),
    /// It would hold the round, but made too many today.
    OverQuota,
    /// The round is somebody else's, or is named by another holder or schema than it has. Whether it
    /// exists is nothing to a stranger.
    Stranger,
}

impl Standing {
    /// Finds out, and makes the round if it is the sender's to make.
    pub(super) fn of(
        tx: &Tx<'_>,
        co_op: &CoopRow,
        sender: &Sender,
        name: DocumentName,
        now: Timestamp,
    ) -> Result<Self, AppError> {
        if name.holder != sender.member {
            return Ok(Self::Stranger);
        }
        if let Some(known) = document::find(tx, co_op.id, name.round)? {
            return Ok(if known.name == name { Self::Holder(known) } else { Self::Stranger });
        }
        let taken = document::exists_anywhere(tx, name.round)? || draft::exists_anywhere(tx, name.round)?;
        if name.schema != SCHEMA || taken {
            return Ok(Self::Stranger);
        }
        // A shop's device has something to say of parcels, and no round.
        match member::find(tx, co_op.id, sender.member)?.map(|member| member.role) {
            Some(Role::Courier | Role::Coordinator) => {}
            Some(Role::Admin | Role::Shop) | None => return Ok(Self::Stranger),
        }
        let a_day_ago = now.plus(Milliseconds::hours(-24));
        let made = document::count_made_by_holder(tx, co_op.id, sender.member, a_day_ago)?;
        if made >= ROUNDS_MADE_PER_DAY_MAX {
            return Ok(Self::OverQuota);
        }
        Ok(Self::Holder(make_document(tx, co_op.id, name, MadeBy::Holder, now)?))
    }
}
