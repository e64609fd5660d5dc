//! Forgetting: what was to be erased stands in no file of the folder any more.

use core_sync::domain::courier_command::CourierCommand;

use core_sync::wire::sync_answer::{Notice, Verdict};

use crate::store::Store;
use crate::testing::{
    PLANTED_ADDRESS, PLANTED_NAME, confirm, confirm_with, enrol, file_holding, key, phone_with_three_stops,
    planted_card, prepared, pushed, stop_id, tap,
};

#[test]
fn wiping_leaves_no_name_no_address_and_no_key_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let seed = key(crate::testing::PHONE).reveal_seed();
    let planted = [PLANTED_NAME.as_bytes(), PLANTED_ADDRESS.as_bytes(), &seed];
    for needle in planted {
        assert!(file_holding(folder.path(), needle).is_some(), "the needle must be there to be forgotten");
    }
    store.wipe().unwrap();
    for needle in planted {
        assert_eq!(file_holding(folder.path(), needle), None, "while open");
    }
    drop(store);
    for needle in planted {
        assert_eq!(file_holding(folder.path(), needle), None, "once closed");
    }
    let store = Store::open(folder.path()).unwrap();
    assert!(store.enrolled().unwrap().is_none());
    assert!(store.documents().unwrap().is_empty() && store.queue().unwrap().is_empty());
    assert_eq!(store.phone_state().unwrap().last_answer, None);
}

#[test]
fn wiping_what_was_reopened_in_between_leaves_nothing_either() {
    let folder = tempfile::tempdir().unwrap();
    drop(phone_with_three_stops(folder.path()));
    let mut store = Store::open(folder.path()).unwrap();
    store.wipe().unwrap();
    assert_eq!(file_holding(folder.path(), PLANTED_NAME.as_bytes()), None);
}

#[test]
fn an_erased_card_stands_in_no_file_once_its_tombstone_came() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut log) = phone_with_three_stops(folder.path());
    assert!(file_holding(folder.path(), PLANTED_ADDRESS.as_bytes()).is_some());
    log.tombstone(planted_card().0);
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(2));
    assert_eq!(file_holding(folder.path(), PLANTED_ADDRESS.as_bytes()), None);
}

#[test]
fn a_phone_killed_before_it_cleared_its_log_forgets_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = phone_with_three_stops(folder.path());
    store.connection.execute("DELETE FROM card", []).unwrap();
    // The files as a kill leaves them: nobody closed anything.
    let killed = tempfile::tempdir().unwrap();
    for name in ["phone.sqlite3", "phone.sqlite3-wal"] {
        std::fs::copy(folder.path().join(name), killed.path().join(name)).unwrap();
    }
    assert!(file_holding(killed.path(), PLANTED_ADDRESS.as_bytes()).is_some());
    let reopened = Store::open(killed.path()).unwrap();
    assert_eq!(file_holding(killed.path(), PLANTED_ADDRESS.as_bytes()), None);
    assert_eq!(reopened.documents().unwrap(), store.documents().unwrap());
}

#[test]
fn a_revoked_phone_keeps_its_acts_and_no_card_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    assert!(file_holding(folder.path(), PLANTED_ADDRESS.as_bytes()).is_some());
    let request = prepared(&mut store);
    let held = pushed(&request).iter().map(|(hash, _)| (*hash, Verdict::Held)).collect();
    confirm_with(&mut store, &request, log.after_with(2, held), vec![Notice::Revoked]);
    assert_eq!(file_holding(folder.path(), PLANTED_ADDRESS.as_bytes()), None);
    assert!(store.phone_state().unwrap().revoked);
    assert_eq!(store.queue_counts().unwrap(), (0, 1));
    // Enrolled anew: what was held waits again, and the log is asked for from the start.
    enrol(&mut store, core_sync::domain::ids::DeviceId([0xf1; 8]), crate::testing::COURIER);
    assert_eq!((store.queue_counts().unwrap(), store.phone_state().unwrap().revoked), ((1, 0), false));
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(0));
    assert!(file_holding(folder.path(), PLANTED_ADDRESS.as_bytes()).is_some());
    assert_eq!(store.queue_counts().unwrap(), (1, 0));
}

#[test]
fn what_was_held_goes_again_when_the_revocation_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log) = phone_with_three_stops(folder.path());
    tap(&mut store, 1, &CourierCommand::Arrive(stop_id(1)));
    let request = prepared(&mut store);
    let held = pushed(&request).iter().map(|(hash, _)| (*hash, Verdict::Held)).collect();
    confirm_with(&mut store, &request, log.after_with(2, held), vec![Notice::Revoked]);
    assert_eq!(store.queue_counts().unwrap(), (0, 1));
    // A server that was put back knows neither the revocation nor what it held for it.
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(2));
    assert_eq!(store.queue_counts().unwrap(), (1, 0));
    assert_eq!(pushed(&prepared(&mut store)).len(), 1);
}

#[test]
fn a_phone_whose_revocation_is_gone_has_its_cards_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log) = phone_with_three_stops(folder.path());
    let request = prepared(&mut store);
    confirm_with(&mut store, &request, log.after(2), vec![Notice::Revoked]);
    assert!(store.phone_state().unwrap().revoked && store.cards().unwrap().is_empty());
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(2));
    assert!(!store.phone_state().unwrap().revoked);
    // No log has the lineage that it names now, so the server begins at 0.
    let request = prepared(&mut store);
    assert_eq!(request.outbox.rounds[0].lineage.0.0, [0; 32]);
    confirm(&mut store, &request, log.after(0));
    assert!(store.cards().unwrap().contains_key(&planted_card().0));
    let settled = prepared(&mut store);
    assert_ne!(settled.outbox.rounds[0].lineage.0.0, [0; 32]);
}
