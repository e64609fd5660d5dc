//! A shop's words on its own device, without a network.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use core_sync::signing::shop_fact::verify;
use core_sync::view::sync_badge::BadgeState;
use core_sync::wire::shop_fact::ShopFactAnswer;

use super::*;
use crate::session::CourierSession;
use crate::testing::{
    COURIER, MORNING, PHONE, co_op_key, delegation, enrol_answer, key, moment, phone, random,
};

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

/// Answers one request after another on this machine: a server of ours fails at a word of nobody's choosing.
fn answering(answers: Vec<(u16, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            read_request(&mut stream);
            let head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close", body.len());
            stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
        }
    });
    address
}

fn read_request(stream: &mut TcpStream) {
    let mut lines = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = said.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    lines.read_exact(&mut vec![0; length]).unwrap();
}

#[tokio::test]
async fn a_word_that_the_server_fails_at_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (mut session, random) = (shop(folder.path()), &mut random());
    let words: Vec<RecordId> = (1..=3)
        .map(|n| session.say(Direction::Given, vec![parcel(n)], moment(1), random).unwrap().record)
        .collect();
    let taken = ShopFactAnswer { record: words[2], received_ms: MORNING };
    let address = answering(vec![
        (500, format!("{{\"code\":\"{}\"}}", ErrorCode::Internal.code())),
        (502, "<html>a proxy's page</html>".to_owned()),
        (200, serde_json::to_string(&taken).unwrap()),
    ]);
    let word = delegation(PHONE, Some(COURIER));
    session.store.save_enrolment(&address, &key(PHONE), &enrol_answer(PHONE, COURIER), &word).unwrap();
    assert_eq!(session.sync().await.unwrap(), SyncEnd::NoAnswer);
    let left = session.queue().unwrap();
    assert_eq!(left.iter().map(|word| word.record).collect::<Vec<_>>(), words[..2]);
    assert!(left.iter().all(|word| word.refused.is_none()));
    assert!(session.store.phone_state().unwrap().failing);
}
