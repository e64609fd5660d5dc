//! What listeners are told: that something happened, not what the screen is now. They read again.

use crate::{RoundId, SyncReport};

/// Something that may change what a screen shows.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum News {
    /// An act was saved.
    Tapped {
        /// In this round.
        round: RoundId,
    },
    /// A sync ended.
    Synced {
        /// How.
        report: SyncReport,
    },
    /// The courier's own switch was set.
    LinkSet {
        /// Whether the link may be used.
        up: bool,
    },
    /// The phone belongs to somebody now.
    Enrolled,
    /// The phone belongs to nobody any more.
    LoggedOut,
    /// Acts of a sealed queue are back.
    Unsealed {
        /// How many were not here already.
        acts: u32,
    },
}
