//! What coordinators changed since the courier last said she saw the plan: a short list, not a second plan.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::ids::{RecordId, StopId};
use crate::domain::round_state::RoundState;
use crate::domain::stop::{Stop, StopStatus};

/// What the courier last said she saw. Kept on the phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenPlan {
    /// The plan records.
    pub records: BTreeSet<RecordId>,
    /// The remaining stops, in the sequence then shown.
    pub sequence: Vec<StopId>,
}

/// Counts and stops of what changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlanDiff {
    /// Stops that came.
    pub added: Vec<StopId>,
    /// Stops that left.
    pub withdrawn: Vec<StopId>,
    /// Stops with another window, service, card or other parcels.
    pub amended: Vec<StopId>,
    /// Those of them that have another card.
    pub cards: Vec<StopId>,
    /// Stops that stand elsewhere in the sequence.
    pub moved: Vec<StopId>,
    /// What was settled: the plan records that say so.
    pub settled: Vec<RecordId>,
}

impl PlanDiff {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { added, withdrawn, amended, cards, moved, settled } = self;
        let stops = [added, withdrawn, amended, cards, moved];
        stops.iter().all(|stops| stops.is_empty()) && settled.is_empty()
    }
}

impl SeenPlan {
    /// What a courier who looks now has seen.
    #[must_use]
    pub fn of(state: &RoundState) -> Self {
        Self { records: state.plan_records.clone(), sequence: state.remaining.clone() }
    }
}

/// Compares; nothing seen yet is a new round, not a change.
#[must_use]
pub fn plan_diff(state: &RoundState, seen: Option<&SeenPlan>) -> PlanDiff {
    let Some(seen) = seen else { return PlanDiff::default() };
    let known: BTreeSet<StopId> = seen.records.iter().map(RecordId::stop).collect();
    let gone = |stop: &Stop| stop.status == StopStatus::Withdrawn || stop.status == StopStatus::Void;
    let unseen = |record: Option<RecordId>| record.is_some_and(|record| !seen.records.contains(&record));
    let ids = |wanted: &dyn Fn(&Stop) -> bool| {
        let mut stops: Vec<&Stop> = state.stops.values().filter(|stop| wanted(stop)).collect();
        stops.sort_by_key(|stop| stop.number);
        stops.into_iter().map(|stop| stop.id).collect::<Vec<_>>()
    };
    PlanDiff {
        added: ids(&|stop| !known.contains(&stop.id) && !gone(stop)),
        withdrawn: ids(&|stop| known.contains(&stop.id) && unseen(stop.withdrawal.map(|(id, _)| id))),
        amended: ids(&|stop| known.contains(&stop.id) && !gone(stop) && unseen(stop.amendment)),
        cards: ids(&|stop| known.contains(&stop.id) && !gone(stop) && unseen(stop.card_amendment)),
        moved: moved(&seen.sequence, &state.remaining),
        settled: state
            .settled
            .iter()
            .map(|settled| settled.settlement.record)
            .filter(|record| !seen.records.contains(record))
            .collect(),
    }
}

/// The fewest stops whose moving turns one sequence into the other: all but a longest common subsequence.
fn moved(before: &[StopId], now: &[StopId]) -> Vec<StopId> {
    let places: Vec<(usize, StopId)> = now
        .iter()
        .filter_map(|stop| before.iter().position(|other| other == stop).map(|place| (place, *stop)))
        .collect();
    // Longest ascending run of old places, quadratic: a round has 100 stops at most.
    let mut best: Vec<(usize, Option<usize>)> = Vec::new();
    for (index, (place, _)) in places.iter().enumerate() {
        let longest = places
            .iter()
            .zip(&best)
            .take(index)
            .enumerate()
            .filter(|(_, ((earlier, _), _))| earlier < place)
            .map(|(at, (_, (length, _)))| (*length, at))
            .max_by_key(|(length, at)| (*length, std::cmp::Reverse(*at)));
        best.push(longest.map_or((1, None), |(length, at)| (length + 1, Some(at))));
    }
    let last = best.iter().enumerate().max_by_key(|(at, (length, _))| (*length, std::cmp::Reverse(*at)));
    let mut at = last.map(|(at, _)| at);
    let mut kept = BTreeSet::new();
    while let Some(index) = at {
        kept.insert(index);
        at = best.get(index).and_then(|(_, before)| *before);
    }
    places.iter().enumerate().filter(|(at, _)| !kept.contains(at)).map(|(_, (_, stop))| *stop).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::plan_record::{PlanRecord, Sequence, StopAmended};
    use crate::domain::reasons::{StopKind, WithdrawReason};
    use crate::domain::record::ActBody;
    use crate::domain::records::Records;
    use crate::testing::record_sets::record_set;
    use crate::testing::{act, added, plan_id, records, stop_id, terms};

    fn stops(numbers: &[u8]) -> Vec<StopId> {
        numbers.iter().map(|n| stop_id(*n)).collect()
    }

    #[test]
    fn one_stop_moved_to_the_front_is_one_move() {
        assert_eq!(moved(&stops(&[1, 2, 3, 4]), &stops(&[4, 1, 2, 3])), stops(&[4]));
        assert_eq!(moved(&stops(&[1, 2, 3]), &stops(&[1, 2, 3])), stops(&[]));
        assert_eq!(moved(&stops(&[1, 2, 3]), &stops(&[3, 9])), stops(&[]));
    }

    fn insert(records: &mut Records, n: u8, record: PlanRecord) {
        records.insert(plan_id(n), &act(ActBody::Plan(record), u64::from(n)), None);
    }

    fn add(records: &mut Records, n: u8) {
        insert(records, n, PlanRecord::StopAdded(added(StopKind::Pause, &[])));
    }

    fn amend(records: &mut Records, n: u8, stop: u8) {
        let amended = StopAmended { stop: stop_id(stop), base: None, terms: terms(&[9]) };
        insert(records, n, PlanRecord::StopAmended(amended));
    }

    fn withdraw(records: &mut Records, n: u8, stop: u8) {
        let reason = WithdrawReason::Cancelled;
        insert(records, n, PlanRecord::StopWithdrawn { stop: stop_id(stop), reason });
    }

    fn sequence(records: &mut Records, n: u8, base: Option<u8>, order: &[u8]) {
        let sequence = Sequence { base: base.map(plan_id), saw: None, stops: stops(order) };
        insert(records, n, PlanRecord::Sequence(sequence));
    }

    /// Three stops in sequence, and what a courier who looked has seen.
    fn seen_three() -> (Records, SeenPlan) {
        let mut records = Records::new();
        (1..=3).for_each(|n| add(&mut records, n));
        sequence(&mut records, 40, None, &[1, 2, 3]);
        let seen = SeenPlan::of(&RoundState::of(&records));
        (records, seen)
    }

    #[test]
    fn every_change_of_the_plan_is_in_its_own_list() {
        type Change = fn(&mut Records);
        type Lists<'a> = [&'a [u8]; 4];
        let rows: [(Change, Lists<'_>); 7] = [
            (|_| {}, [&[], &[], &[], &[]]),
            (|records| add(records, 4), [&[4], &[], &[], &[]]),
            (|records| withdraw(records, 41, 2), [&[], &[2], &[], &[]]),
            (|records| amend(records, 41, 3), [&[], &[], &[3], &[]]),
            (|records| sequence(records, 41, Some(40), &[3, 1, 2]), [&[], &[], &[], &[3]]),
            // Amended and withdrawn: it left, that is all.
            (
                |records| [amend(records, 41, 2), withdraw(records, 42, 2)].into_iter().collect(),
                [&[], &[2], &[], &[]],
            ),
            // Came and went between two looks: never was.
            (
                |records| [add(records, 4), withdraw(records, 42, 4)].into_iter().collect(),
                [&[], &[], &[], &[]],
            ),
        ];
        for (index, (change, [added, withdrawn, amended, moved])) in rows.into_iter().enumerate() {
            let (mut records, seen) = seen_three();
            change(&mut records);
            let expected = PlanDiff {
                added: stops(added),
                withdrawn: stops(withdrawn),
                amended: stops(amended),
                cards: Vec::new(),
                moved: stops(moved),
                settled: Vec::new(),
            };
            let state = RoundState::of(&records);
            let said = plan_diff(&state, Some(&seen));
            assert_eq!(said, expected, "row {index}");
            assert_eq!(said.is_empty(), expected == PlanDiff::default());
            // Having looked, nothing is new; having never looked, nothing is a change.
            assert!(plan_diff(&state, Some(&SeenPlan::of(&state))).is_empty());
            assert!(plan_diff(&state, None).is_empty());
        }
    }

    #[test]
    fn a_second_amendment_that_does_not_hold_is_no_news() {
        let (mut records, _) = seen_three();
        amend(&mut records, 41, 2);
        let seen = SeenPlan::of(&RoundState::of(&records));
        // Of two first amendments the smaller id holds.
        amend(&mut records, 43, 2);
        assert!(plan_diff(&RoundState::of(&records), Some(&seen)).is_empty());
    }

    #[test]
    fn another_card_is_told_apart_from_other_terms_and_only_until_it_was_seen() {
        let (mut records, first) = seen_three();
        let amend = |records: &mut Records, n: u8, base: Option<u8>, card: u8| {
            let terms = crate::domain::plan_record::StopTerms {
                card: crate::domain::ids::CardHash([card; 32]),
                ..terms(&[])
            };
            let amended = StopAmended { stop: stop_id(2), base: base.map(plan_id), terms };
            insert(records, n, PlanRecord::StopAmended(amended));
        };
        let told = |records: &Records, seen: &SeenPlan| {
            let diff = plan_diff(&RoundState::of(records), Some(seen));
            (diff.amended, diff.cards)
        };
        // The card of the tests is the seventh.
        amend(&mut records, 41, None, 7);
        assert_eq!(told(&records, &first), (stops(&[2]), stops(&[])));
        amend(&mut records, 42, Some(41), 8);
        assert_eq!(told(&records, &first), (stops(&[2]), stops(&[2])));
        let looked = SeenPlan::of(&RoundState::of(&records));
        amend(&mut records, 43, Some(42), 8);
        assert_eq!(told(&records, &looked), (stops(&[2]), stops(&[])));
        amend(&mut records, 44, Some(43), 7);
        assert_eq!(told(&records, &looked), (stops(&[2]), stops(&[2])));
    }

    #[test]
    fn what_was_settled_is_told_until_it_was_seen() {
        use crate::domain::reasons::Answer;
        let (mut records, seen) = seen_three();
        let settled = PlanRecord::Settled { records: vec![plan_id(1)], answer: Answer::Noted, holds: None };
        insert(&mut records, 44, settled);
        let state = RoundState::of(&records);
        assert_eq!(plan_diff(&state, Some(&seen)).settled, [plan_id(44)]);
        assert!(plan_diff(&state, Some(&SeenPlan::of(&state))).is_empty());
        assert_eq!(state.settled[0].stops, stops(&[1]));
    }

    #[test]
    fn what_was_seen_comes_back_from_json() {
        let (_, seen) = seen_three();
        let text = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<SeenPlan>(&text).unwrap(), seen);
    }

    proptest! {
        #[test]
        fn who_looked_has_seen_everything(written in record_set()) {
            let state = RoundState::of(&records(&written));
            prop_assert!(plan_diff(&state, Some(&SeenPlan::of(&state))).is_empty());
        }

        #[test]
        fn putting_the_moved_stops_elsewhere_is_enough(
            before in Just((1_u8..=9).map(stop_id).collect::<Vec<_>>()).prop_shuffle(),
            now in Just((1_u8..=9).map(stop_id).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let moved = moved(&before, &now);
            let stay = |list: &[StopId]| -> Vec<StopId> {
                list.iter().copied().filter(|stop| !moved.contains(stop)).collect()
            };
            prop_assert_eq!(stay(&before), stay(&now));
            prop_assert_eq!(moved.is_empty(), before == now);
        }
    }
}
