//! Taps: saved means on disk, counted once, and in the confirmed log before they leave the queue.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, DeviceId, RecordId, RoundId};
use core_sync::domain::record::Record;

use crate::store::{Store, StoreError};
use crate::testing::{
    COURIER, DOCUMENT, PHONE, enrol, moment, phone_with_three_stops, prepared, pushed, queued_taps, random,
    shown, stop_id, tap,
};

#[test]
fn a_saved_act_is_there_after_the_phone_was_killed_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    let saved = tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let before = shown(&store);
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    let queue = store.queue().unwrap();
    assert_eq!(queue.len(), 1);
    assert_eq!((queue[0].record, &queue[0].bytes, &queue[0].set_aside), (saved.record, &saved.bytes, &None));
    assert_eq!(queue[0].document, DOCUMENT);
    assert_eq!(shown(&store), before);
    assert!(before.contains("arrived"));
}

#[test]
fn taps_are_counted_on_through_reopening_enrolling_again_and_wiping() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    let mut counted = Vec::new();
    for n in 1..=2 {
        counted.push(tap(&mut store, n, &CourierCommand::Arrive(stop_id(1))).n);
    }
    drop(store);
    let mut store = Store::open(folder.path()).unwrap();
    counted.push(tap(&mut store, 3, &CourierCommand::Wait(stop_id(1))).n);
    enrol(&mut store, DeviceId([0xf1; 8]), COURIER);
    counted.push(tap(&mut store, 4, &CourierCommand::Wait(stop_id(1))).n);
    store.wipe().unwrap();
    drop(store);
    let (mut store, _) = phone_with_three_stops(folder.path());
    counted.push(tap(&mut store, 5, &CourierCommand::Arrive(stop_id(2))).n);
    assert_eq!(counted, [1, 2, 3, 4, 5]);
    assert_eq!(queued_taps(&store), [5]);
}

#[test]
fn an_act_that_cannot_be_frozen_leaves_nothing_not_even_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    let before = shown(&store);
    let record = RecordId::new(ActId([1; 16]), PHONE);
    let error = store
        .save_act(DOCUMENT.round, record, moment(1), 0, |stamp| {
            assert_eq!(stamp.n, 1);
            Err(StoreError::Content { table: "test" })
        })
        .unwrap_err();
    assert!(matches!(error, StoreError::Content { table: "test" }));
    assert_eq!((store.queue_counts().unwrap(), shown(&store)), ((0, 0), before));
    assert_eq!(tap(&mut store, 2, &CourierCommand::Arrive(stop_id(1))).n, 1);
}

#[test]
fn an_act_in_a_round_that_is_not_here_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    let record = RecordId::new(ActId([1; 16]), PHONE);
    let nowhere = RoundId([0xde; 16]);
    let saved = store.save_act::<StoreError>(nowhere, record, moment(1), 0, |_| Ok(vec![1]));
    assert!(matches!(saved, Err(StoreError::Sqlite(_))));
    assert_eq!(store.queue_counts().unwrap(), (0, 0));
    assert_eq!(tap(&mut store, 2, &CourierCommand::Arrive(stop_id(1))).n, 1);
}

#[cfg(unix)]
#[test]
fn an_act_is_not_called_saved_in_a_folder_that_was_deleted_or_replaced() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("phone");
    let (mut store, _) = phone_with_three_stops(&folder);
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let record = RecordId::new(ActId([2; 16]), PHONE);
    let mut save = || store.save_act::<StoreError>(DOCUMENT.round, record, moment(1), 0, |_| Ok(vec![1]));
    std::fs::rename(&folder, outer.path().join("moved")).unwrap();
    assert!(matches!(save(), Err(StoreError::Gone { folder: named }) if named == folder));
    // Another store in its place is not this one.
    drop(Store::open(&folder).unwrap());
    assert!(matches!(save(), Err(StoreError::Gone { .. })));
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::rename(outer.path().join("moved"), &folder).unwrap();
    assert!(save().is_ok());
}

#[test]
fn the_stamp_is_the_moment_of_the_tap_and_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    let saved = tap(&mut store, 7, &CourierCommand::Arrive(stop_id(1)));
    let stamp = Record::from_bytes(&saved.bytes).unwrap().stamp().unwrap();
    let at = moment(7);
    assert_eq!((stamp.time, stamp.boot, stamp.monotonic_ms, stamp.n), (at.time, at.boot, at.monotonic_ms, 1));
}

#[test]
fn what_was_minted_is_sent_again_unchanged_until_a_verdict_and_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let first = prepared(&mut store);
    tap(&mut store, 2, &CourierCommand::Wait(stop_id(1)));
    drop(store);
    let mut store = Store::open(folder.path()).unwrap();
    let second = prepared(&mut store);
    assert_eq!(second.counter, first.counter + 1);
    // The first change as it was, and a sibling for the new act.
    assert_eq!((pushed(&second).len(), pushed(&second)[0].clone()), (2, pushed(&first)[0].clone()));
    let third = prepared(&mut store);
    assert_eq!((pushed(&third), third.minted.len()), (pushed(&second), 0));
}

#[test]
fn enrolling_again_keeps_the_queue_and_drops_what_the_old_key_signed() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    let saved = tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let old = prepared(&mut store);
    store.note_attempt(true, true).unwrap();
    let new_device = DeviceId([0xf1; 8]);
    enrol(&mut store, new_device, COURIER);
    let state = store.phone_state().unwrap();
    assert_eq!((state.unknown_device, state.failing), (false, false));
    let outbox = store.outbox().unwrap().unwrap();
    assert_eq!((outbox.counter, outbox.rounds[0].pending.len()), (0, 0));
    let new = prepared(&mut store);
    // The same act, its id naming the device that captured it, in a change by the new one.
    let [(hash, envelope)] = &pushed(&new)[..] else { panic!("not one change") };
    let carried =
        core_sync::round_doc::change::ReadChange::read(&envelope.change).unwrap().records(&DOCUMENT);
    assert_eq!(carried, [(saved.record, saved.bytes)]);
    assert_eq!((saved.record.device(), envelope.device), (PHONE, new_device));
    assert_ne!(*hash, pushed(&old)[0].0);
}

#[test]
fn a_code_tried_again_after_a_lost_answer_sends_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let random = &mut random();
    let fresh = |random: &mut _| core_sync::signing::key::PrivateKey::random(random);
    let first = store.enrolment_key("one code", &fresh(random)).unwrap().public();
    drop(store);
    let mut store = Store::open(folder.path()).unwrap();
    assert_eq!(store.enrolment_key("one code", &fresh(random)).unwrap().public(), first);
    assert_ne!(store.enrolment_key("another", &fresh(random)).unwrap().public(), first);
    assert!(crate::testing::file_holding(folder.path(), b"one code").is_none());
}
