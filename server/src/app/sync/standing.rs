//! What the sender is to a round it names: its holder, its holder too often today, or a stranger.
//!
//! A device makes a round of its own member by naming it, within a daily quota. This is how a phone gives
//! a restored server back what that server no longer knows.

use core_sync::domain::limits::SCHEMA;
use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::members::Role;

use core_sync::wire::sync_request::RoundAsk;

use super::push;
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
    /// It would hold the round, which may not be made now: it made too many today, or the round is a draft here and
    /// nothing pushed shows that it was taken.
    NotMade,
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
        ask: &RoundAsk,
        now: Timestamp,
    ) -> Result<Self, AppError> {
        let name = ask.document;
        if name.holder != sender.member {
            return Ok(Self::Stranger);
        }
        if let Some(known) = document::find(tx, co_op.id, name.round)? {
            return Ok(if known.name == name { Self::Holder(known) } else { Self::Stranger });
        }
        if name.schema != SCHEMA || document::exists_anywhere(tx, name.round)? {
            return Ok(Self::Stranger);
        }
        let draft = draft::find(tx, co_op.id, name.round)?;
        if draft.is_none() && draft::exists_anywhere(tx, name.round)? {
            return Ok(Self::Stranger);
        }
        // A shop's device has something to say of parcels, and no round.
        match member::find(tx, co_op.id, sender.member)?.map(|member| member.role) {
            Some(Role::Courier | Role::Coordinator) => {}
            Some(Role::Admin | Role::Shop) | None => return Ok(Self::Stranger),
        }
        if draft.is_some() {
            // An older copy was put back, from before the draft was taken: this server's own signature under the plan
            // of this very round and holder shows that it was. Nobody else can claim a draft by naming it.
            if !push::any_by_server(tx, co_op, ask)? {
                return Ok(Self::NotMade);
            }
            draft::take(tx, co_op.id, name.round, sender.member)?;
        }
        let a_day_ago = now.plus(Milliseconds::hours(-24));
        let made = document::count_made_by_holder(tx, co_op.id, sender.member, a_day_ago)?;
        if made >= ROUNDS_MADE_PER_DAY_MAX {
            return Ok(Self::NotMade);
        }
        Ok(Self::Holder(make_document(tx, co_op.id, name, MadeBy::Holder, now)?))
    }
}
