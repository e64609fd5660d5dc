//! The closed lists of the core as foreign enums. Each mirrors its namesake in core-sync, and both ways are
//! matches without a wildcard: a variant added there does not compile until it is added here.

use core_sync::domain::{reasons, remark, stop};
use core_sync::view::{sync_badge, today};

macro_rules! mirrored {
    ($(#[$doc:meta])* $name:ident = $core:path { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl From<$core> for $name {
            fn from(core: $core) -> Self {
                use $core as Core;
                match core { $(Core::$variant => Self::$variant,)+ }
            }
        }

        impl From<$name> for $core {
            fn from(foreign: $name) -> Self {
                match foreign { $($name::$variant => Self::$variant,)+ }
            }
        }

        #[uniffi::export]
        impl $name {
            /// Gives the stable code, the end of its key in the texts.
            #[must_use]
            pub fn code(&self) -> String {
                <$core>::from(*self).code().to_owned()
            }
        }
    };
}

mirrored!(
    /// What kind of place a stop is. Texts: `stop_kind`.
    StopKind = reasons::StopKind {
    /// Parcels are taken from a shop.
    Pickup,
    /// Parcels are handed to a recipient.
    DropOff,
    /// Parcels change bikes.
    Hub,
    /// The courier rests.
    Pause,
});

mirrored!(
    /// Where a stop stands. Texts: `status`.
    StopStatus = stop::StopStatus {
    /// To be done.
    Planned,
    /// The courier is there.
    Arrived,
    /// The courier waits there.
    Waiting,
    /// The parcels are on the bike.
    Collected,
    /// The parcels are handed over.
    Delivered,
    /// The courier could not serve it.
    Failed,
    /// The parcels went back.
    Returned,
    /// It left the plan.
    Withdrawn,
    /// Another round took it over.
    Void,
});

mirrored!(
    /// Why a courier could not serve a stop. Texts: `fail`.
    FailReason = reasons::FailReason {
    /// Nobody opened.
    Nobody,
    /// The address is wrong or cannot be found.
    Address,
    /// The person did not want it.
    Refused,
    /// The shop had nothing ready.
    NotReady,
    /// The place was closed.
    Closed,
    /// The parcel is damaged.
    Damaged,
    /// The bike or the courier could not go on.
    Breakdown,
});

mirrored!(
    /// Why a coordinator withdrew a stop. Texts: `withdraw`.
    WithdrawReason = reasons::WithdrawReason {
    /// The customer cancelled.
    Cancelled,
    /// Another round takes it.
    Moved,
    /// It was put in by mistake.
    Mistake,
    /// Another day.
    Postponed,
    /// The whole round was given to another courier.
    Given,
});

mirrored!(
    /// Who took the parcels at a drop-off. Texts: `handed_to`.
    HandedTo = reasons::HandedTo {
    /// The recipient.
    Recipient,
    /// A neighbour.
    Neighbour,
    /// The concierge or reception.
    Concierge,
    /// The letter box.
    LetterBox,
    /// A safe place agreed beforehand.
    SafePlace,
});

mirrored!(
    /// What to know about a stop or a round beside its status. Texts: `remark`.
    Remark = remark::Remark {
    /// It was withdrawn, but the courier had done it without having seen that.
    WithdrawnTooLate,
    /// The courier saw that it was withdrawn and did it all the same.
    DoneThoughWithdrawn,
    /// It was moved to another round, but its parcels are in this courier's hands: here it stays for them.
    MovedInHand,
    /// Several people report its parcels: a person has to settle who has them.
    CustodyDisputed,
    /// It was amended, and the courier did it without having seen that.
    AmendedUnseen,
    /// Another number of parcels changed hands than the plan names.
    OtherParcels,
    /// The device's clock was ahead of the server's when it was tapped.
    ClockAhead,
    /// The coordinator asks for another sequence; the courier has not answered.
    SequenceAsked,
    /// The courier took the sequence that was asked for.
    SequenceTaken,
    /// The courier keeps her own sequence.
    SequenceKept,
    /// The coordinator's sequence did not know the courier's: ask again.
    SequenceFallen,
    /// Part of what the server stored of it is damaged: what is shown lacks that.
    Damaged,
});

mirrored!(
    /// How far a round is. Texts: `round`.
    RoundProgress = today::RoundProgress {
    /// Not begun.
    NotStarted,
    /// Being ridden.
    Started,
    /// The courier takes a break.
    Paused,
    /// Ended.
    Finished,
});

mirrored!(
    /// What the badge says. Texts: `badge`.
    BadgeState = sync_badge::BadgeState {
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
});
