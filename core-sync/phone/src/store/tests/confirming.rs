//! Confirming: one transaction, and an act is done only when its id with its bytes is in the log.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, RecordId};
use core_sync::domain::kind::MapName;
use core_sync::round_doc::mint::NewRecord;
use core_sync::signing::envelope::Envelope;
use core_sync::sync::outbox::first_tip;
use core_sync::wire::sync_answer::{Later, Verdict};

use crate::testing::{
    COURIER, DOCUMENT, PHONE, confirm, phone, phone_with_three_stops, planted_card, prepared, pushed,
    queued_taps, shown, signed, stop_added, stop_id, tap,
};

#[test]
fn an_act_leaves_the_queue_when_its_row_comes_and_is_shown_with_the_time_the_server_had_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    assert!(!shown(&store).contains("\"received_ms\": 1795"));
    let request = prepared(&mut store);
    // A verdict alone ends nothing.
    let committed = pushed(&request).iter().map(|(hash, _)| (*hash, Verdict::Committed)).collect();
    confirm(&mut store, &request, log.after_with(2, committed));
    assert_eq!((store.queue_counts().unwrap(), pushed(&prepared(&mut store)).len()), ((1, 0), 1));
    let request = prepared(&mut store);
    pushed(&request).into_iter().for_each(|(_, envelope)| log.append(envelope));
    confirm(&mut store, &request, log.after(2));
    assert_eq!((store.queue_counts().unwrap(), pushed(&prepared(&mut store)).len()), ((0, 0), 0));
    assert!(shown(&store).contains("\"received_ms\": 1795"));
}

#[test]
fn an_act_is_done_whichever_change_carried_it_but_only_with_its_own_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    let one = tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let other = tap(&mut store, 2, &CourierCommand::Wait(stop_id(1)));
    let request = prepared(&mut store);
    // Another phone of hers brought the first in a change of its own, and other bytes under the second's id.
    let brought = [
        NewRecord { map: MapName::Facts, id: one.record, bytes: one.bytes },
        NewRecord { map: MapName::Facts, id: other.record, bytes: b"other bytes".to_vec() },
    ];
    log.append(signed(crate::testing::SERVER, None, &first_tip(&DOCUMENT), &brought));
    confirm(&mut store, &request, log.after(2));
    let queue = store.queue().unwrap();
    assert_eq!(queue.iter().map(|act| act.record).collect::<Vec<_>>(), [other.record]);
    assert_eq!(queue[0].bytes, other.bytes);
    // Both values of that id are shown, neither is lost.
    let records = store.round(DOCUMENT.round).unwrap().unwrap().records;
    assert_eq!(records.bytes_of(other.record).count(), 2);
}

#[test]
fn an_act_tapped_while_the_answer_was_on_its_way_waits_for_the_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let request = prepared(&mut store);
    tap(&mut store, 2, &CourierCommand::Wait(stop_id(1)));
    pushed(&request).into_iter().for_each(|(_, envelope)| log.append(envelope));
    confirm(&mut store, &request, log.after(2));
    assert_eq!(queued_taps(&store), [2]);
    assert_eq!(pushed(&prepared(&mut store)).len(), 1);
}

#[test]
fn a_refusal_that_names_records_sets_those_aside_and_the_rest_is_minted_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log) = phone_with_three_stops(folder.path());
    let acts: Vec<_> = (1..=3).map(|n| tap(&mut store, n, &CourierCommand::Arrive(stop_id(n)))).collect();
    let request = prepared(&mut store);
    let hash = pushed(&request)[0].0;
    let refused = Verdict::Refused("record_malformed".to_owned(), vec![acts[1].record]);
    let before = shown(&store);
    confirm(&mut store, &request, log.after_with(2, vec![(hash, refused)]));
    assert_eq!((store.queue_counts().unwrap(), shown(&store)), ((2, 1), before));
    let aside: Vec<_> = store.queue().unwrap().into_iter().filter_map(|act| act.set_aside).collect();
    assert_eq!(aside, ["record_malformed"]);
    let next = prepared(&mut store);
    let [(again, envelope)] = &pushed(&next)[..] else { panic!("not one change") };
    assert_ne!(*again, hash);
    let change = core_sync::round_doc::change::ReadChange::read(&envelope.change).unwrap();
    let carried: Vec<_> = change.records(&DOCUMENT).into_iter().map(|(id, _)| id).collect();
    assert_eq!(carried, [acts[0].record, acts[2].record]);
}

#[test]
fn a_refusal_that_names_nothing_of_ours_sets_all_of_the_change_aside_and_nothing_is_sent_again() {
    let stranger = RecordId::new(ActId([99; 16]), PHONE);
    for named in [Vec::new(), vec![stranger]] {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, log) = phone_with_three_stops(folder.path());
        tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
        tap(&mut store, 2, &CourierCommand::Wait(stop_id(1)));
        let request = prepared(&mut store);
        tap(&mut store, 3, &CourierCommand::Arrive(stop_id(2)));
        let refused = Verdict::Refused("signature".to_owned(), named);
        confirm(&mut store, &request, log.after_with(2, vec![(pushed(&request)[0].0, refused)]));
        assert_eq!(store.queue_counts().unwrap(), (1, 2));
        assert_eq!(pushed(&prepared(&mut store)).len(), 1);
    }
}

#[test]
fn a_refused_act_that_the_coordinator_released_leaves_the_queue() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    let act = tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let request = prepared(&mut store);
    let refused = Verdict::Refused("kind_not_allowed".to_owned(), vec![act.record]);
    confirm(&mut store, &request, log.after_with(2, vec![(pushed(&request)[0].0, refused)]));
    assert_eq!(store.queue_counts().unwrap(), (0, 1));
    let released = NewRecord { map: MapName::Facts, id: act.record, bytes: act.bytes };
    log.append(signed(crate::testing::SERVER, None, &first_tip(&DOCUMENT), &[released]));
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(2));
    assert_eq!(store.queue_counts().unwrap(), (0, 0));
}

#[test]
fn later_and_already_change_nothing_until_the_row_comes() {
    for verdict in [Verdict::Later(Later::TooMany), Verdict::Already] {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, log) = phone_with_three_stops(folder.path());
        tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
        let request = prepared(&mut store);
        confirm(&mut store, &request, log.after_with(2, vec![(pushed(&request)[0].0, verdict)]));
        assert_eq!(pushed(&prepared(&mut store)), pushed(&request));
        assert_eq!(queued_taps(&store), [1]);
    }
}

#[test]
fn the_delegation_travels_until_a_change_of_this_device_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let request = prepared(&mut store);
    assert!(!request.outbox.rounds[0].introduced);
    let with = |(_, envelope): (_, Envelope)| Envelope {
        delegation: Some(crate::testing::delegation(PHONE, Some(COURIER))),
        ..envelope
    };
    pushed(&request).into_iter().map(with).for_each(|envelope| log.append(envelope));
    confirm(&mut store, &request, log.after(2));
    assert!(store.outbox().unwrap().unwrap().rounds[0].introduced);
}

#[test]
fn an_answer_that_comes_twice_is_written_once_and_one_of_another_log_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let request = prepared(&mut store);
    let mut other = log.clone();
    log.plan(&[stop_added(4)]);
    confirm(&mut store, &request, log.after(2));
    let before = (shown(&store), store.queue_counts().unwrap(), pushed(&prepared(&mut store)));
    // The same answer again, to an outbox of before: its rows stand already.
    confirm(&mut store, &request, log.after(2));
    assert_eq!((shown(&store), store.queue_counts().unwrap(), pushed(&prepared(&mut store))), before);
    // Another row in that place.
    other.plan(&[stop_added(5)]);
    let answer = core_sync::wire::sync_answer::SyncAnswer {
        server_time: core_sync::domain::time::Timestamp(1),
        delegation: None,
        more: false,
        rounds: vec![other.after(2)],
        notices: Vec::new(),
    };
    let foreign = core_sync::sync::digest::digest(&answer.to_bytes(), &request.outbox).unwrap();
    assert!(store.confirm(&foreign).is_err());
    assert_eq!((shown(&store), store.queue_counts().unwrap(), pushed(&prepared(&mut store))), before);
    assert_ne!(store.phone_state().unwrap().last_answer, Some(core_sync::domain::time::Timestamp(1)));
}

#[test]
fn a_tombstone_takes_the_card_from_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    assert!(store.cards().unwrap().contains_key(&planted_card().0));
    log.tombstone(planted_card().0);
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(2));
    assert!(store.cards().unwrap().is_empty());
}

#[test]
fn an_answer_clears_failures_and_sets_the_time_of_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = phone(folder.path());
    assert_eq!(store.phone_state().unwrap().last_answer, None);
    store.note_attempt(true, true).unwrap();
    let request = prepared(&mut store);
    confirm(&mut store, &request, crate::testing::Log::new().after(0));
    let state = store.phone_state().unwrap();
    let told = (state.failing, state.unknown_device, state.last_answer);
    assert_eq!(told, (false, false, Some(crate::testing::MORNING)));
}
