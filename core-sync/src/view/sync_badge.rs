//! The line that says whether a courier can close the app: what is only on this phone, and why.

use serde::Serialize;

/// What the badge is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncFacts {
    /// Acts that the server has not confirmed.
    pub unsent: usize,
    /// Acts that the server refused, kept on the phone.
    pub set_aside: usize,
    /// Changes and cards that a server which was put back lost, and that this phone has still to give back.
    pub to_give_back: usize,
    /// Whether the phone may use the network (flight mode, the courier's own switch).
    pub link_up: bool,
    /// Whether the last attempt failed.
    pub failing: bool,
    /// Whether the server ever answered this phone.
    pub synced_once: bool,
    /// Whether the server says it does not know this device.
    pub unknown_device: bool,
    /// Whether the server says that this device was revoked.
    pub revoked: bool,
    /// Whether the server says that two phones send as this device.
    pub cloned: bool,
    /// Whether there are records that this version cannot read.
    pub unread: bool,
}

/// The badge: one state, and the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SyncBadge {
    /// What to say.
    pub state: BadgeState,
    /// Acts that are only on this phone.
    pub unsent: usize,
    /// Acts that the server refused.
    pub set_aside: usize,
    /// Changes and cards that this phone gives back to a server which lost them.
    pub to_give_back: usize,
}

/// What the badge says. The strongest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BadgeState {
    /// The server does not know this device: enrol again; nothing is lost.
    SignedOut,
    /// The device was revoked: what it sends is held, nothing comes down; enrol again, nothing is lost.
    Revoked,
    /// Some acts were refused and are kept: talk to the coordinator.
    SetAside,
    /// No network, by choice or by place.
    Offline,
    /// Acts wait; they go by themselves.
    Unsent,
    /// The server was put back and this phone gives back what it lost; it goes by itself.
    GivingBack,
    /// The server never answered yet.
    NeverSynced,
    /// Everything is sent, but two phones send as this one: one of them has to enrol again.
    Cloned,
    /// There is news that this version cannot read.
    UpdateApp,
    /// Everything is on the server: safe to close.
    AllSent,
}

impl BadgeState {
    /// Every state.
    pub const ALL: &[Self] = &[
        Self::SignedOut,
        Self::Revoked,
        Self::SetAside,
        Self::Offline,
        Self::Unsent,
        Self::GivingBack,
        Self::NeverSynced,
        Self::Cloned,
        Self::UpdateApp,
        Self::AllSent,
    ];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Revoked => "revoked",
            Self::SetAside => "set_aside",
            Self::Offline => "offline",
            Self::Unsent => "unsent",
            Self::GivingBack => "giving_back",
            Self::NeverSynced => "never_synced",
            Self::Cloned => "cloned",
            Self::UpdateApp => "update_app",
            Self::AllSent => "all_sent",
        }
    }
}

/// Computes the badge.
#[must_use]
pub fn sync_badge(facts: SyncFacts) -> SyncBadge {
    let SyncFacts {
        unsent,
        set_aside,
        to_give_back,
        link_up,
        failing,
        synced_once,
        unknown_device,
        revoked,
        cloned,
        unread,
    } = facts;
    let state = if unknown_device {
        BadgeState::SignedOut
    } else if revoked {
        BadgeState::Revoked
    } else if set_aside > 0 {
        BadgeState::SetAside
    } else if !link_up || failing {
        BadgeState::Offline
    } else if unsent > 0 {
        BadgeState::Unsent
    } else if to_give_back > 0 {
        BadgeState::GivingBack
    } else if !synced_once {
        BadgeState::NeverSynced
    } else if cloned {
        BadgeState::Cloned
    } else if unread {
        BadgeState::UpdateApp
    } else {
        BadgeState::AllSent
    };
    SyncBadge { state, unsent, set_aside, to_give_back }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything is well.
    const SENT: SyncFacts = SyncFacts {
        unsent: 0,
        set_aside: 0,
        to_give_back: 0,
        link_up: true,
        failing: false,
        synced_once: true,
        unknown_device: false,
        revoked: false,
        cloned: false,
        unread: false,
    };

    #[test]
    fn the_strongest_reason_not_to_close_the_app_is_said() {
        let ladder = [
            (SENT, BadgeState::AllSent),
            (SyncFacts { unread: true, ..SENT }, BadgeState::UpdateApp),
            (SyncFacts { cloned: true, unread: true, ..SENT }, BadgeState::Cloned),
            (SyncFacts { synced_once: false, unread: true, ..SENT }, BadgeState::NeverSynced),
            (SyncFacts { to_give_back: 2, unread: true, ..SENT }, BadgeState::GivingBack),
            (SyncFacts { to_give_back: 2, unsent: 3, ..SENT }, BadgeState::Unsent),
            (SyncFacts { unsent: 3, synced_once: false, cloned: true, ..SENT }, BadgeState::Unsent),
            (SyncFacts { unsent: 3, failing: true, ..SENT }, BadgeState::Offline),
            (SyncFacts { unsent: 3, link_up: false, ..SENT }, BadgeState::Offline),
            (SyncFacts { set_aside: 1, link_up: false, ..SENT }, BadgeState::SetAside),
            (SyncFacts { revoked: true, set_aside: 1, link_up: false, ..SENT }, BadgeState::Revoked),
            (SyncFacts { unknown_device: true, revoked: true, set_aside: 1, ..SENT }, BadgeState::SignedOut),
        ];
        for (facts, state) in ladder {
            let badge = sync_badge(facts);
            assert_eq!((badge.state, badge.unsent, badge.set_aside), (state, facts.unsent, facts.set_aside));
            assert_eq!(badge.to_give_back, facts.to_give_back);
        }
    }
}
