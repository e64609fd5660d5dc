//! The kinds of record: their numbers in the document, and which map each belongs to.
//!
//! To add a kind: a line here, a body, an arm in every match that no longer compiles, its words in `texts/`.

use super::limits::{RECORD_BYTES_MAX, SEQUENCE_BYTES_MAX};

/// The two maps that genesis makes. Nobody creates another object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MapName {
    /// What is wanted: plan records and reactions, by the server's key.
    Plan,
    /// What happened: facts and shop facts.
    Facts,
}

/// Who a kind is for, as section 7 of the design divides them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// A coordinator's, written by the server.
    Plan,
    /// Derived by the server.
    Reaction,
    /// A courier's.
    Fact,
    /// A shop's, brought by the server.
    ShopFact,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $code:literal, $family:ident;)+) => {
        /// A kind of record that this version knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $variant,)+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The number in the record.
            #[must_use]
            pub const fn number(self) -> u64 {
                match self { $(Self::$variant => $number,)+ }
            }

            /// The kind of a number; `None` for kinds of a later version.
            #[must_use]
            pub const fn from_number(number: u64) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }

            /// The stable code, also the end of its key in `texts/`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Who it is for.
            #[must_use]
            pub const fn family(self) -> Family {
                match self { $(Self::$variant => Family::$family,)+ }
            }
        }
    };
}

kinds! {
    /// A stop enters the round.
    StopAdded = 1, "stop_added", Plan;
    /// A stop's window, service, parcels or card change.
    StopAmended = 2, "stop_amended", Plan;
    /// A stop leaves the plan.
    StopWithdrawn = 3, "stop_withdrawn", Plan;
    /// The sequence that the coordinator wants.
    PlanSequence = 4, "plan_sequence", Plan;
    /// A note, by the hash of its text.
    Note = 5, "note", Plan;
    /// A disagreement was closed.
    Settled = 6, "settled", Plan;
    /// The plan is closed; facts may still come.
    Archived = 7, "archived", Plan;
    /// A placement is void, whole or per parcel.
    Void = 20, "void", Reaction;
    /// Who holds a parcel, as computed over several rounds.
    Ruled = 21, "ruled", Reaction;
    /// The courier began.
    Started = 40, "started", Fact;
    /// The courier is at the stop.
    Arrived = 41, "arrived", Fact;
    /// The courier waits at the stop.
    Waiting = 42, "waiting", Fact;
    /// Parcels came into the courier's hands.
    Collected = 43, "collected", Fact;
    /// Parcels left the courier's hands at a drop-off.
    Delivered = 44, "delivered", Fact;
    /// The stop could not be served.
    Failed = 45, "failed", Fact;
    /// Parcels went back to their shop.
    Returned = 46, "returned", Fact;
    /// The sequence that the courier rides.
    CourierSequence = 47, "courier_sequence", Fact;
    /// A fact is taken back by its writer.
    Amended = 48, "amended", Fact;
    /// A break begins or ends.
    Paused = 49, "paused", Fact;
    /// The courier saw a version of the plan.
    SeenPlan = 50, "seen_plan", Fact;
    /// The courier ended the round.
    Finished = 51, "finished", Fact;
    /// A shop says it gave parcels.
    Given = 60, "given", ShopFact;
    /// A shop says it received parcels.
    Received = 61, "received", ShopFact;
}

impl Kind {
    /// The most bytes that a record of this kind may have; a later version's kinds get the usual size.
    #[must_use]
    pub const fn bytes_max(kind: Option<Self>) -> usize {
        match kind {
            Some(Self::PlanSequence | Self::CourierSequence | Self::Started | Self::Void | Self::Ruled) => {
                SEQUENCE_BYTES_MAX
            }
            None
            | Some(
                Self::StopAdded
                | Self::StopAmended
                | Self::StopWithdrawn
                | Self::Note
                | Self::Settled
                | Self::Archived
                | Self::Arrived
                | Self::Waiting
                | Self::Collected
                | Self::Delivered
                | Self::Failed
                | Self::Returned
                | Self::Amended
                | Self::Paused
                | Self::SeenPlan
                | Self::Finished
                | Self::Given
                | Self::Received,
            ) => RECORD_BYTES_MAX,
        }
    }
}

impl Family {
    /// The map that the family's records stand in.
    #[must_use]
    pub const fn map(self) -> MapName {
        match self {
            Self::Plan | Self::Reaction => MapName::Plan,
            Self::Fact | Self::ShopFact => MapName::Facts,
        }
    }
}

impl MapName {
    /// The key of the map in the document's root.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Facts => "facts",
        }
    }
}
