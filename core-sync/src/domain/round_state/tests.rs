//! The fold over sets of records that nobody honest would write: whatever order, doubling and splitting
//! brought them, everybody sees the same, nothing disappears and nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::domain::ids::{CardHash, MemberId, RoundId};
use crate::domain::kind::{Family, MapName};
use crate::domain::personal::Personal;
use crate::domain::plan_record::PlanRecord;
use crate::domain::record::{ActBody, Record};
use crate::round_doc::change::ReadChange;
use crate::round_doc::mint::NewRecord;
use crate::sync::outbox::first_tip;
use crate::testing::record_sets::{any_entry, record_set, some_fact};
use crate::testing::{COURIER, DOCUMENT, MORNING, PHONE, fact_id, minted, plan_id, records, stamp};
use crate::view::board::{BoardRound, in_drawn_sequence, round_view};
use crate::view::plan_diff::SeenPlan;
use crate::view::stop_card::Cards;
use crate::view::today::{RoundToday, round_today};
use crate::wire::round::RoundView;

/// Everything that anybody is shown of a set.
fn shown(records: &Records) -> (RoundState, RoundToday, RoundView) {
    let state = RoundState::of(records);
    let cards = cards();
    let seen = SeenPlan { records: [plan_id(1), plan_id(2)].into(), sequence: vec![plan_id(2).stop()] };
    let today = round_today(DOCUMENT.round, &state, &cards, Some(&seen));
    let board = BoardRound {
        id: DOCUMENT.round,
        courier: COURIER,
        courier_name: Personal::new("Ana".to_owned()),
        last_heard: None,
        acts_since: 0,
        damaged: false,
        state: &state,
        cards: &cards,
    };
    let board = round_view(board);
    (state, today, board)
}

fn cards() -> Cards {
    let card = |n: u8| {
        let coordinate = crate::domain::coordinate::Coordinate::from_degrees(48.0, f64::from(n)).unwrap();
        let text = crate::domain::card::CardText {
            name: Personal::new(format!("shop {n}")),
            address: Personal::new("quai".to_owned()),
            coordinate: Personal::new(coordinate),
            telephone: None,
            door_code: None,
            instructions: None,
        };
        (CardHash([n; 32]), text)
    };
    // Cards 2 and 3 have not come.
    (0..2).map(card).collect()
}

/// Splits a queue into minted changes, each with the time the server had it.
fn changes(written: &[NewRecord], sizes: &[usize]) -> Vec<(Vec<u8>, Timestamp)> {
    let (mut rest, mut changes) = (written, Vec::new());
    for (index, size) in sizes.iter().copied().chain(std::iter::repeat(50)).enumerate() {
        if rest.is_empty() {
            break;
        }
        let (records, after) = rest.split_at(size.min(rest.len()));
        let received = Timestamp(MORNING.0 + i64::try_from(index * 7 % 5).unwrap() * 3_600_000);
        changes.push((minted(PHONE, &first_tip(&DOCUMENT), records).bytes, received));
        rest = after;
    }
    changes
}

fn read(changes: &[(Vec<u8>, Timestamp)]) -> Records {
    let mut records = Records::new();
    for (bytes, received) in changes {
        for (id, bytes) in ReadChange::read(bytes).unwrap().records(&DOCUMENT) {
            records.insert(id, &bytes, Some(*received));
        }
    }
    records
}

/// The records of a set as a set: what is left of it when order and doubles are forgotten.
fn distinct(written: &[NewRecord]) -> BTreeSet<(RecordId, &[u8])> {
    written.iter().map(|record| (record.id, record.bytes.as_slice())).collect()
}

fn of_family(written: &[NewRecord], family: Family) -> usize {
    let is = |bytes: &[u8]| {
        Record::from_bytes(bytes).ok().and_then(|record| record.kind()).is_some_and(|k| k.family() == family)
    };
    distinct(written).into_iter().filter(|(_, bytes)| is(bytes)).count()
}

proptest! {
    #[test]
    fn any_order_doubling_and_splitting_of_changes_shows_the_same(
        written in record_set(),
        (sizes, other_sizes) in (vec(1_usize..=50, 0..12), vec(1_usize..=50, 0..12)),
        doubled in vec(any::<Index>(), 0..4),
        shuffle in any::<u64>(),
    ) {
        prop_assume!(!written.is_empty());
        // The same records in two splittings, each change with its own time, some changes twice.
        let first = changes(&written, &sizes);
        let mut all = first.clone();
        all.extend(changes(&written, &other_sizes));
        all.extend(doubled.iter().map(|index| index.get(&first).clone()));
        let mut turned = all.clone();
        shuffled(&mut turned, shuffle);
        prop_assert_eq!(shown(&read(&turned)), shown(&read(&all)));

        // Split another way, what was received at one time is shown alike.
        let mut third = written.clone();
        shuffled(&mut third, shuffle);
        let at_once = |changes: Vec<(Vec<u8>, Timestamp)>| -> Vec<_> {
            changes.into_iter().map(|(bytes, _)| (bytes, MORNING)).collect()
        };
        let (first, third) = (at_once(first), at_once(changes(&third, &other_sizes)));
        prop_assert_eq!(shown(&read(&third)), shown(&read(&first)));
    }

    #[test]
    fn a_receive_time_is_the_earliest_whatever_came_first(
        entry in any_entry(), times in vec(proptest::option::of(0_i64..9), 1..6),
    ) {
        let mut records = Records::new();
        for time in &times {
            records.insert(entry.id, &entry.bytes, time.map(Timestamp));
        }
        let (_, kept) = records.iter().next().unwrap();
        prop_assert_eq!(kept.received, times.iter().flatten().min().copied().map(Timestamp));
        prop_assert_eq!(records.len(), 1);
    }

    #[test]
    fn no_record_ever_disappears(written in record_set()) {
        let mut all = Records::new();
        for (index, record) in written.iter().enumerate() {
            all.insert(record.id, &record.bytes, None);
            prop_assert_eq!(all.len(), distinct(&written[..=index]).len());
        }
        for record in &written {
            prop_assert!(all.contains(record.id, &record.bytes));
            prop_assert!(all.bytes_of(record.id).any(|bytes| bytes == record.bytes));
        }
        let state = RoundState::of(&all);
        prop_assert_eq!(state.facts, of_family(&written, Family::Fact));
        let plan: BTreeSet<RecordId> = all.iter()
            .filter(|(_, entry)| entry.record.kind().is_some_and(|kind| kind.family() == Family::Plan))
            .map(|(id, _)| id)
            .collect();
        prop_assert_eq!(&state.plan_records, &plan);
        let read = |bytes: &[u8]| Record::from_bytes(bytes).is_ok_and(|record| record.kind().is_some());
        prop_assert_eq!(state.unread, distinct(&written).iter().filter(|(_, bytes)| !read(bytes)).count());
    }

    #[test]
    fn every_stop_ever_added_is_drawn_exactly_once_and_remains_exactly_if_it_remains(written in record_set()) {
        let state = RoundState::of(&records(&written));
        let added: BTreeSet<StopId> = written.iter()
            .filter(|record| matches!(
                Record::from_bytes(&record.bytes),
                Ok(Record::Act { body: ActBody::Plan(PlanRecord::StopAdded(_)), .. })
            ))
            .map(|record| record.id.stop())
            .collect();
        let sorted = |mut stops: Vec<StopId>| { stops.sort_unstable(); stops };
        let all: Vec<StopId> = added.iter().copied().collect();
        let drawn = in_drawn_sequence(&state).into_iter().map(|stop| stop.id).collect();
        prop_assert_eq!(sorted(drawn), all.clone());
        prop_assert_eq!(sorted(state.planned.clone()), all.clone());
        prop_assert_eq!(state.stops.keys().copied().collect::<Vec<_>>(), all);
        let remains = state.stops.values().filter(|stop| stop.status.remains()).map(|stop| stop.id).collect();
        prop_assert_eq!(sorted(state.remaining.clone()), sorted(remains));
        let mut numbers: Vec<usize> = state.stops.values().map(|stop| stop.number).collect();
        numbers.sort_unstable();
        prop_assert_eq!(numbers, (1..=state.stops.len()).collect::<Vec<_>>());
    }

    #[test]
    fn every_standing_fact_about_a_stop_decides_there_is_weaker_or_is_counted_elsewhere(
        facts in vec((1_u8..24, some_fact(), 0_u64..9), 0..30), plan in vec(any_entry(), 0..20),
    ) {
        let mut all = records(plan.iter().filter(|record| record.map == MapName::Plan));
        for (n, fact, tap) in &facts {
            let record = Record::Act { member: COURIER, stamp: stamp(*tap), body: ActBody::Fact(fact.clone()) };
            all.insert(fact_id(*n), &record.to_bytes().unwrap(), None);
        }
        let state = RoundState::of(&all);
        let sorted = Sorted::of(&all);
        let (_, by_stop) = standing_facts(&sorted);
        let mut elsewhere = 0;
        for (stop, standing) in by_stop {
            match state.stops.get(&stop) {
                Some(stop) => prop_assert!(standing.contains(stop.decided_by.as_ref().unwrap())),
                None => elsewhere += standing.len(),
            }
        }
        prop_assert_eq!(state.facts_elsewhere, elsewhere);
    }

    #[test]
    fn a_fact_never_changes_the_plan_s_version(written in record_set(), fact in some_fact(), n in any::<u8>()) {
        let mut all = records(&written);
        let before = RoundState::of(&all);
        let record = Record::Act { member: COURIER, stamp: stamp(1), body: ActBody::Fact(fact) };
        all.insert(fact_id(n), &record.to_bytes().unwrap(), None);
        let after = RoundState::of(&all);
        prop_assert_eq!(after.plan_version, before.plan_version);
        prop_assert_eq!(after.plan_records, before.plan_records);
    }

    #[test]
    fn a_new_plan_record_always_changes_the_plan_s_version(written in record_set(), n in 120_u8..130) {
        let mut all = records(&written);
        let before = RoundState::of(&all).plan_version;
        all.insert(plan_id(n), &crate::testing::act(ActBody::Plan(PlanRecord::Archived), 0), None);
        prop_assert_ne!(RoundState::of(&all).plan_version, before);
    }

    #[test]
    fn no_view_panics_on_random_bytes_under_random_ids(
        written in vec((any::<[u8; 24]>(), vec(any::<u8>(), 0..60)), 0..20), known in record_set(),
    ) {
        let mut all = records(&known);
        let before = all.len();
        let distinct: BTreeSet<_> = written.iter().cloned().collect();
        for (id, bytes) in &written {
            all.insert(RecordId(*id), bytes, None);
        }
        prop_assert_eq!(all.len(), before + distinct.len());
        let (state, today, board) = shown(&all);
        prop_assert_eq!(today.unread, state.unread);
        prop_assert_eq!(board.stops.len(), state.stops.len());
    }
}

/// Shuffles by a seed, so that a failing case can be run again.
fn shuffled<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for index in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap() % (index + 1);
        items.swap(index, other);
    }
}

#[test]
fn a_round_of_nothing_is_shown_as_nothing() {
    let (state, today, board) = shown(&Records::new());
    assert_eq!((state.stops.len(), today.stops.len(), board.stops.len()), (0, 0, 0));
    assert_eq!((state.next(), today.next), (None, None));
    assert_eq!((today.round, board.courier), (RoundId(DOCUMENT.round.0), MemberId(COURIER.0)));
}
