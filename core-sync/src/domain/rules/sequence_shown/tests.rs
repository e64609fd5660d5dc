//! Where stops go that a list does not name: rows of `docs/conflicts.md` and what holds for every list.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::domain::kind::MapName;
use crate::domain::plan_record::{PlanRecord, StopAdded};
use crate::domain::record::ActBody;
use crate::domain::remark::Remark;
use crate::domain::round_state::RoundState;
use crate::round_doc::mint::NewRecord;
use crate::testing::record_sets::{record_set, some_terms};
use crate::testing::{act, added, plan_id, records, stop_id};

fn stop(n: u8, added: StopAdded) -> NewRecord {
    let bytes = act(ActBody::Plan(PlanRecord::StopAdded(added)), u64::from(n));
    NewRecord { map: MapName::Plan, id: plan_id(n), bytes }
}

/// Stops of a table: number, kind, parcels. All remain.
fn stops(table: &[(u8, StopKind, &[u8])]) -> BTreeMap<StopId, Stop> {
    let written: Vec<_> = table.iter().map(|(n, kind, parcels)| stop(*n, added(*kind, parcels))).collect();
    RoundState::of(&records(&written)).stops
}

fn ids(numbers: &[u8]) -> Vec<StopId> {
    numbers.iter().map(|n| stop_id(*n)).collect()
}

const PAUSE: StopKind = StopKind::Pause;

#[test]
fn a_new_stop_goes_after_its_nearest_remaining_predecessor_in_the_plan_else_first() {
    let four = stops(&[(1, PAUSE, &[]), (2, PAUSE, &[]), (3, PAUSE, &[]), (4, PAUSE, &[])]);
    for (plan, courier, shown) in [
        (&[1, 2, 3, 4][..], &[3, 1, 2][..], &[3, 4, 1, 2][..]),
        (&[1, 4, 2, 3], &[3, 1, 2], &[3, 1, 4, 2]),
        (&[4, 1, 2, 3], &[3, 1, 2], &[4, 3, 1, 2]),
        // Two new ones after one predecessor keep the plan's sequence.
        (&[1, 2, 3, 4], &[2, 1], &[2, 3, 4, 1]),
        // Nobody named any: the plan's.
        (&[1, 2, 3, 4], &[], &[1, 2, 3, 4]),
        // Stops named twice or unknown count once or not at all.
        (&[1, 2, 3, 4], &[4, 4, 9, 1], &[4, 1, 2, 3]),
    ] {
        assert_eq!(
            sequence_shown(&ids(plan), Some(&ids(courier)), &four),
            ids(shown),
            "{courier:?} {plan:?}"
        );
    }
}

#[test]
fn a_predecessor_that_is_done_is_passed_over() {
    let mut four = stops(&[(1, PAUSE, &[]), (2, PAUSE, &[]), (3, PAUSE, &[]), (4, PAUSE, &[])]);
    four.get_mut(&stop_id(2)).unwrap().status = crate::domain::stop::StopStatus::Delivered;
    let plan = ids(&[1, 2, 4, 3]);
    assert_eq!(sequence_shown(&plan, Some(&ids(&[2, 3, 1])), &four), ids(&[3, 1, 4]));
    assert_eq!(sequence_shown(&plan, None, &four), ids(&[1, 4, 3]));
}

#[test]
fn a_new_drop_off_waits_for_its_pickup_and_a_new_pickup_goes_before_its_drop_off() {
    let (pickup, drop_off) = (StopKind::Pickup, StopKind::DropOff);
    let three = stops(&[(1, pickup, &[5]), (2, PAUSE, &[]), (3, drop_off, &[5])]);
    // Wanted first; moved behind its pickup.
    assert_eq!(sequence_shown(&ids(&[3, 1, 2]), Some(&ids(&[2, 1])), &three), ids(&[2, 1, 3]));
    // Wanted last; moved before its drop-off.
    assert_eq!(sequence_shown(&ids(&[2, 3, 1]), Some(&ids(&[3, 2])), &three), ids(&[1, 3, 2]));
    // A courier's own list is hers, even with the drop-off first.
    assert_eq!(sequence_shown(&ids(&[1, 2, 3]), Some(&ids(&[3, 1, 2])), &three), ids(&[3, 1, 2]));
}

#[test]
fn stops_that_no_plan_lists_come_by_window_and_pickups_first() {
    let (pickup, drop_off) = (StopKind::Pickup, StopKind::DropOff);
    let three = stops(&[(1, drop_off, &[5]), (2, pickup, &[5]), (3, PAUSE, &[])]);
    // One window for all: pickups before drop-offs, then by id.
    assert_eq!(plan_sequence(&[], &three), ids(&[2, 3, 1]));
    // A pickup listed nowhere still comes before its listed drop-off.
    assert_eq!(plan_sequence(&ids(&[1, 3]), &three), ids(&[2, 1, 3]));
    assert_eq!(plan_sequence(&ids(&[3, 2, 3, 9]), &three), ids(&[3, 2, 1]));
}

/// The pairs of a pickup and a drop-off that share a parcel.
fn pairs(stops: &BTreeMap<StopId, Stop>) -> Vec<(StopId, StopId)> {
    let share = |a: &Stop, b: &Stop| a.terms.parcels.iter().any(|parcel| b.terms.parcels.contains(parcel));
    let pairs = stops.values().flat_map(|a| stops.values().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| a.kind == StopKind::Pickup && b.kind == StopKind::DropOff && share(a, b))
        .map(|(a, b)| (a.id, b.id))
        .collect()
}

/// The pairs that stand the wrong way round.
fn broken(sequence: &[StopId], stops: &BTreeMap<StopId, Stop>) -> BTreeSet<(StopId, StopId)> {
    let at = |wanted: StopId| sequence.iter().position(|stop| *stop == wanted);
    pairs(stops)
        .into_iter()
        .filter(|(a, b)| at(*a).is_some() && at(*b).is_some() && at(*a) > at(*b))
        .collect()
}

fn first_named<'a>(list: &'a [StopId], of: &'a [StopId]) -> impl Iterator<Item = StopId> + 'a {
    let mut named = BTreeSet::new();
    list.iter().copied().filter(move |stop| of.contains(stop) && named.insert(*stop))
}

fn list() -> impl Strategy<Value = Vec<StopId>> {
    vec((1_u8..=9).prop_map(stop_id), 0..12)
}

proptest! {
    #[test]
    fn the_courier_s_list_stands_and_what_is_new_breaks_no_pair(
        written in record_set(), listed in list(), courier in list(),
    ) {
        let stops = RoundState::of(&records(&written)).stops;
        let plan = plan_sequence(&listed, &stops);
        prop_assert!(first_named(&plan, &listed).eq(first_named(&listed, &plan)));
        let shown = sequence_shown(&plan, Some(&courier), &stops);
        prop_assert!(first_named(&shown, &courier).eq(first_named(&courier, &shown)));
        let hers = |pair: &(StopId, StopId)| courier.contains(&pair.0) && courier.contains(&pair.1);
        prop_assert!(broken(&shown, &stops).iter().all(hers));
        let theirs = |pair: &(StopId, StopId)| listed.contains(&pair.0) && listed.contains(&pair.1);
        prop_assert!(broken(&plan, &stops).iter().all(theirs));
    }

    #[test]
    fn a_new_stop_moves_no_other_and_keeps_pickups_first(
        written in record_set(), listed in list(), kind in select(StopKind::ALL), terms in some_terms(),
    ) {
        let mut all = records(&written);
        let before = RoundState::of(&all).stops;
        let courier: Vec<StopId> = plan_sequence(&listed, &before);
        let shown_before = sequence_shown(&courier, Some(&courier), &before);
        let new = stop(15, StopAdded { kind, terms, order: None, from: None });
        all.insert(new.id, &new.bytes, None);
        let after = RoundState::of(&all).stops;
        let plan = plan_sequence(&listed, &after);
        let mut shown = sequence_shown(&plan, Some(&courier), &after);
        prop_assert_eq!(broken(&shown, &after), broken(&shown_before, &before));
        if after[&stop_id(15)].status.remains() {
            prop_assert!(shown.contains(&stop_id(15)));
        }
        shown.retain(|stop| *stop != stop_id(15));
        // A drop-off that was moved and stayed for parcels in hand goes once the plan has one for them again.
        let replaced = |stop: &StopId| before[stop].remarks.contains(&Remark::MovedInHand) && !after[stop].status.remains();
        let stay: Vec<StopId> = shown_before.into_iter().filter(|stop| !replaced(stop)).collect();
        prop_assert_eq!(shown, stay);
    }
}
