//! A command on its way: where, with which keys, by whom, what for and when.

use core_sync::domain::stamp::Moment;
use core_sync::wire::command::CommandRequest;

use super::authenticate::Caller;
use super::own_change::OwnHand;
use crate::db::connection::Tx;
use crate::keys::Keys;
use crate::revocations::Revocations;

/// A command on its way: what every one of them needs.
#[derive(Debug, Clone, Copy)]
pub struct Acting<'a> {
    /// Where it is done.
    pub tx: &'a Tx<'a>,
    /// The keys that sign it.
    pub keys: &'a Keys,
    /// The file of revocations and erasures.
    pub revocations: &'a Revocations,
    /// Who asks.
    pub caller: Caller,
    /// What for.
    pub request: &'a CommandRequest,
    /// When, by the server's clocks.
    pub at: Moment,
}

impl<'a> Acting<'a> {
    /// The server's hand, writing for this act.
    #[must_use]
    pub fn hand(&self) -> OwnHand<'a> {
        OwnHand { tx: self.tx, keys: self.keys, co_op: self.caller.co_op, now: self.at.time }
    }
}
