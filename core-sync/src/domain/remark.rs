//! Remarks: what somebody who looks at a stop should know beside its status. Codes, with words in `texts/`.

use serde::{Deserialize, Serialize};

/// A remark on a stop or, for the sequence, on a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
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
    /// Part of what the server stored of it is damaged: what is shown lacks that. No rule says it, only a server.
    Damaged,
}

impl Remark {
    /// Every remark.
    pub const ALL: &[Self] = &[
        Self::WithdrawnTooLate,
        Self::DoneThoughWithdrawn,
        Self::MovedInHand,
        Self::CustodyDisputed,
        Self::AmendedUnseen,
        Self::OtherParcels,
        Self::ClockAhead,
        Self::SequenceAsked,
        Self::SequenceTaken,
        Self::SequenceKept,
        Self::SequenceFallen,
        Self::Damaged,
    ];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WithdrawnTooLate => "withdrawn_too_late",
            Self::DoneThoughWithdrawn => "done_though_withdrawn",
            Self::MovedInHand => "moved_in_hand",
            Self::CustodyDisputed => "custody_disputed",
            Self::AmendedUnseen => "amended_unseen",
            Self::OtherParcels => "other_parcels",
            Self::ClockAhead => "clock_ahead",
            Self::SequenceAsked => "sequence_asked",
            Self::SequenceTaken => "sequence_taken",
            Self::SequenceKept => "sequence_kept",
            Self::SequenceFallen => "sequence_fallen",
            Self::Damaged => "damaged",
        }
    }
}
