//! The line that says whether the app can be closed.

use core_sync::view;

use crate::BadgeState;
use crate::count::count;

/// One state, and the counts.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncBadge {
    /// What to say.
    pub state: BadgeState,
    /// Acts that are only on this phone.
    pub unsent: u32,
    /// Acts that the server refused, kept on this phone.
    pub set_aside: u32,
    /// Changes and cards that this phone gives back to a server which lost them.
    pub to_give_back: u32,
}

impl From<view::sync_badge::SyncBadge> for SyncBadge {
    fn from(badge: view::sync_badge::SyncBadge) -> Self {
        let state = BadgeState::from(badge.state);
        Self {
            state,
            unsent: count(badge.unsent),
            set_aside: count(badge.set_aside),
            to_give_back: count(badge.to_give_back),
        }
    }
}
