//! The session without a network: taps, the badge, and leaving.

use core_sync::domain::courier_command::RuleViolation;
use core_sync::domain::ids::DeviceId;
use core_sync::view::sync_badge::BadgeState;
use core_sync::view::today::RoundProgress;
use core_sync::wire::sync_answer::Verdict;

use super::*;
use crate::testing::{
    COURIER, DOCUMENT, Log, PLANTED_NAME, confirm, enrol, file_holding, moment, phone_with_three_stops,
    prepared, random, stop_id,
};

fn session(folder: &Path) -> CourierSession {
    drop(phone_with_three_stops(folder));
    CourierSession::open(folder).unwrap()
}

#[test]
fn a_courier_rides_a_whole_round_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    let random = &mut random();
    let round = DOCUMENT.round;
    session.set_link(false).unwrap();
    let mut minute = 0;
    let mut tap = |session: &mut CourierSession, command| {
        minute += 1;
        session.tap(round, &command, moment(minute), random).unwrap()
    };
    tap(&mut session, CourierCommand::Start);
    for n in 1..=3 {
        let next = session.today().unwrap()[0].next.unwrap();
        assert_eq!(next, stop_id(n));
        tap(&mut session, CourierCommand::Arrive(next));
        tap(&mut session, CourierCommand::Collect(next, None));
    }
    tap(&mut session, CourierCommand::Finish);
    let today = session.today().unwrap().remove(0);
    assert_eq!((today.progress, today.next, today.remaining), (RoundProgress::Finished, None, 0));
    let badge = session.badge().unwrap();
    assert_eq!((badge.state, badge.unsent, badge.set_aside), (BadgeState::Offline, 8, 0));
    drop(session);
    let session = CourierSession::open(folder.path()).unwrap();
    assert_eq!(session.today().unwrap(), [today]);
    assert_eq!(session.queue().unwrap().len(), 8);
}

#[test]
fn a_tap_that_names_nothing_saves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    let random = &mut random();
    for (command, violation) in [
        (CourierCommand::Arrive(stop_id(9)), RuleViolation::NoSuchStop),
        (CourierCommand::Reorder(vec![stop_id(1)]), RuleViolation::NotStarted),
    ] {
        let error = session.tap(DOCUMENT.round, &command, moment(1), random).unwrap_err();
        assert!(matches!(error, SessionError::Rule(said) if said == violation), "{error:?}");
    }
    let nowhere = RoundId([1; 16]);
    let error = session.tap(nowhere, &CourierCommand::Start, moment(1), random).unwrap_err();
    assert!(matches!(error, SessionError::NoSuchRound));
    assert!(session.queue().unwrap().is_empty());
}

#[test]
fn logging_out_with_unsent_acts_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    session.tap(DOCUMENT.round, &CourierCommand::Start, moment(1), &mut random()).unwrap();
    let error = session.log_out(false, moment(2)).unwrap_err();
    assert!(matches!(error, SessionError::Unsent { count: 1 }));
    assert_eq!((session.queue().unwrap().len(), session.today().unwrap().len()), (1, 1));
    assert!(session.enrolled().is_ok());
}

#[test]
fn a_forced_log_out_seals_what_was_not_sent_and_the_next_enrolment_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    session.tap(DOCUMENT.round, &CourierCommand::Start, moment(1), &mut random()).unwrap();
    let acts = session.queue().unwrap();
    let sealed = session.log_out(true, moment(2)).unwrap().unwrap();
    assert!(matches!(session.enrolled(), Err(SessionError::NotEnrolled)));
    assert_eq!(file_holding(folder.path(), PLANTED_NAME.as_bytes()), None);
    assert!(matches!(session.unseal(&sealed), Err(SessionError::NotEnrolled)));
    enrol(&mut session.store, DeviceId([0xf1; 8]), COURIER);
    assert_eq!(session.unseal(&sealed).unwrap(), 1);
    assert_eq!(session.unseal(&sealed).unwrap(), 0);
    assert_eq!(session.queue().unwrap(), acts);
}

#[test]
fn a_phone_that_alone_holds_the_plan_says_so_and_does_not_log_out_unless_forced() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    let request = prepared(&mut session.store);
    confirm(&mut session.store, &request, Log::new().after(0));
    let badge = session.badge().unwrap();
    assert_eq!((badge.state, badge.unsent, badge.to_give_back), (BadgeState::GivingBack, 0, 2));
    let error = session.log_out(false, moment(1)).unwrap_err();
    assert!(matches!(error, SessionError::OnlyHere { count: 2 }));
    assert_eq!(session.today().unwrap().len(), 1);
    assert_eq!(session.log_out(true, moment(2)).unwrap(), None);
}

#[test]
fn a_log_out_with_nothing_unsent_makes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    assert_eq!(session.log_out(false, moment(2)).unwrap(), None);
    assert!(session.today().unwrap().is_empty());
    assert!(matches!(session.log_out(false, moment(3)), Err(SessionError::NotEnrolled)));
}

#[test]
fn a_seal_that_cannot_be_written_leaves_everything_on_the_phone() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    session.tap(DOCUMENT.round, &CourierCommand::Start, moment(1), &mut random()).unwrap();
    let device = session.enrolled().unwrap().identity.device;
    let in_the_way = folder.path().join(format!("acts-not-sent-{device}-{}.tournee", moment(2).time.0));
    std::fs::write(&in_the_way, "in the way").unwrap();
    let error = session.log_out(true, moment(2)).unwrap_err();
    assert!(matches!(error, SessionError::Sealed { path, .. } if path == in_the_way));
    assert_eq!((session.queue().unwrap().len(), session.today().unwrap().len()), (1, 1));
}

#[test]
fn the_link_switch_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    session.set_link(false).unwrap();
    drop(session);
    let mut session = CourierSession::open(folder.path()).unwrap();
    assert_eq!(session.badge().unwrap().state, BadgeState::Offline);
    let effect = session.next_effect(Input::Wanted { now: true }, moment(1), &mut random());
    assert!(matches!(effect, Effect::Rest));
}

#[test]
fn what_the_server_did_not_want_is_not_wiped_by_a_log_out_that_nobody_forced() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    let request = prepared(&mut session.store);
    confirm(&mut session.store, &request, Log::new().after(0));
    let request = prepared(&mut session.store);
    let spare = &request.outbox.rounds[0].spare;
    let refused = Verdict::Refused("key_of_another".into(), Vec::new());
    let verdicts = spare.iter().map(|change| (change.hash, refused.clone())).collect();
    confirm(&mut session.store, &request, Log::new().after_with(0, verdicts));
    assert_eq!(session.badge().unwrap().state, BadgeState::AllSent);
    let error = session.log_out(false, moment(1)).unwrap_err();
    assert!(matches!(error, SessionError::OnlyHere { count: 2 }), "{error:?}");
}

#[test]
fn a_try_without_a_network_does_not_unsay_that_the_device_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    for said in [Err(ClientError::Unreadable { status: 502 }), Ok(Said::Error(ErrorCode::Busy))] {
        session.store.note_attempt(false, true).unwrap();
        session.posted(said).unwrap();
        let phone = session.store.phone_state().unwrap();
        assert_eq!((phone.failing, phone.unknown_device), (true, true));
    }
}
