//! Down: rows, cursors, pages, and when there is nothing to say.

use core_sync::domain::ids::StopId;
use core_sync::domain::limits::{PUSHES_PER_ROUND_MAX, RECORDS_PER_CHANGE_MAX, ROWS_PER_ANSWER_MAX};
use core_sync::domain::time::Milliseconds;
use core_sync::round_doc::lineage::{Lineage, RowKind};
use core_sync::round_doc::mint::NewRecord;
use core_sync::signing::delegation::{Delegation, TERM};
use core_sync::signing::envelope::Envelope;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::sync_answer::{Row, RowChange};
use core_sync::wire::sync_request::RoundAsk;

use super::ROUND_SENT_FOR;
use crate::testing::{Riding, hash_of};

#[test]
fn a_phone_that_knows_nothing_gets_its_round_whole() {
    let mut riding = Riding::with_stops(2);
    let answer = riding.sync(Vec::new());
    let [round] = answer.rounds.as_slice() else { panic!("{answer:?}") };
    assert_eq!((round.document, round.from), (riding.document(), 0));
    let mut lineage = Lineage::start(&riding.document());
    for stop in round.rows.chunks(2) {
        let [Row::Card(card, Some(_)), Row::Change { content: RowChange::Envelope(change), .. }] = stop
        else {
            panic!("{stop:?}")
        };
        lineage = lineage.after(RowKind::Card, &card.0).after(RowKind::Change, &hash_of(change));
    }
    assert_eq!(round.cursor, Cursor { position: 4, lineage: lineage.short() });
    assert!(!answer.more);
}

#[test]
fn an_empty_round_is_news_too() {
    let mut riding = Riding::with_stops(0);
    let answer = riding.sync(Vec::new());
    assert_eq!(answer.rounds.len(), 1);
    assert!(answer.rounds[0].rows.is_empty());
}

#[test]
fn with_nothing_new_no_round_is_answered_and_few_bytes_travel() {
    let mut riding = Riding::with_stops(1);
    let cursor = riding.sync(Vec::new()).rounds[0].cursor;
    let asked = RoundAsk { document: riding.document(), cursor, pushes: Vec::new(), cards: Vec::new() };
    let answer = riding.sync(vec![asked]);
    assert!(answer.rounds.is_empty() && !answer.more);
    assert!(answer.to_bytes().len() < 280, "{}", answer.to_bytes().len());
}

#[test]
fn every_answer_renews_the_delegation_and_gives_the_servers_time() {
    let mut riding = Riding::with_stops(0);
    riding.coop.now = riding.coop.now.plus(Milliseconds::hours(1_000));
    let answer = riding.sync(Vec::new());
    let key = riding.coop.keys.of_co_op(riding.coop.id).unwrap().public();
    let word = Delegation::verify(&answer.delegation.unwrap(), &key).unwrap();
    assert_eq!((word.device, word.member), (riding.phone.device, Some(riding.courier)));
    assert_eq!((answer.server_time, word.until), (riding.coop.now, riding.coop.now.plus(TERM)));
}

#[test]
fn a_cursor_of_a_rolled_back_server_starts_again_at_the_beginning() {
    let mut riding = Riding::with_stops(1);
    let real = riding.sync(Vec::new()).rounds[0].cursor;
    for cursor in [Cursor { lineage: [0; 8], ..real }, Cursor { position: real.position + 1, ..real }] {
        let asked = RoundAsk { document: riding.document(), cursor, pushes: Vec::new(), cards: Vec::new() };
        let answer = riding.sync(vec![asked]);
        assert_eq!((answer.rounds[0].from, answer.rounds[0].rows.len()), (0, 2));
        assert_eq!(answer.rounds[0].cursor, real);
    }
}

#[test]
fn rows_come_in_pages_until_there_are_no_more() {
    let mut riding = Riding::with_stops(0);
    let document = riding.document();
    let changes = ROWS_PER_ANSWER_MAX + 20;
    let mut pushed = 0;
    while pushed < changes {
        let next: Vec<Envelope> =
            (0..PUSHES_PER_ROUND_MAX.min(changes - pushed)).map(|_| riding.tap()).collect();
        pushed += next.len();
        riding.push(next);
    }
    let mut reader = riding.coop.enrol(riding.courier);
    let first = riding.coop.sync(&mut reader, Vec::new()).unwrap();
    assert_eq!((first.rounds[0].rows.len(), first.more), (ROWS_PER_ANSWER_MAX, true));
    let asked = RoundAsk { document, cursor: first.rounds[0].cursor, pushes: Vec::new(), cards: Vec::new() };
    let second = riding.coop.sync(&mut reader, vec![asked]).unwrap();
    assert_eq!((second.rounds[0].from, second.rounds[0].rows.len()), (ROWS_PER_ANSWER_MAX as u64, 20));
    assert!(!second.more);
}

#[test]
fn rows_are_cut_by_bytes_as_well_and_other_rounds_follow() {
    let mut riding = Riding::with_stops(0);
    let document = riding.document();
    // 48 changes of 25 sequences each: some 2 MB of log, twice the answer's room.
    for _ in 0..3 {
        let pushes = (0..PUSHES_PER_ROUND_MAX)
            .map(|_| {
                let stops = (0..100).map(|n| StopId([n; 16])).collect::<Vec<_>>();
                let records: Vec<NewRecord> = (0..RECORDS_PER_CHANGE_MAX / 2)
                    .map(|_| {
                        riding.phone.tap(core_sync::domain::fact::Fact::Started { stops: stops.clone() })
                    })
                    .collect();
                riding.phone.change(document, &records)
            })
            .collect();
        riding.push(pushes);
    }
    let (mut reader, mut asked, mut rows, mut answers) =
        (riding.coop.enrol(riding.courier), Vec::new(), 0, 0);
    let mut more = true;
    while more && answers < 10 {
        let answer = riding.coop.sync(&mut reader, asked).unwrap();
        assert!(answer.to_bytes().len() < 1_200_000);
        let round = answer.rounds.iter().find(|round| round.document == document).unwrap();
        rows += round.rows.len();
        answers += 1;
        asked = vec![RoundAsk { document, cursor: round.cursor, pushes: Vec::new(), cards: Vec::new() }];
        more = answer.more;
    }
    assert_eq!(rows, 3 * PUSHES_PER_ROUND_MAX);
    assert!(answers > 1);
}

#[test]
fn rounds_are_sent_to_a_new_phone_for_seven_days() {
    let mut riding = Riding::with_stops(1);
    riding.coop.now = riding.coop.now.plus(ROUND_SENT_FOR);
    assert_eq!(riding.sync(Vec::new()).rounds.len(), 1);
    riding.coop.now = riding.coop.now.plus(Milliseconds(1));
    assert!(riding.sync(Vec::new()).rounds.is_empty());
    // Asked for by name it is still there.
    assert_eq!(riding.push(Vec::new()).rows.len(), 2);
}
