//! The one rebuild path: a log of another lineage, a change that stands on what is lost.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::wire::sync_answer::Verdict;

use crate::store::Store;
use crate::testing::{
    COURIER, Log, confirm, phone_with_three_stops, prepared, pushed, queued_taps, shown, stop_added,
    stop_added_by, stop_id, tap,
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
    let carried: usize = pushed(&again)
        .iter()
        .map(|(_, push)| {
            core_sync::round_doc::change::ReadChange::read(&push.change).unwrap().operation_count()
        })
        .sum();
    assert_eq!(carried, 5);
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
    assert_eq!(outbox.rounds[0].queued.len(), 5);
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
    assert_eq!((outbox.rounds[0].position, outbox.rounds[0].queued.len()), (0, 5));
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
