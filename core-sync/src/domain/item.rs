//! Items to settle: what people did apart and no rule may decide for them.
//!
//! An item is computed from the records that disagree and is never stored; its id is a hash of kind and evidence, so
//! that phone and server name it alike, and new evidence makes a new item. The settlement is a plan record.

use serde::{Deserialize, Serialize};

use super::hash::Hash;
use super::ids::{ItemId, MemberId, ParcelId, RecordId, RoundId, StopId};
use super::reasons::Answer;

macro_rules! item_kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)+) => {
        /// What an item is about: one for each way to disagree that ends with people.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ItemKind { $($(#[$doc])* #[serde(rename = $code)] $variant,)+ }

        impl ItemKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code, also the end of its key in `texts/`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

item_kinds! {
    /// A stop was withdrawn, and done without the courier having seen that.
    WithdrawnTooLate = "withdrawn_too_late";
    /// A drop-off was withdrawn while the courier has its parcels: a return stop to the shop is proposed.
    ParcelsInHand = "parcels_in_hand";
    /// A stop was moved to another round, and the courier it was taken from collected or delivered there.
    MovedButDone = "moved_but_done";
    /// A round was given to another courier, and the one it was taken from went on.
    GivenButDone = "given_but_done";
    /// Several couriers report the same parcel.
    CustodyDisputed = "custody_disputed";
    /// The shop and the courier say different things of a handover.
    ShopDisagrees = "shop_disagrees";
    /// Two devices corrected one fact differently.
    AmendedTwice = "amended_twice";
    /// A courier did something at a stop that nobody here knows, as after a rollback.
    UnknownStop = "unknown_stop";
}

/// Something that a person has to settle, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// What it is about.
    pub kind: ItemKind,
    /// The round whose plan its settlement is written into first.
    pub round: RoundId,
    /// Every round that has evidence or is changed by it, ascending; each is told what was settled.
    pub rounds: Vec<RoundId>,
    /// The stop of `round` that it is about, if it is about one.
    pub stop: Option<StopId>,
    /// The parcels that it is about, ascending.
    pub parcels: Vec<ParcelId>,
    /// The records that disagree, ascending: what a settlement names.
    pub evidence: Vec<Evidence>,
    /// What a person can answer, the most usual first.
    pub choices: Vec<Choice>,
    /// How it was settled, if it was.
    pub settled: Option<Settlement>,
}

/// A record that disagrees, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The record.
    pub record: RecordId,
    /// The round it stands in.
    pub round: RoundId,
}

/// One answer to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Choice {
    /// The answer.
    pub answer: Answer,
    /// The record that it says holds, if it says so of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<RecordId>,
}

/// How an item was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settlement {
    /// The plan record that says so; of several the one with the smaller id.
    pub record: RecordId,
    /// Who settled it.
    pub member: MemberId,
    /// What was answered.
    pub choice: Choice,
}

impl ItemId {
    /// The id of an item of this kind over these records, given in any order.
    #[must_use]
    pub fn of(kind: ItemKind, evidence: impl IntoIterator<Item = RecordId>) -> Self {
        let sorted: std::collections::BTreeSet<RecordId> = evidence.into_iter().collect();
        let bytes: Vec<u8> = sorted.iter().flat_map(|id| id.0).collect();
        Self(Hash::of("tournee/item/1", &[kind.code().as_bytes(), &bytes]).first())
    }
}
