//! The one rebuild path: a log of another lineage, a change that stands on what is lost.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::DeviceId;
use core_sync::round_doc::change::ReadChange;
use core_sync::signing::envelope::Envelope;
use core_sync::sync::prepare::Prepared;
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_answer::{SyncAnswer, Verdict};

use crate::store::Store;
use crate::testing::{
    COURIER, Log, MORNING, PHONE, confirm, delegation, enrol, phone_with_three_stops, planted_card, prepared,
    pushed, queued_taps, shown, stop_added, stop_added_by, stop_id, tap,
};

/// A phone whose log holds the plan and taps 1 to 4 in two changes; taps 5 and 6 are minted but not sent.
fn ridden(folder: &std::path::Path) -> (Store, Log) {
    let (mut store, mut log) = phone_with_three_stops(folder);
    tap(&mut store, 1, &CourierCommand::Start);
    for taps in [[2, 3], [4, 5]] {
        let request = prepared(&mut store);
        pushed(&request).into_iter().for_each(|(_, envelope)| log.append(envelope));
        confirm(&mut store, &request, log.after(log.len() - 1));
        for n in taps {
            tap(&mut store, n, &CourierCommand::Arrive(stop_id(n % 3 + 1)));
        }
    }
    (store, log)
}

#[test]
fn when_the_server_lost_everything_everything_shown_stays_and_every_own_act_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = ridden(folder.path());
    let before = shown(&store);
    assert_eq!(queued_taps(&store), [4, 5]);
    let request = prepared(&mut store);
    confirm(&mut store, &request, Log::new().after(0));
    assert_eq!(shown(&store), before);
    let mut taps = queued_taps(&store);
    // What was in the log is queued in the sequence of taps, behind what waited already.
    assert_eq!(taps, [4, 5, 1, 2, 3]);
    taps.sort_unstable();
    assert_eq!(taps, [1, 2, 3, 4, 5]);
    drop(store);
    let mut store = Store::open(folder.path()).unwrap();
    assert_eq!(shown(&store), before);
    let outbox = store.outbox().unwrap().unwrap();
    assert_eq!((outbox.rounds[0].position, outbox.rounds[0].pending.len()), (0, 0));
    let again = prepared(&mut store);
    let carried = |pushes: &[Envelope]| -> usize {
        pushes.iter().map(|push| ReadChange::read(&push.change).unwrap().operation_count()).sum()
    };
    // The plan and the acts that the log had go back as they were signed; only what it never had is minted.
    let minted: Vec<Envelope> = pushed(&again).into_iter().map(|(_, push)| push).collect();
    assert_eq!((carried(&given_back(&again)), carried(&minted)), (3 + 3, 2));
    assert_eq!(again.outbox.rounds[0].spare_cards, [planted_card()]);
}

fn given_back(prepared: &Prepared) -> Vec<Envelope> {
    prepared.outbox.rounds[0].spare.iter().map(|change| change.envelope.clone()).collect()
}

/// A phone whose server lost everything, and the request with which it gives that back.
fn giving_back(folder: &std::path::Path) -> (Store, Log, Prepared) {
    let (mut store, log) = ridden(folder);
    let request = prepared(&mut store);
    confirm(&mut store, &request, Log::new().after(0));
    let request = prepared(&mut store);
    (store, log, request)
}

#[test]
fn what_was_given_back_ends_with_its_row_and_the_phone_is_quiet_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log, request) = giving_back(folder.path());
    let before = shown(&store);
    assert_eq!(store.to_give_back().unwrap(), 4);
    // The server took all of it, and the two acts that were never there.
    let mut restored = log.clone();
    pushed(&request).into_iter().for_each(|(_, envelope)| restored.append(envelope));
    confirm(&mut store, &request, restored.after(0));
    assert_eq!((store.to_give_back().unwrap(), store.queue_counts().unwrap()), (0, (0, 0)));
    let next = prepared(&mut store);
    assert!(given_back(&next).is_empty() && next.outbox.rounds[0].spare_cards.is_empty());
    assert_eq!(store.cards().unwrap().len(), 1);
    assert_ne!(shown(&store), before, "received now");
}

#[test]
fn acts_of_a_change_that_the_server_does_not_take_back_are_minted_again() {
    for verdict in [Verdict::Refused("key_of_another".into(), Vec::new()), Verdict::Missing(vec![[9; 32]])] {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, _, request) = giving_back(folder.path());
        let before = shown(&store);
        let spare = &request.outbox.rounds[0].spare;
        let verdicts = spare.iter().map(|change| (change.hash, verdict.clone())).collect();
        confirm(&mut store, &request, Log::new().after_with(0, verdicts));
        let next = prepared(&mut store);
        let minted: usize = pushed(&next)
            .iter()
            .map(|(_, push)| ReadChange::read(&push.change).unwrap().operation_count())
            .sum();
        assert_eq!((minted, given_back(&next).len()), (5, 0), "{verdict:?}");
        // Nobody's act was refused, nothing is forgotten, and cards are offered again once the log has gone on.
        assert_eq!((store.queue_counts().unwrap().1, shown(&store)), (0, before));
        assert!(next.outbox.rounds[0].spare_cards.is_empty());
        assert_eq!(store.to_give_back().unwrap(), 0, "nobody waits for what is not taken");
        assert_eq!(store.only_here().unwrap(), 3 + 1, "but it is here alone");
        let mut on = Log::new();
        on.plan(&[stop_added(7)]);
        confirm(&mut store, &next, on.after(0));
        let next = prepared(&mut store);
        assert_eq!(next.outbox.rounds[0].spare_cards.len(), 1);
        let waits = usize::from(matches!(verdict, Verdict::Missing(_))) * 3;
        assert_eq!(given_back(&next).len(), waits);
    }
}

#[test]
fn nothing_is_given_back_before_all_rows_of_the_new_log_are_here() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = ridden(folder.path());
    for (more, changes) in [(true, 0), (false, 3)] {
        let request = prepared(&mut store);
        let answer = SyncAnswer {
            server_time: MORNING,
            delegation: None,
            more,
            rounds: vec![Log::new().after(0)],
            notices: Vec::new(),
        };
        let digested = core_sync::sync::digest::digest(&answer.to_bytes(), &request.outbox).unwrap();
        store.confirm(&digested).unwrap();
        assert_eq!(given_back(&prepared(&mut store)).len(), changes);
        assert_eq!(store.to_give_back().unwrap(), 4);
    }
}

#[test]
fn a_card_that_was_erased_does_not_come_back_with_an_older_server() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    let before_the_erasure = log.clone();
    log.tombstone(planted_card().0);
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(2));
    let request = prepared(&mut store);
    confirm(&mut store, &request, before_the_erasure.after(0));
    assert!(store.cards().unwrap().is_empty());
    assert!(prepared(&mut store).outbox.rounds[0].spare_cards.is_empty());
}

#[test]
fn a_phone_that_enrols_again_keeps_the_co_ops_word_for_the_device_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Start);
    enrol(&mut store, DeviceId([0xf1; 8]), COURIER);
    let shown = |store: &mut Store| SignedRequest::from_bytes(&prepared(store).request).unwrap().delegations;
    assert_eq!(shown(&mut store), [delegation(PHONE, Some(COURIER))]);
}

#[test]
fn what_the_log_of_another_lineage_still_has_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log) = ridden(folder.path());
    let before = shown(&store);
    // The server kept the card, the plan and tap 1, lost taps 2 and 3, and somebody added a stop since.
    let mut restored = Log::of_three_stops();
    let first = log.after(2).rows[0].clone();
    let core_sync::wire::sync_answer::Row::Change {
        content: core_sync::wire::sync_answer::RowChange::Envelope(envelope),
        ..
    } = first
    else {
        panic!("no change")
    };
    restored.append(envelope);
    restored.plan(&[stop_added(4)]);
    let request = prepared(&mut store);
    confirm(&mut store, &request, restored.after(0));
    let mut taps = queued_taps(&store);
    taps.sort_unstable();
    assert_eq!(taps, [2, 3, 4, 5]);
    assert_ne!(shown(&store), before, "the new stop is shown");
    assert_eq!(store.outbox().unwrap().unwrap().rounds[0].position, restored.len());
}

#[test]
fn a_rebuild_with_changes_that_stand_on_what_is_lost_takes_the_new_log_in_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = ridden(folder.path());
    let request = prepared(&mut store);
    let missing = pushed(&request).iter().map(|(hash, _)| (*hash, Verdict::Missing(vec![[9; 32]]))).collect();
    let restored = Log::of_three_stops();
    confirm(&mut store, &request, restored.after_with(0, missing));
    let outbox = store.outbox().unwrap().unwrap();
    assert_eq!((outbox.rounds[0].position, outbox.rounds[0].pending.len()), (restored.len(), 0));
    // Two that the log never had; three wait for their spare changes.
    assert_eq!(outbox.rounds[0].queued.len(), 2);
    // The plan came back with the rows: it is not held twice.
    assert_eq!(store.round(crate::testing::DOCUMENT.round).unwrap().unwrap().records.len(), 3 + 5);
}

#[test]
fn a_stranded_change_starts_the_round_again_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log) = ridden(folder.path());
    let before = shown(&store);
    let request = prepared(&mut store);
    let stranded = vec![(pushed(&request)[0].0, Verdict::Missing(vec![[9; 32]]))];
    confirm(&mut store, &request, log.after_with(log.len(), stranded));
    assert_eq!(shown(&store), before);
    let outbox = store.outbox().unwrap().unwrap();
    assert_eq!((outbox.rounds[0].position, outbox.rounds[0].queued.len()), (0, 2));
    // The log comes again from its start and takes out what it has.
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(0));
    assert_eq!((shown(&store), queued_taps(&store)), (before, vec![4, 5]));
}

#[test]
fn what_a_courier_planned_herself_as_a_coordinator_is_not_taken_for_a_fact_of_hers() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    log.plan(&[stop_added_by(COURIER, 4)]);
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(2));
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(4)));
    let before = shown(&store);
    let request = prepared(&mut store);
    confirm(&mut store, &request, Log::new().after(0));
    assert_eq!((shown(&store), queued_taps(&store)), (before, vec![1]));
}

#[test]
fn a_refused_act_stays_set_aside_through_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log) = phone_with_three_stops(folder.path());
    let act = tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let request = prepared(&mut store);
    let refused = Verdict::Refused("record_malformed".to_owned(), vec![act.record]);
    confirm(&mut store, &request, log.after_with(2, vec![(pushed(&request)[0].0, refused)]));
    let request = prepared(&mut store);
    confirm(&mut store, &request, Log::new().after(0));
    assert_eq!(store.queue_counts().unwrap(), (0, 1));
}

#[test]
fn rebuilding_twice_is_rebuilding_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log) = ridden(folder.path());
    let before = shown(&store);
    for answer in [Log::new().after(0), log.after(0), Log::new().after(0), log.after(0)] {
        let request = prepared(&mut store);
        confirm(&mut store, &request, answer);
        assert_eq!(shown(&store), before);
    }
    assert_eq!(queued_taps(&store), [4, 5]);
}

/// A phone whose server did not take what was given back, with this verdict.
fn declined(folder: &std::path::Path, verdict: &Verdict) -> Store {
    let (mut store, _, request) = giving_back(folder);
    let spare = &request.outbox.rounds[0].spare;
    let verdicts = spare.iter().map(|change| (change.hash, verdict.clone())).collect();
    confirm(&mut store, &request, Log::new().after_with(0, verdicts));
    assert!(given_back(&prepared(&mut store)).is_empty());
    store
}

#[test]
fn what_one_log_declined_is_offered_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = declined(folder.path(), &Verdict::Refused("key_of_another".into(), Vec::new()));
    let mut on = Log::new();
    on.plan(&[stop_added(7)]);
    let request = prepared(&mut store);
    confirm(&mut store, &request, on.after(0));
    let request = prepared(&mut store);
    assert!(given_back(&request).is_empty());
    // Put back once more.
    confirm(&mut store, &request, Log::new().after(0));
    assert_eq!(given_back(&prepared(&mut store)).len(), 3 + 1);
}

#[test]
fn what_was_held_of_a_revoked_device_is_offered_by_the_one_that_follows_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = declined(folder.path(), &Verdict::Held);
    enrol(&mut store, DeviceId([0xf1; 8]), COURIER);
    assert_eq!(given_back(&prepared(&mut store)).len(), 3);
}
