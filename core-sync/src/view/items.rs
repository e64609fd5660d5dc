//! Items to settle as a coordinator sees them: each record that disagrees with who, what and both times.

use std::collections::BTreeMap;

use crate::domain::ids::{RoundId, StopId};
use crate::domain::item::{Evidence, Item, Settlement};
use crate::domain::record::Record;
use crate::domain::records::Entry;
use crate::domain::round_state::RoundState;
use crate::domain::together::RoundRecords;
use crate::wire::item::{EvidenceView, ItemView, SettledView};

/// Draws the items that these rounds have together.
#[must_use]
pub fn item_views(items: &[Item], rounds: &[RoundRecords<'_>]) -> Vec<ItemView> {
    let mut numbers: BTreeMap<RoundId, BTreeMap<StopId, usize>> = BTreeMap::new();
    for item in items {
        numbers.entry(item.round).or_insert_with(|| numbers_of(item.round, rounds));
    }
    let number = |round: RoundId, stop: StopId| numbers.get(&round)?.get(&stop).copied();
    items
        .iter()
        .map(|item| ItemView {
            id: item.id,
            kind: item.kind,
            round: item.round,
            rounds: item.rounds.clone(),
            stop: item.stop,
            stop_number: item.stop.and_then(|stop| number(item.round, stop)),
            parcels: item.parcels.clone(),
            evidence: item.evidence.iter().map(|evidence| evidence_view(*evidence, rounds)).collect(),
            choices: item.choices.clone(),
            settled: item.settled.map(settled_view),
        })
        .collect()
}

/// The numbers of a round's stops, as people on the telephone say them.
fn numbers_of(round: RoundId, rounds: &[RoundRecords<'_>]) -> BTreeMap<StopId, usize> {
    let mut all = crate::domain::records::Records::new();
    rounds.iter().filter(|given| given.round == round).for_each(|given| all.extend(given.records));
    RoundState::of(&all).stops.into_values().map(|stop| (stop.id, stop.number)).collect()
}

fn evidence_view(evidence: Evidence, rounds: &[RoundRecords<'_>]) -> EvidenceView {
    let mut given = rounds.iter().filter(|given| given.round == evidence.round);
    let entry: Option<&Entry> = given.find_map(|given| given.records.entries_of(evidence.record).next());
    let member = entry.and_then(|entry| match &entry.record {
        Record::Act { member, .. } => Some(*member),
        Record::Reaction(_) | Record::Unknown { .. } => None,
    });
    EvidenceView {
        record: evidence.record,
        round: evidence.round,
        member,
        kind: entry.and_then(|entry| entry.record.kind()).map(|kind| kind.code().to_owned()),
        tapped_ms: entry.and_then(|entry| entry.record.stamp()).map(|stamp| stamp.time),
        received_ms: entry.and_then(|entry| entry.received),
    }
}

fn settled_view(settlement: Settlement) -> SettledView {
    SettledView {
        record: settlement.record,
        member: settlement.member,
        answer: settlement.choice.answer,
        holds: settlement.choice.holds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan_record::PlanRecord;
    use crate::domain::reasons::{Answer, StopKind, WithdrawReason};
    use crate::domain::record::ActBody;
    use crate::domain::records::Records;
    use crate::domain::time::Timestamp;
    use crate::domain::together::together;
    use crate::testing::{COURIER, DOCUMENT, MORNING, act, added, fact_id, plan_id, stamp, stop_id};

    #[test]
    fn an_item_shows_both_sides_with_both_times_and_the_stop_s_number() {
        let mut records = Records::new();
        let mut plan = |n: u8, record| {
            records.insert(plan_id(n), &act(ActBody::Plan(record), u64::from(n)), Some(MORNING));
        };
        plan(1, PlanRecord::StopAdded(added(StopKind::Pause, &[])));
        plan(2, PlanRecord::StopAdded(added(StopKind::DropOff, &[5])));
        plan(50, PlanRecord::StopWithdrawn { stop: stop_id(2), reason: WithdrawReason::Cancelled });
        let at = crate::domain::fact::AtStop { stop: stop_id(2), seen: Vec::new() };
        let custody = crate::domain::fact::Custody { at, parcels: Vec::new(), follows: Vec::new() };
        let fact = crate::domain::fact::Fact::Returned(custody);
        records.insert(fact_id(7), &act(ActBody::Fact(fact), 7), Some(Timestamp(MORNING.0 + 9)));

        let given = [RoundRecords { round: DOCUMENT.round, holder: COURIER, records: &records }];
        let open = together(&given).items;
        let [item] = &item_views(&open, &given)[..] else { panic!("one item") };
        assert_eq!((item.stop, item.stop_number, item.settled.clone()), (Some(stop_id(2)), Some(2), None));
        let said: Vec<_> = item
            .evidence
            .iter()
            .map(|side| (side.record, side.kind.as_deref(), side.member, side.tapped_ms, side.received_ms))
            .collect();
        let mut expected = vec![
            (plan_id(50), Some("stop_withdrawn"), Some(COURIER), Some(stamp(50).time), Some(MORNING)),
            (
                fact_id(7),
                Some("returned"),
                Some(COURIER),
                Some(stamp(7).time),
                Some(Timestamp(MORNING.0 + 9)),
            ),
        ];
        expected.sort_unstable();
        assert_eq!(said, expected);

        let records_named = open[0].evidence.iter().map(|evidence| evidence.record).collect();
        let settled =
            PlanRecord::Settled { records: records_named, answer: Answer::Holds, holds: Some(fact_id(7)) };
        records.insert(plan_id(90), &act(ActBody::Plan(settled), 90), None);
        let given = [RoundRecords { round: DOCUMENT.round, holder: COURIER, records: &records }];
        let view = item_views(&together(&given).items, &given).remove(0).settled.unwrap();
        assert_eq!((view.record, view.member, view.holds), (plan_id(90), COURIER, Some(fact_id(7))));
    }
}
