//! `GET /v1/aside`: changes that stand outside the documents, refused or held, with nothing personal but a name.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChangeHash, DeviceId, MemberId, RecordId, RoundId, StopId};
use crate::domain::personal::Personal;
use crate::domain::time::Timestamp;

/// The changes aside, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// The changes.
    pub changes: Vec<AsideChange>,
    /// Whether there are older ones that did not fit.
    pub more: bool,
}

/// A change aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideChange {
    /// What people call it by; never used twice.
    pub number: u64,
    /// The round it was sent for, which may not exist.
    pub round: RoundId,
    /// Who sent it; `None` if that device is not known any more.
    pub member: Option<MemberId>,
    /// Their name.
    pub name: Option<Personal<String>>,
    /// The device that sent it.
    pub device: DeviceId,
    /// The change's hash.
    pub change: ChangeHash,
    /// The refusal's code, or `held`.
    pub code: String,
    /// When it came.
    pub received_ms: Timestamp,
    /// Until when it is kept; `None`: until a person decides, or for good as the proof of what was let in.
    pub until_ms: Option<Timestamp>,
    /// Whether nothing is left to decide.
    pub decided: bool,
    /// Its records, as far as they can be read.
    pub records: Vec<AsideRecord>,
}

/// A record of a change aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideRecord {
    /// Its id.
    pub record: RecordId,
    /// Its kind's code; `None` if it cannot be read.
    pub kind: Option<String>,
    /// The stop it speaks of, if it speaks of one.
    pub stop: Option<StopId>,
    /// When it was tapped, by the phone's clock.
    pub tapped_ms: Option<Timestamp>,
    /// Whether the refusal names it.
    pub named: bool,
    /// What became of it.
    pub state: AsideState,
}

/// What became of a record aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsideState {
    /// Nobody decided yet.
    Open,
    /// A coordinator let it into the round.
    Released,
    /// A coordinator left it out.
    Rejected,
    /// The round has it already, brought by another change: nothing is left to decide.
    Done,
}

impl AsideState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Open, Self::Released, Self::Rejected, Self::Done];

    /// The stable code, also the end of its key in `texts/`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Released => "released",
            Self::Rejected => "rejected",
            Self::Done => "done",
        }
    }
}
