//! Over sets that nobody honest would write: whatever order, doubling and splitting brought the rounds, the same is
//! derived; what was derived is not derived again; nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::round_doc::mint::NewRecord;
use crate::testing::record_sets::records_of_rounds;

/// Up to three rounds, whose stops come from one another.
fn rounds() -> impl Strategy<Value = Vec<Vec<NewRecord>>> {
    vec(records_of_rounds(&[round(ANA), round(BOB), round(CHLOE)]), 1..=3)
}

fn sets(rounds: &[Vec<NewRecord>]) -> Vec<Records> {
    rounds.iter().map(crate::testing::records).collect()
}

fn given(sets: &[Records]) -> Vec<RoundRecords<'_>> {
    let given = |(n, records)| RoundRecords { round: round(n), holder: member(n), records };
    (ANA..).zip(sets).map(given).collect()
}

proptest! {
    #[test]
    fn any_order_doubling_and_splitting_derives_the_same(rounds in rounds(), cut in any::<prop::sample::Index>()) {
        let whole = sets(&rounds);
        let said = together(&given(&whole));
        let halves: Vec<[Records; 2]> = rounds
            .iter()
            .map(|written| {
                let (first, second) = written.split_at(cut.index(written.len() + 1));
                [first, second].map(|half| crate::testing::records(half.iter().rev()))
            })
            .collect();
        let mut split: Vec<RoundRecords<'_>> = Vec::new();
        for (n, [first, second]) in (ANA..).zip(&halves) {
            for records in [second, first, second] {
                split.push(RoundRecords { round: round(n), holder: member(n), records });
            }
        }
        split.reverse();
        prop_assert_eq!(together(&split), said);
    }

    #[test]
    fn what_was_derived_and_written_is_not_derived_again(rounds in rounds()) {
        let mut written = sets(&rounds);
        let first = together(&given(&written));
        for Derived { round: at, id, reaction } in &first.reactions {
            let (_, records) = (ANA..).zip(&mut written).find(|(n, _)| round(*n) == *at).unwrap();
            let bytes = Record::Reaction(reaction.clone()).to_bytes().unwrap();
            prop_assert_eq!(Record::from_bytes(&bytes), Ok(Record::Reaction(reaction.clone())));
            records.insert(RecordId::new(*id, SERVER), &bytes, None);
        }
        let again = together(&given(&written));
        // Voids that random rounds were born with may add up to something else: then the same is said again.
        for derived in &again.reactions {
            prop_assert!(first.reactions.contains(derived), "{:?}", derived);
        }
        prop_assert_eq!(again.items, first.items);
    }

    #[test]
    fn every_item_can_be_settled_by_one_press_and_is_then_settled_by_it(
        rounds in rounds(), which in any::<prop::sample::Index>(), how in any::<prop::sample::Index>(),
    ) {
        let mut written = sets(&rounds);
        let open: Vec<Item> =
            together(&given(&written)).items.into_iter().filter(|item| item.settled.is_none()).collect();
        prop_assume!(!open.is_empty());
        let item = which.get(&open);
        let choice = *how.get(&item.choices);
        let evidence: Vec<RecordId> = item.evidence.iter().map(|evidence| evidence.record).collect();
        prop_assert!(evidence.len() <= crate::domain::limits::SEEN_MAX);
        prop_assert_eq!(item.id, crate::domain::ids::ItemId::of(item.kind, evidence.iter().copied()));
        prop_assert!(item.evidence.iter().all(|evidence| item.rounds.contains(&evidence.round)));
        let settled = PlanRecord::Settled { records: evidence, answer: choice.answer, holds: choice.holds };
        let bytes = crate::testing::act(ActBody::Plan(settled), 0);
        // Smaller than any that stands there.
        let id = RecordId::new(ActId([0; 16]), SERVER);
        for (_, records) in (ANA..).zip(&mut written).filter(|(n, _)| item.rounds.contains(&round(*n))) {
            records.insert(id, &bytes, None);
        }
        let after = together(&given(&written)).items;
        if let Some(still) = after.iter().find(|other| other.id == item.id) {
            prop_assert_eq!(still.settled.map(|settled| (settled.record, settled.choice)), Some((id, choice)));
        }
    }
}
