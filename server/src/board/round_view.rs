//! A round as the board draws it: the state, and who rides it.

use core_sync::domain::personal::Personal;
use core_sync::view::board::{BoardRound, round_view};
use core_sync::wire::round::RoundView;

use super::read_round::ReadRound;
use crate::db::connection::Snapshot;
use crate::db::error::DbError;
use crate::db::{device, member};

/// Draws a round. `after` is the place in the co-op's log from which acts are counted.
pub fn view(snapshot: &Snapshot<'_>, round: &ReadRound, after: Option<u64>) -> Result<RoundView, DbError> {
    let (co_op, name) = (round.document.co_op, round.document.name);
    let courier = member::find(snapshot, co_op, name.holder)?;
    Ok(round_view(BoardRound {
        id: name.round,
        courier: name.holder,
        // A holder is a member by the database's own rule, so a name is never absent.
        courier_name: courier.map_or_else(|| Personal::new(String::new()), |courier| courier.name),
        last_heard: device::last_heard(snapshot, co_op, name.holder)?,
        acts_since: round.acts_since(after),
        damaged: round.damage.is_some(),
        state: &round.state,
        cards: &round.cards,
    }))
}
