//! An order that is not planned, and why.

/// An order left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Index of the order.
    pub order: usize,
    /// What stands in its way.
    pub reason: Reason,
}

/// Why an order is left out: the first of these that no bike gets past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The work was stopped before it was tried.
    NotTried,
    /// There is no bike at all.
    NoBikes,
    /// Nobody has the skills.
    Skills,
    /// No such bike has what the goods need.
    Flags,
    /// It is larger or heavier than any such bike carries.
    TooLarge,
    /// A window of it is never open.
    WindowNeverOpen,
    /// A stop cannot be reached, or left again, by any such bike.
    Unreachable,
    /// Even alone on such a bike it cannot be done in its windows and the shift, or within the range.
    NoTimeAlone,
    /// Alone it could be done; with the others that are planned there is no place for it.
    NoRoomBesideOthers,
}

impl Reason {
    /// Every reason.
    pub const ALL: &[Self] = &[
        Self::NotTried,
        Self::NoBikes,
        Self::Skills,
        Self::Flags,
        Self::TooLarge,
        Self::WindowNeverOpen,
        Self::Unreachable,
        Self::NoTimeAlone,
        Self::NoRoomBesideOthers,
    ];

    /// A code that stays, for texts and logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotTried => "not_tried",
            Self::NoBikes => "no_bikes",
            Self::Skills => "skills",
            Self::Flags => "flags",
            Self::TooLarge => "too_large",
            Self::WindowNeverOpen => "window_never_open",
            Self::Unreachable => "unreachable",
            Self::NoTimeAlone => "no_time_alone",
            Self::NoRoomBesideOthers => "no_room_beside_others",
        }
    }
}
