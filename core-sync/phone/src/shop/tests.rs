//! A shop's words on its own device, without a network.

use core_sync::signing::shop_fact::verify;
use core_sync::view::sync_badge::BadgeState;

use super::*;
use crate::session::CourierSession;
use crate::testing::{co_op_key, moment, phone, random};

fn shop(folder: &Path) -> ShopSession {
    drop(phone(folder));
    ShopSession::open(folder).unwrap()
}

fn parcel(n: u8) -> ParcelId {
    ParcelId([n; 16])
}

#[test]
fn a_word_is_signed_counted_and_there_after_the_process_dies() {
    let folder = tempfile::tempdir().unwrap();
    let (mut session, random) = (shop(folder.path()), &mut random());
    let first = session.say(Direction::Given, vec![parcel(1)], moment(1), random).unwrap();
    let second = session.say(Direction::Received, vec![parcel(2)], moment(2), random).unwrap();
    drop(session);
    let session = ShopSession::open(folder.path()).unwrap();
    let kept = session.queue().unwrap();
    let saved: Vec<_> = [&first, &second].map(|act| (act.record, act.bytes.clone())).into();
    assert_eq!(kept.iter().map(|word| (word.record, word.bytes.clone())).collect::<Vec<_>>(), saved);
    assert_eq!((first.n, second.n), (1, 2));
    for act in [first, second] {
        verify(act.record, &act.bytes, &co_op_key().public()).unwrap();
    }
    let badge = session.badge().unwrap();
    assert_eq!((badge.state, badge.unsent), (BadgeState::Unsent, 2));
}

#[test]
fn what_was_refused_is_kept_and_said_and_only_an_acknowledgement_takes_a_word_away() {
    let folder = tempfile::tempdir().unwrap();
    let (mut session, random) = (shop(folder.path()), &mut random());
    let word = session.say(Direction::Given, vec![parcel(1)], moment(1), random).unwrap();
    session.store.word_refused(word.record, ErrorCode::NotAllowed.code()).unwrap();
    let badge = session.badge().unwrap();
    assert_eq!((badge.state, badge.unsent, badge.set_aside), (BadgeState::SetAside, 0, 1));
    assert_eq!(session.queue().unwrap()[0].refused.as_deref(), Some("not_allowed"));
    session.store.word_acknowledged(word.record).unwrap();
    assert_eq!(session.badge().unwrap().state, BadgeState::AllSent);
}

#[test]
fn a_folder_with_words_is_not_logged_out_unasked_and_never_loses_them() {
    let folder = tempfile::tempdir().unwrap();
    let (mut session, random) = (shop(folder.path()), &mut random());
    session.say(Direction::Given, vec![parcel(1)], moment(1), random).unwrap();
    drop(session);
    let mut courier = CourierSession::open(folder.path()).unwrap();
    let refused = courier.log_out(false, moment(2));
    assert!(matches!(refused, Err(SessionError::Unsent { count: 1 })), "{refused:?}");
    courier.log_out(true, moment(2)).unwrap();
    drop(courier);
    assert_eq!(ShopSession::open(folder.path()).unwrap().queue().unwrap().len(), 1);
}
