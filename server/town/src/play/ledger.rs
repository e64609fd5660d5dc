//! The ledger of disagreements: each counted once, where its rule fires, with the records that disagree.
//!
//! Most rows of `docs/conflicts.md` end with an item, which the server computes; those that end without one are written
//! down where their own rule says so: a phone's remark, a changed card on a phone, a 409. Settled and open are all.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{ItemId, RecordId};
use core_sync::domain::item::ItemKind;
use core_sync::domain::remark::Remark;
use core_sync::wire::item::ItemView;
use serde::Serialize;

use super::day_clock::Minute;

/// What people disagreed about: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// One that ends with an item.
    Item(ItemKind),
    /// Coordinator and courier both set a sequence.
    BothSetASequence,
    /// Two coordinators edited one round.
    TwoCoordinators,
    /// A card changed while the courier was offline.
    CardChangedOffline,
}

impl Row {
    /// Every row of the table.
    pub const ALL: [Self; 10] = [
        Self::Item(ItemKind::WithdrawnTooLate),
        Self::Item(ItemKind::ParcelsInHand),
        Self::Item(ItemKind::MovedButDone),
        Self::Item(ItemKind::CustodyDisputed),
        Self::Item(ItemKind::ShopDisagrees),
        Self::BothSetASequence,
        Self::TwoCoordinators,
        Self::Item(ItemKind::AmendedTwice),
        Self::CardChangedOffline,
        Self::Item(ItemKind::GivenButDone),
    ];

    /// Its name in the account.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Item(kind) => kind.code(),
            Self::BothSetASequence => "both_set_a_sequence",
            Self::TwoCoordinators => "two_coordinators",
            Self::CardChangedOffline => "card_changed_offline",
        }
    }
}

/// How a disagreement ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nobody answered yet.
    Open,
    /// A person answered.
    Answered {
        /// The answer's code.
        answer: &'static str,
        /// The code of the kind of record that holds, if the answer is that one does.
        holds: Option<String>,
    },
    /// The rule says it without a person: a code.
    ByRule(&'static str),
    /// What disagreed was taken back, or there is more of it now and that is another item.
    Superseded,
}

/// A disagreement.
#[derive(Clone, Debug, Serialize)]
pub struct Disagreement {
    /// Its row in the table.
    pub kind: &'static str,
    /// When it was seen first.
    pub clock: String,
    /// The records that disagree.
    pub records: Vec<RecordId>,
    /// Who is in it, by name.
    pub people: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// The ledger.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    items: BTreeMap<ItemId, (Row, Disagreement)>,
    others: BTreeMap<(Row, RecordId), Disagreement>,
}

impl Ledger {
    /// Writes down the items as they are now; gives those that are new.
    pub(crate) fn see_items(
        &mut self,
        now: Minute,
        items: &[ItemView],
        people: impl Fn(&ItemView) -> Vec<String>,
    ) -> Vec<ItemView> {
        let mut new = Vec::new();
        for item in items {
            self.go_on(item);
            let (_, disagreement) = self.items.entry(item.id).or_insert_with(|| {
                new.push(item.clone());
                let disagreement = Disagreement {
                    kind: item.kind.code(),
                    clock: now.to_string(),
                    records: item.evidence.iter().map(|evidence| evidence.record).collect(),
                    people: people(item),
                    outcome: Outcome::Open,
                };
                (Row::Item(item.kind), disagreement)
            });
            disagreement.outcome = item.settled.as_ref().map_or(Outcome::Open, |settled| Outcome::Answered {
                answer: settled.answer.code(),
                holds: kind_of(item, settled.holds),
            });
        }
        for (id, (_, gone)) in &mut self.items {
            if gone.outcome == Outcome::Open && items.iter().all(|item| item.id != *id) {
                gone.outcome = Outcome::Superseded;
            }
        }
        new
    }

    /// More evidence makes a new item of what is the same disagreement: it goes on under the new id.
    fn go_on(&mut self, item: &ItemView) {
        if self.items.contains_key(&item.id) {
            return;
        }
        let evidence: BTreeSet<RecordId> = item.evidence.iter().map(|evidence| evidence.record).collect();
        let before = self.items.iter().find(|(_, (row, one))| {
            *row == Row::Item(item.kind)
                && matches!(one.outcome, Outcome::Open | Outcome::Superseded)
                && one.records.iter().all(|record| evidence.contains(record))
        });
        if let Some(id) = before.map(|(id, _)| *id)
            && let Some((row, mut one)) = self.items.remove(&id)
        {
            one.records = evidence.into_iter().collect();
            one.outcome = Outcome::Open;
            self.items.insert(item.id, (row, one));
        }
    }

    /// Writes down what a phone says of a sequence that the office set; says whether it is the first time.
    pub(crate) fn see_sequence(
        &mut self,
        now: Minute,
        plan: RecordId,
        hers: Option<RecordId>,
        said: Remark,
        courier: &str,
    ) -> bool {
        let outcome = match said {
            Remark::SequenceAsked => Outcome::Open,
            Remark::SequenceTaken
            | Remark::SequenceKept
            | Remark::SequenceFallen
            | Remark::WithdrawnTooLate
            | Remark::DoneThoughWithdrawn
            | Remark::MovedInHand
            | Remark::CustodyDisputed
            | Remark::AmendedUnseen
            | Remark::OtherParcels
            | Remark::ClockAhead
            | Remark::Damaged => Outcome::ByRule(said.code()),
        };
        let records = std::iter::once(plan).chain(hers).collect();
        self.see(Row::BothSetASequence, now, plan, records, vec![courier.to_owned()], outcome)
    }

    /// Writes down a disagreement that a rule ends without a person; says whether it is the first time.
    pub(crate) fn see(
        &mut self,
        row: Row,
        now: Minute,
        key: RecordId,
        records: Vec<RecordId>,
        people: Vec<String>,
        outcome: Outcome,
    ) -> bool {
        let mut first = false;
        let disagreement = self.others.entry((row, key)).or_insert_with(|| {
            first = true;
            let clock = now.to_string();
            Disagreement { kind: row.code(), clock, records, people, outcome: outcome.clone() }
        });
        disagreement.outcome = outcome;
        first
    }

    /// Everything, in the sequence of the table, each row by the time it was seen.
    pub(crate) fn all(&self) -> Vec<Disagreement> {
        let items = self.items.values().map(|(row, one)| (*row, one));
        let others = self.others.iter().map(|((row, _), one)| (*row, one));
        let mut all: Vec<(Row, &Disagreement)> = items.chain(others).collect();
        let place = |row: Row| Row::ALL.iter().position(|other| *other == row);
        all.sort_by_key(|(row, one)| (place(*row), one.clock.clone(), one.records.clone()));
        all.into_iter().map(|(_, one)| one.clone()).collect()
    }

    /// Met, settled, open.
    pub(crate) fn counts(&self) -> [usize; 3] {
        let outcomes = self.items.values().map(|(_, one)| &one.outcome);
        let outcomes = outcomes.chain(self.others.values().map(|one| &one.outcome));
        let (open, all) = outcomes
            .fold((0, 0), |(open, all), outcome| (open + usize::from(*outcome == Outcome::Open), all + 1));
        [all, all - open, open]
    }
}

/// The code of the kind of the record that holds.
pub(crate) fn kind_of(item: &ItemView, holds: Option<RecordId>) -> Option<String> {
    let holding = item.evidence.iter().find(|evidence| Some(evidence.record) == holds)?;
    holding.kind.clone()
}

#[cfg(test)]
mod tests {
    use core_sync::domain::ids::RoundId;
    use core_sync::wire::item::EvidenceView;

    use super::*;

    fn item(n: u8, kind: ItemKind, records: &[u8]) -> ItemView {
        let round = RoundId([1; 16]);
        let evidence = |n: &u8| EvidenceView {
            record: RecordId([*n; 24]),
            round,
            member: None,
            kind: None,
            tapped_ms: None,
            received_ms: None,
        };
        ItemView {
            id: ItemId([n; 16]),
            kind,
            round,
            rounds: Vec::new(),
            stop: None,
            stop_number: None,
            parcels: Vec::new(),
            evidence: records.iter().map(evidence).collect(),
            choices: Vec::new(),
            settled: None,
        }
    }

    #[test]
    fn an_item_of_every_kind_is_counted_once_however_often_it_is_seen() {
        let items: Vec<ItemView> =
            (1..).zip(ItemKind::ALL).map(|(n, kind)| item(n, *kind, &[n, n + 100])).collect();
        let mut ledger = Ledger::default();
        for _ in 0..2 {
            ledger.see_items(Minute(0), &items, |_| Vec::new());
        }
        assert_eq!(ledger.counts(), [ItemKind::ALL.len(), 0, ItemKind::ALL.len()]);
        for kind in ItemKind::ALL {
            let counted = ledger.all().iter().filter(|one| one.kind == kind.code()).count();
            assert_eq!(counted, 1, "{}", kind.code());
        }
    }

    #[test]
    fn more_evidence_goes_on_and_what_is_gone_is_superseded() {
        let mut ledger = Ledger::default();
        ledger.see_items(Minute(0), &[item(1, ItemKind::CustodyDisputed, &[1, 2])], |_| Vec::new());
        ledger.see_items(Minute(1), &[item(2, ItemKind::CustodyDisputed, &[1, 2, 3])], |_| Vec::new());
        assert_eq!(ledger.counts(), [1, 0, 1]);
        ledger.see_items(Minute(2), &[], |_| Vec::new());
        assert_eq!(ledger.counts(), [1, 1, 0]);
    }
}
