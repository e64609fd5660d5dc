//! The rows of `docs/conflicts.md` within one round: each told in both orders, each shown alike.

use crate::domain::fact::{AtStop, Custody, Fact};
use crate::domain::ids::{RecordId, StopId};
use crate::domain::kind::MapName;
use crate::domain::plan_record::{PlanRecord, Sequence, StopAmended};
use crate::domain::reaction::Reaction;
use crate::domain::reasons::{FailReason, HandedTo, StopKind, WithdrawReason};
use crate::domain::record::{ActBody, Record};
use crate::domain::remark::Remark;
use crate::domain::round_state::RoundState;
use crate::domain::stop::StopStatus;
use crate::round_doc::mint::NewRecord;
use crate::testing::{act, added, fact_id, parcel, plan_id, records, stop_id, terms};

fn plan(n: u8, record: PlanRecord) -> NewRecord {
    NewRecord { map: MapName::Plan, id: plan_id(n), bytes: act(ActBody::Plan(record), u64::from(n)) }
}

/// The courier's tap number `n`.
fn tap(n: u8, fact: Fact) -> NewRecord {
    NewRecord { map: MapName::Facts, id: fact_id(n), bytes: act(ActBody::Fact(fact), u64::from(n)) }
}

fn add(n: u8, kind: StopKind, parcels: &[u8]) -> NewRecord {
    plan(n, PlanRecord::StopAdded(added(kind, parcels)))
}

fn at(seen: &[RecordId]) -> AtStop {
    AtStop { stop: stop_id(1), seen: seen.to_vec() }
}

fn delivered(seen: &[RecordId]) -> Fact {
    let custody = Custody { at: at(seen), parcels: vec![parcel(5)], follows: Vec::new() };
    Fact::Delivered(custody, HandedTo::Recipient)
}

fn stops(numbers: &[u8]) -> Vec<StopId> {
    numbers.iter().map(|n| stop_id(*n)).collect()
}

fn sequence(base: Option<RecordId>, saw: Option<RecordId>, numbers: &[u8]) -> Sequence {
    Sequence { base, saw, stops: stops(numbers) }
}

/// The round, whichever of the records came first.
fn met(written: &[NewRecord]) -> RoundState {
    let state = RoundState::of(&records(written));
    assert_eq!(RoundState::of(&records(written.iter().rev())), state);
    state
}

fn withdraw(n: u8) -> NewRecord {
    plan(n, PlanRecord::StopWithdrawn { stop: stop_id(1), reason: WithdrawReason::Cancelled })
}

#[test]
fn delivered_without_having_seen_the_withdrawal_stands_and_the_withdrawal_is_late() {
    let drop_off = add(1, StopKind::DropOff, &[5]);
    for (fact, status, remark) in [
        (delivered(&[]), StopStatus::Delivered, Some(Remark::WithdrawnTooLate)),
        (delivered(&[plan_id(50)]), StopStatus::Delivered, Some(Remark::DoneThoughWithdrawn)),
        (Fact::Arrived(at(&[])), StopStatus::Withdrawn, None),
        (Fact::Failed(at(&[]), FailReason::Nobody), StopStatus::Withdrawn, None),
    ] {
        let state = met(&[drop_off.clone(), withdraw(50), tap(1, fact)]);
        let stop = &state.stops[&stop_id(1)];
        assert_eq!((stop.status, stop.remarks.iter().next().copied()), (status, remark));
        assert_eq!(state.remaining, []);
    }
}

#[test]
fn a_delivery_taken_back_leaves_the_stop_withdrawn_and_the_take_back_can_be_taken_back() {
    let written = [
        add(1, StopKind::DropOff, &[5]),
        withdraw(50),
        tap(1, delivered(&[])),
        tap(2, Fact::Amended { amends: fact_id(1), instead: None }),
        tap(3, Fact::Amended { amends: fact_id(2), instead: None }),
    ];
    assert_eq!(met(&written[..4]).stops[&stop_id(1)].status, StopStatus::Withdrawn);
    assert_eq!(met(&written).stops[&stop_id(1)].status, StopStatus::Delivered);
}

#[test]
fn the_latest_amendment_holds_and_a_courier_who_had_not_seen_it_gets_a_remark() {
    let amend = |n, base, parcels: &[u8]| {
        plan(n, PlanRecord::StopAmended(StopAmended { stop: stop_id(1), base, terms: terms(parcels) }))
    };
    // 40 stands on 60: the longer chain, not the greater id.
    let plan =
        [add(1, StopKind::DropOff, &[5]), amend(60, None, &[5]), amend(40, Some(plan_id(60)), &[5, 6])];
    let state = met(&plan);
    assert_eq!(state.stops[&stop_id(1)].terms.parcels, [parcel(5), parcel(6)]);
    for (seen, remarks) in [
        (&[][..], &[Remark::AmendedUnseen, Remark::OtherParcels][..]),
        (&[plan_id(60)], &[Remark::AmendedUnseen, Remark::OtherParcels]),
        (&[plan_id(40), plan_id(60)], &[Remark::OtherParcels]),
    ] {
        let mut written = plan.to_vec();
        written.push(tap(1, delivered(seen)));
        assert_eq!(met(&written).stops[&stop_id(1)].remarks.iter().copied().collect::<Vec<_>>(), remarks);
    }
}

#[test]
fn void_gives_way_to_what_was_done_and_to_a_withdrawal() {
    let void = |n| {
        let void = Reaction::Void { stop: stop_id(1), parcels: None, causes: vec![plan_id(1)] };
        let bytes = Record::Reaction(void).to_bytes().unwrap();
        NewRecord { map: MapName::Plan, id: plan_id(n), bytes }
    };
    let drop_off = add(1, StopKind::DropOff, &[5]);
    let status =
        |more: &[NewRecord]| met(&[&[drop_off.clone(), void(70)], more].concat()).stops[&stop_id(1)].status;
    assert_eq!(status(&[]), StopStatus::Void);
    assert_eq!(status(&[tap(1, Fact::Arrived(at(&[])))]), StopStatus::Void);
    assert_eq!(status(&[tap(1, delivered(&[]))]), StopStatus::Delivered);
    assert_eq!(status(&[withdraw(50)]), StopStatus::Withdrawn);
}

/// Three stops that a plan wants as 1, 2, 3.
fn three() -> Vec<NewRecord> {
    let mut written: Vec<_> = (1..=3).map(|n| add(n, StopKind::Pause, &[])).collect();
    written.push(plan(40, PlanRecord::Sequence(sequence(None, None, &[1, 2, 3]))));
    written
}

#[test]
fn before_the_start_the_plan_s_sequence_is_shown_and_after_it_the_courier_s() {
    let mut written = three();
    written.push(plan(41, PlanRecord::Sequence(sequence(Some(plan_id(40)), None, &[2, 1, 3]))));
    assert_eq!(met(&written).remaining, stops(&[2, 1, 3]));
    written.push(tap(1, Fact::Started { stops: stops(&[2, 1, 3]) }));
    written.push(plan(42, PlanRecord::Sequence(sequence(Some(plan_id(41)), None, &[3, 2, 1]))));
    let state = met(&written);
    assert_eq!((state.remaining.clone(), state.planned), (stops(&[2, 1, 3]), stops(&[3, 2, 1])));
    assert!(state.remarks.contains(&Remark::SequenceFallen));
}

#[test]
fn a_request_that_saw_the_courier_s_latest_is_asked_then_taken_or_kept() {
    let mut asked = three();
    asked.push(tap(1, Fact::Started { stops: stops(&[1, 2, 3]) }));
    assert!(met(&asked).remarks.is_empty());
    let request = sequence(Some(plan_id(40)), Some(fact_id(1)), &[3, 2, 1]);
    asked.push(plan(41, PlanRecord::Sequence(request)));
    let state = met(&asked);
    assert_eq!((state.remaining, state.remarks), (stops(&[1, 2, 3]), [Remark::SequenceAsked].into()));
    for (hers, remark) in [(&[3, 2, 1], Remark::SequenceTaken), (&[2, 1, 3], Remark::SequenceKept)] {
        let mut answered = asked.clone();
        let answer = sequence(Some(fact_id(1)), Some(plan_id(41)), hers);
        answered.push(tap(2, Fact::Sequence(answer)));
        let state = met(&answered);
        assert_eq!((state.remaining, state.remarks), (stops(hers), [remark].into()));
    }
}

#[test]
fn of_two_sequences_of_one_register_the_longer_chain_is_shown_a_missing_base_is_a_start_and_a_cycle_nothing()
{
    for (set, latest) in [
        (&[(41, Some(40)), (42, Some(41))][..], 42),
        (&[(41, None), (42, Some(99))], 40),
        (&[(41, Some(42)), (42, Some(41))], 40),
        (&[(39, Some(39)), (43, Some(40))], 43),
    ] {
        let mut written = three();
        for (n, base) in set {
            let sequence = sequence(base.map(plan_id), None, &[3, 1, 2]);
            written.push(plan(*n, PlanRecord::Sequence(sequence)));
        }
        assert_eq!(met(&written).plan_sequence, Some(plan_id(latest)), "{set:?}");
    }
}

#[test]
fn a_stop_added_after_the_start_goes_after_its_predecessor_in_the_plan() {
    let mut written = three();
    written.push(tap(1, Fact::Started { stops: stops(&[3, 2, 1]) }));
    written.push(add(4, StopKind::Pause, &[]));
    written.push(plan(41, PlanRecord::Sequence(sequence(Some(plan_id(40)), None, &[1, 2, 4, 3]))));
    assert_eq!(met(&written).remaining, stops(&[3, 2, 4, 1]));
}

#[test]
fn neither_facts_nor_reactions_change_the_plan_s_version_and_every_plan_record_does() {
    let mut written = three();
    let before = met(&written).plan_version;
    let ruled = Reaction::Ruled { parcel: parcel(5), holder: None, causes: vec![plan_id(1)] };
    let bytes = Record::Reaction(ruled).to_bytes().unwrap();
    written.push(NewRecord { map: MapName::Plan, id: plan_id(70), bytes });
    written.push(tap(1, Fact::Started { stops: stops(&[3, 2, 1]) }));
    assert_eq!(met(&written).plan_version, before);
    written.push(plan(71, PlanRecord::Note { stop: None, text: crate::domain::hash::Hash::of("test", &[]) }));
    assert_ne!(met(&written).plan_version, before);
}

#[test]
fn when_the_plan_was_last_seen_is_told_whatever_version_it_was() {
    let seen = |n| tap(n, Fact::SeenPlan(crate::domain::ids::PlanVersion([n; 8])));
    let mut written = three();
    assert_eq!(met(&written).seen_plan_at, None);
    written.extend([seen(3), seen(2)]);
    let at = crate::testing::stamp(3).time;
    assert_eq!(met(&written).seen_plan_at, Some(at));
    let board = crate::view::board::round_view(crate::view::board::BoardRound {
        id: crate::testing::DOCUMENT.round,
        courier: crate::testing::COURIER,
        courier_name: crate::domain::personal::Personal::new("Ana".to_owned()),
        last_heard: None,
        acts_since: 0,
        damaged: false,
        state: &met(&written),
        cards: &std::collections::BTreeMap::new(),
    });
    assert_eq!((board.plan_seen, board.plan_seen_ms), (false, Some(at)));
}

#[test]
fn a_fact_after_the_end_opens_the_round_again_and_a_new_end_closes_it() {
    let mut written = three();
    written.push(tap(1, Fact::Started { stops: stops(&[1, 2, 3]) }));
    written.push(tap(2, Fact::Finished));
    assert!(met(&written).finished);
    written.push(tap(3, Fact::Failed(at(&[]), FailReason::Closed)));
    assert!(!met(&written).finished);
    written.push(tap(4, Fact::Finished));
    assert!(met(&written).finished);
}
