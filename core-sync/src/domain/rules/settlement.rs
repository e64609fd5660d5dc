//! How an item was settled: by a record that names exactly what disagreed and gives an answer that was offered.
//!
//! Of several the one with the smaller id holds, whenever they were written. New evidence makes a new item, which
//! an older settlement does not settle.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{ItemId, ParcelId, RecordId, RoundId, StopId};
use crate::domain::item::{Choice, Evidence, Item, ItemKind, Settlement};
use crate::domain::limits::SEEN_MAX;
use crate::domain::time::Timestamp;

/// A settlement as it stands in a round.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settled {
    /// Who answered what.
    pub settlement: Settlement,
    /// When, by the server's clock.
    pub time: Timestamp,
    /// The records that disagreed.
    pub records: BTreeSet<RecordId>,
}

/// Every settlement of one or more rounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settlements {
    by_records: BTreeMap<BTreeSet<RecordId>, BTreeSet<Settled>>,
}

impl Settlements {
    /// Puts one in.
    pub fn insert(&mut self, settled: Settled) {
        self.by_records.entry(settled.records.clone()).or_default().insert(settled);
    }

    /// Puts all of another's in.
    pub fn extend(&mut self, other: &Self) {
        other.iter().for_each(|settled| self.insert(settled.clone()));
    }

    /// Every settlement.
    pub fn iter(&self) -> impl Iterator<Item = &Settled> {
        self.by_records.values().flatten()
    }

    /// How a disagreement of these records was settled, if with one of these answers.
    #[must_use]
    pub fn of(&self, evidence: &BTreeSet<RecordId>, choices: &[Choice]) -> Option<Settlement> {
        let settled = self.by_records.get(evidence).into_iter().flatten();
        settled.map(|settled| settled.settlement).find(|settlement| choices.contains(&settlement.choice))
    }
}

/// An item before anybody asked whether it is settled.
#[derive(Debug, Clone)]
pub(crate) struct ItemDraft {
    pub(crate) kind: ItemKind,
    pub(crate) round: RoundId,
    /// Rounds beside `round` and those of the evidence that are told.
    pub(crate) rounds: BTreeSet<RoundId>,
    pub(crate) stop: Option<StopId>,
    pub(crate) parcels: BTreeSet<ParcelId>,
    /// The records that disagree, each with a round it stands in; as many as a settlement can name.
    pub(crate) evidence: BTreeMap<RecordId, RoundId>,
    pub(crate) choices: Vec<Choice>,
}

impl ItemDraft {
    /// The item, settled if it is.
    pub(crate) fn item(self, settlements: &Settlements) -> Item {
        let records: BTreeSet<RecordId> = self.evidence.keys().copied().collect();
        let mut rounds = self.rounds;
        rounds.insert(self.round);
        rounds.extend(self.evidence.values());
        Item {
            id: ItemId::of(self.kind, records.iter().copied()),
            kind: self.kind,
            round: self.round,
            rounds: rounds.into_iter().collect(),
            stop: self.stop,
            parcels: self.parcels.into_iter().collect(),
            evidence: self.evidence.into_iter().map(|(record, round)| Evidence { record, round }).collect(),
            settled: settlements.of(&records, &self.choices),
            choices: self.choices,
        }
    }
}

/// The evidence that fits a settlement: what is `first`, then the smallest of the others.
#[must_use]
pub fn evidence(
    first: impl IntoIterator<Item = RecordId>,
    others: impl IntoIterator<Item = RecordId>,
) -> BTreeSet<RecordId> {
    let mut kept: BTreeSet<RecordId> = first.into_iter().take(SEEN_MAX).collect();
    let others: BTreeSet<RecordId> = others.into_iter().collect();
    for record in others {
        if kept.len() >= SEEN_MAX {
            break;
        }
        kept.insert(record);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reasons::Answer;
    use crate::testing::{COURIER, fact_id, plan_id};

    const NOTED: Choice = Choice { answer: Answer::Noted, holds: None };

    fn settled(n: u8, choice: Choice, records: &[u8]) -> Settled {
        let settlement = Settlement { record: plan_id(n), member: COURIER, choice };
        let records = records.iter().map(|n| fact_id(*n)).collect();
        Settled { settlement, time: Timestamp(0), records }
    }

    #[test]
    fn only_exactly_these_records_with_an_answer_that_was_offered_settle() {
        let holds = Choice { answer: Answer::Holds, holds: Some(fact_id(1)) };
        let mut all = Settlements::default();
        all.insert(settled(41, holds, &[1, 2]));
        all.insert(settled(40, holds, &[1, 2]));
        all.insert(settled(39, NOTED, &[1, 2]));
        all.insert(settled(38, holds, &[1, 2, 3]));
        let of = |records: &[u8], choices: &[Choice]| {
            let records = records.iter().map(|n| fact_id(*n)).collect();
            all.of(&records, choices).map(|settlement| settlement.record)
        };
        assert_eq!(of(&[2, 1], &[holds]), Some(plan_id(40)));
        assert_eq!(of(&[1, 2], &[NOTED, holds]), Some(plan_id(39)));
        assert_eq!(of(&[1], &[NOTED, holds]), None);
        assert_eq!(of(&[1, 2, 3], &[NOTED]), None);
    }

    #[test]
    fn more_evidence_than_a_settlement_can_name_is_cut_alike_everywhere() {
        let cut = evidence([plan_id(200)], (1..=40).rev().map(fact_id));
        let expected = (1..=15).map(fact_id).chain([plan_id(200)]).collect();
        assert_eq!(cut, expected);
    }
}
