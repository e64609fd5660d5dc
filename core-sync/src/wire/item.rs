//! An item to settle as a coordinator sees it: what disagrees, and what can be answered with one press.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ItemId, MemberId, ParcelId, RecordId, RoundId, StopId};
use crate::domain::item::{Choice, ItemKind};
use crate::domain::reasons::Answer;
use crate::domain::time::Timestamp;

/// `GET /v1/items`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items {
    /// The open ones first.
    pub items: Vec<ItemView>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    /// Its id: the same wherever it is computed, another with other evidence.
    pub id: ItemId,
    /// What it is about.
    pub kind: ItemKind,
    /// The round whose plan its settlement is written into first.
    pub round: RoundId,
    /// Every round that is told of the settlement.
    pub rounds: Vec<RoundId>,
    /// The stop of `round` that it is about.
    pub stop: Option<StopId>,
    /// That stop's number in `round`; absent if `round` does not have it.
    pub stop_number: Option<usize>,
    /// The parcels that it is about.
    pub parcels: Vec<ParcelId>,
    /// The records that disagree.
    pub evidence: Vec<EvidenceView>,
    /// What can be answered, the most usual first.
    pub choices: Vec<Choice>,
    /// How it was settled, if it was.
    pub settled: Option<SettledView>,
}

/// A record that disagrees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceView {
    /// The record.
    pub record: RecordId,
    /// The round it stands in.
    pub round: RoundId,
    /// Who acted; absent for a record of a later version.
    pub member: Option<MemberId>,
    /// The code of its kind; absent for a record of a later version.
    pub kind: Option<String>,
    /// When it was tapped, by the writer's clock.
    pub tapped_ms: Option<Timestamp>,
    /// When the server had it.
    pub received_ms: Option<Timestamp>,
}

/// How an item was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledView {
    /// The plan record that says so.
    pub record: RecordId,
    /// Who settled it.
    pub member: MemberId,
    /// What was answered.
    pub answer: Answer,
    /// The record that holds, if the answer is that one does.
    pub holds: Option<RecordId>,
}
