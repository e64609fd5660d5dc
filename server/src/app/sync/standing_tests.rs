//! Who is heard, who holds a round, and what a stranger gets.

use core_sync::domain::ids::{DeviceId, RoundId};
use core_sync::domain::time::Milliseconds;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::lineage::Lineage;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::members::Role;
use core_sync::wire::sync_answer::{Later, Row, RowChange, Verdict};
use core_sync::wire::sync_request::RoundAsk;

use super::ROUNDS_MADE_PER_DAY_MAX;
use crate::app::error::AppError;
use crate::db::{document, draft};
use crate::testing::{Riding, STOP, ask, verdicts};

#[test]
fn a_stranger_gets_no_row_and_writes_nothing() {
    let mut riding = Riding::with_stops(1);
    let stranger = riding.coop.add_member("Bob", Role::Coordinator);
    let mut phone = riding.coop.enrol(stranger);
    let record = phone.arrival(STOP);
    let by_holder = riding.tap();
    // The round under its true name, as if it were the stranger's, and one that nobody has.
    let nobodys = DocumentName { round: RoundId([5; 16]), ..riding.document() };
    for document in [riding.document(), phone.document(riding.round.id), nobodys] {
        let change = phone.change(document, std::slice::from_ref(&record));
        let asked = ask(document, vec![change, by_holder.clone()]);
        let cursor = asked.cursor;
        let answer = riding.coop.sync(&mut phone, vec![asked]).unwrap();
        let round = &answer.rounds[0];
        assert!(round.rows.is_empty() && round.cursor == cursor && round.from == 0, "{round:?}");
        let verdicts = verdicts(round);
        let [Verdict::Refused(code, _), Verdict::Refused(..)] = verdicts.as_slice() else {
            panic!("{verdicts:?}")
        };
        assert_eq!(code, "kind_not_allowed");
        let asked = ask(document, Vec::new());
        assert!(riding.coop.sync(&mut phone, vec![asked]).unwrap().rounds.is_empty());
    }
    assert_eq!(riding.push(Vec::new()).rows.len(), 2);
}

#[test]
fn a_shop_s_device_makes_no_round_by_naming_it() {
    let mut riding = Riding::with_stops(1);
    for (role, makes) in [(Role::Shop, false), (Role::Coordinator, true), (Role::Courier, true)] {
        let member = riding.coop.add_member(&format!("New {}", role.code()), role);
        let mut phone = riding.coop.enrol(member);
        let document = phone.document(RoundId([role.code().len() as u8; 16]));
        let record = phone.arrival(STOP);
        let change = phone.change(document, &[record]);
        let answer = riding.coop.sync(&mut phone, vec![ask(document, vec![change])]).unwrap();
        assert_eq!(!answer.rounds[0].rows.is_empty(), makes, "{role:?}");
    }
}

#[test]
fn another_co_ops_round_is_a_strangers_and_is_not_made_again() {
    let mut riding = Riding::with_stops(1);
    let (other, member) = riding.coop.second();
    let here = std::mem::replace(&mut riding.coop.id, other);
    let mut phone = riding.coop.enrol(member);
    riding.coop.id = here;
    let record = phone.arrival(STOP);
    let document = phone.document(riding.round.id);
    let change = phone.change(document, &[record]);
    let answer = riding.coop.sync(&mut phone, vec![ask(document, vec![change])]).unwrap();
    assert!(
        matches!(&verdicts(&answer.rounds[0])[..], [Verdict::Refused(code, _)] if code == "kind_not_allowed")
    );
}

#[test]
fn a_phone_gives_back_a_round_that_the_server_does_not_know() {
    let mut riding = Riding::with_stops(0);
    let document = riding.phone.document(RoundId([6; 16]));
    let record = riding.phone.arrival(STOP);
    let change = riding.phone.change(document, &[record]);
    let lost = Cursor { position: 12, lineage: [1; 8] };
    let asked = RoundAsk { document, cursor: lost, pushes: vec![change], cards: Vec::new() };
    let answer = riding.sync(vec![asked]);
    assert_eq!((verdicts(&answer.rounds[0]), answer.rounds[0].from), (vec![Verdict::Committed], 0));
}

#[test]
fn a_member_makes_so_many_rounds_a_day_and_the_rest_waits() {
    let mut riding = Riding::with_stops(0);
    let push_new = |riding: &mut Riding| {
        let document = riding.phone.document(RoundId::random(&mut riding.coop.random()));
        let record = riding.phone.arrival(STOP);
        let change = riding.phone.change(document, &[record]);
        let answer = riding.sync(vec![ask(document, vec![change])]);
        let round = answer.rounds.into_iter().find(|round| round.document == document).unwrap();
        verdicts(&round)
    };
    for _ in 0..ROUNDS_MADE_PER_DAY_MAX {
        assert_eq!(push_new(&mut riding), [Verdict::Committed]);
    }
    assert_eq!(push_new(&mut riding), [Verdict::Later(Later::RoundQuota)]);
    riding.coop.now = riding.coop.now.plus(Milliseconds::hours(24));
    assert_eq!(push_new(&mut riding), [Verdict::Committed]);
}

#[test]
fn only_a_known_device_with_its_own_signature_is_heard() {
    let mut riding = Riding::with_stops(0);
    let good = riding.phone.request(Vec::new());
    let mut forged = good.clone();
    // The last byte says that there is no delegation; the one before is the body's.
    let last = forged.len() - 2;
    forged[last] ^= 1;
    assert!(matches!(riding.coop.sync_bytes(&forged), Err(AppError::DeviceUnknown)));
    let mut unknown = riding.coop.enrol(riding.courier);
    unknown.device = DeviceId([0; 8]);
    let bytes = unknown.request(Vec::new());
    assert!(matches!(riding.coop.sync_bytes(&bytes), Err(AppError::DeviceUnknown)));
    for (bytes, field) in [(&b""[..], "body"), (b"\x80", "request"), (b"\xff", "body")] {
        match riding.coop.sync_bytes(bytes) {
            Err(AppError::BadInput(error)) => assert_eq!(error.field, field),
            other => panic!("{other:?}"),
        }
    }
    assert!(riding.coop.sync_bytes(&good).is_ok());
}

#[test]
fn a_repeated_counter_is_served_all_the_same() {
    let mut riding = Riding::with_stops(0);
    let bytes = riding.phone.request(Vec::new());
    let first = riding.coop.sync_bytes(&bytes).unwrap();
    assert_eq!(riding.coop.sync_bytes(&bytes).unwrap(), first);
}

#[test]
fn a_fault_in_one_round_leaves_that_one_out_and_acknowledges_nothing_of_it() {
    let mut riding = Riding::with_stops(1);
    let (bad, good) = (riding.document(), riding.phone.document(RoundId([6; 16])));
    // The log says that it is empty and is not: nothing can be appended to it.
    riding
        .coop
        .write(|tx, coop| Ok(document::set_log_end(tx, coop.id, bad.round, 0, Lineage::start(&bad))?))
        .unwrap();
    let mut asked = |document: DocumentName| {
        let record = riding.phone.arrival(STOP);
        ask(document, vec![riding.phone.change(document, &[record])])
    };
    let asks = vec![asked(bad), asked(good)];
    let answer = riding.sync(asks);
    let [round] = answer.rounds.as_slice() else { panic!("{answer:?}") };
    assert_eq!((round.document, verdicts(round)), (good, vec![Verdict::Committed]));
    assert_eq!(round.rows.len(), 1, "what was committed is there");
}

#[test]
fn nobody_takes_a_draft_by_naming_it() {
    let mut riding = Riding::with_stops(1);
    let draft = RoundId([77; 16]);
    riding.coop.write(|tx, coop| Ok(draft::insert(tx, coop.id, draft, coop.now)?)).unwrap();
    let document = DocumentName { round: draft, ..riding.document() };
    let arrival = riding.phone.arrival(STOP);
    let by_herself = riding.phone.change(document, &[arrival]);
    // The server's own word for another round says nothing of this one.
    let others = riding.push(Vec::new()).rows.into_iter().find_map(|row| match row {
        Row::Change { content: RowChange::Envelope(envelope), .. } => Some(envelope),
        Row::Change { .. } | Row::Card(..) | Row::Tombstone(_) => None,
    });
    let answer = riding.sync(vec![ask(document, vec![by_herself, others.unwrap()])]);
    let waits = Verdict::Later(Later::RoundQuota);
    assert_eq!(verdicts(&answer.rounds[0]), [waits.clone(), waits]);
    let row = riding.coop.write(|tx, coop| Ok(draft::find(tx, coop.id, draft)?.unwrap())).unwrap();
    assert_eq!(row.taken_by, None);
}
