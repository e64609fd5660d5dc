//! Up: verdicts, one per change, and what of a change is kept.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::fact::Fact;
use core_sync::domain::ids::{DeviceId, RoundId, StopId};
use core_sync::domain::limits::{
    PUSHES_PER_ROUND_MAX, RECORDS_PER_CHANGE_MAX, RECORDS_PER_ROUND_MAX, ROUND_BYTES_MAX,
};
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::time::Milliseconds;
use core_sync::round_doc::mint::{NewRecord, Tip};
use core_sync::signing::delegation::{Delegation, TERM};
use core_sync::signing::envelope::Envelope;
use core_sync::wire::members::Role;
use core_sync::wire::sync_answer::{Later, Row, RowChange, Verdict};

use crate::app::enrol::delegation;
use crate::testing::{Riding, STOP, ask, hash_of, refused, verdicts};

#[test]
fn neither_a_delegation_past_its_term_nor_a_wrong_clock_refuses_an_upload() {
    let mut riding = Riding::with_stops(0);
    let change = riding.tap();
    for by in [TERM.0 * 10, -TERM.0 * 20] {
        riding.coop.now = riding.coop.now.plus(Milliseconds(by));
        let change = if by > 0 { change.clone() } else { riding.tap() };
        assert_eq!(verdicts(&riding.push(vec![change])), [Verdict::Committed]);
    }
}

#[test]
fn a_pushed_change_is_committed_once_and_comes_back_as_its_hash() {
    let mut riding = Riding::with_stops(0);
    let change = riding.tap();
    let hash = hash_of(&change);
    let first = riding.push(vec![change.clone()]);
    assert_eq!(first.verdicts, [(hash, Verdict::Committed)]);
    assert_eq!(first.rows, [Row::Change { content: RowChange::Yours(hash), received: riding.coop.now }]);
    // The answer was lost: the same bytes again.
    riding.coop.now = riding.coop.now.plus(Milliseconds::hours(1));
    let second = riding.push(vec![change.clone()]);
    assert_eq!(second.verdicts, [(hash, Verdict::Already)]);
    assert_eq!((second.rows, second.cursor), (first.rows, first.cursor));
    // Another phone of the same member gets it whole, with the delegation that vouches for its key.
    let mut other = riding.coop.enrol(riding.courier);
    let answer = riding.coop.sync(&mut other, Vec::new()).unwrap();
    let [Row::Change { content: RowChange::Envelope(envelope), .. }] = answer.rounds[0].rows.as_slice()
    else {
        panic!("{answer:?}")
    };
    assert_eq!(envelope, &change);
}

#[test]
fn a_first_change_without_a_usable_delegation_gets_one_from_the_server() {
    let mut riding = Riding::with_stops(0);
    let other_key = riding.coop.enrol(riding.courier).delegation;
    let (key, member) = (riding.phone.key.public(), Some(riding.courier));
    let other_device = riding
        .coop
        .write(|_, coop| delegation(&coop.keys, coop.id, DeviceId([9; 8]), key, member, coop.now))
        .unwrap();
    for delegation in [None, Some(vec![1, 2, 3]), Some(other_key), Some(other_device)] {
        let document = riding.phone.document(RoundId::random(&mut riding.coop.random()));
        let record = riding.phone.arrival(STOP);
        let change = Envelope { delegation, ..riding.phone.change(document, &[record]) };
        let answer = riding.sync(vec![ask(document, vec![change])]);
        assert_eq!(verdicts(&answer.rounds[0]), [Verdict::Committed]);
    }
    let mut reader = riding.coop.enrol(riding.courier);
    let key = riding.coop.keys.of_co_op(riding.coop.id).unwrap().public();
    let answer = riding.coop.sync(&mut reader, Vec::new()).unwrap();
    let rows: Vec<&Row> = answer.rounds.iter().flat_map(|round| &round.rows).collect();
    assert_eq!(rows.len(), 4);
    for row in rows {
        let Row::Change { content: RowChange::Envelope(envelope), .. } = row else { panic!("{row:?}") };
        let word = Delegation::verify(envelope.delegation.as_ref().unwrap(), &key).unwrap();
        assert_eq!((word.device, word.key), (riding.phone.device, riding.phone.key.public()));
    }
}

#[test]
fn only_a_devices_first_change_carries_its_delegation() {
    let mut riding = Riding::with_stops(0);
    let pushes = vec![riding.tap(), riding.tap()];
    riding.push(pushes);
    let mut reader = riding.coop.enrol(riding.courier);
    let answer = riding.coop.sync(&mut reader, Vec::new()).unwrap();
    let carried = answer.rounds[0].rows.iter().map(|row| {
        let Row::Change { content: RowChange::Envelope(envelope), .. } = row else { panic!("{row:?}") };
        envelope.delegation.is_some()
    });
    assert!(carried.eq([true, false]));
}

#[test]
fn one_bad_change_never_touches_its_siblings() {
    let mut riding = Riding::with_stops(0);
    let (good, last) = (riding.tap(), riding.tap());
    let mut unsigned = riding.tap();
    unsigned.signature = good.signature;
    let mut of_nobody = riding.tap();
    of_nobody.device = DeviceId([0; 8]);
    let short = Envelope { change: vec![1, 2, 3], ..riding.tap() };
    let answer = riding.push(vec![unsigned, good.clone(), of_nobody, short, last.clone()]);
    let expected = [
        refused("signature"),
        Verdict::Committed,
        refused("signature"),
        refused("not_one_change"),
        Verdict::Committed,
    ];
    assert_eq!(verdicts(&answer), expected);
    let stored = [hash_of(&good), hash_of(&last)]
        .map(|hash| Row::Change { content: RowChange::Yours(hash), received: riding.coop.now });
    assert_eq!(answer.rows, stored);
}

#[test]
fn a_change_on_changes_that_are_not_there_is_missing_them() {
    let mut riding = Riding::with_stops(0);
    let document = riding.document();
    let first = riding.tap();
    let record = riding.phone.arrival(STOP);
    let tip = Tip { heads: vec![(hash_of(&first), 3)] };
    let second = riding.phone.change_on(document, &tip, &[record]);
    let answer = riding.push(vec![second.clone()]);
    assert_eq!(verdicts(&answer), [Verdict::Missing(vec![hash_of(&first)])]);
    // Dependencies first, both go in.
    assert_eq!(verdicts(&riding.push(vec![first, second])), [Verdict::Committed, Verdict::Committed]);
}

#[test]
fn a_record_is_written_once() {
    let mut riding = Riding::with_stops(0);
    let record = riding.phone.arrival(STOP);
    let other = NewRecord { bytes: riding.phone.arrival(StopId([9; 16])).bytes, ..record.clone() };
    let document = riding.document();
    let first = riding.phone.change(document, std::slice::from_ref(&record));
    let rewriting = riding.phone.change(document, &[other]);
    // The same record in another change is known, and appended all the same.
    let after = Tip { heads: vec![(hash_of(&first), 3)] };
    let again = riding.phone.change_on(document, &after, std::slice::from_ref(&record));
    let answer = riding.push(vec![first, rewriting, again]);
    let rewritten = Verdict::Refused("record_rewritten".to_owned(), vec![record.id]);
    assert_eq!(verdicts(&answer), [Verdict::Committed, rewritten, Verdict::Committed]);
}

#[test]
fn phones_of_one_member_send_each_others_acts_and_those_of_nobody_else() {
    let mut riding = Riding::with_stops(0);
    let (old_record, document) = (riding.phone.arrival(STOP), riding.document());
    riding.coop.now = riding.coop.now.plus(Milliseconds(1));
    let mut new = riding.coop.enrol(riding.courier);
    let new_record = new.arrival(STOP);
    let by_new = new.change(document, &[old_record]);
    let answer = riding.coop.sync(&mut new, vec![ask(document, vec![by_new])]).unwrap();
    assert_eq!(verdicts(&answer.rounds[0]), [Verdict::Committed]);
    let by_old = riding.phone.change(document, std::slice::from_ref(&new_record));
    assert_eq!(verdicts(&riding.push(vec![by_old])), [Verdict::Committed]);
    let stranger = riding.coop.add_member("Bilal", Role::Courier);
    let foreign = riding.coop.enrol(stranger).arrival(STOP);
    let by_new = new.change(document, std::slice::from_ref(&foreign));
    let answer = riding.coop.sync(&mut new, vec![ask(document, vec![by_new])]).unwrap();
    let of_another = Verdict::Refused("key_of_another".to_owned(), vec![foreign.id]);
    assert_eq!(verdicts(&answer.rounds[0]), [of_another]);
}

#[test]
fn more_changes_than_a_request_may_push_wait() {
    let mut riding = Riding::with_stops(0);
    let pushes: Vec<Envelope> = (0..=PUSHES_PER_ROUND_MAX).map(|_| riding.tap()).collect();
    let answer = riding.push(pushes);
    let (last, others) = answer.verdicts.split_last().unwrap();
    assert_eq!(last.1, Verdict::Later(Later::TooMany));
    assert!(others.iter().all(|(_, verdict)| *verdict == Verdict::Committed));
}

#[test]
fn the_servers_own_changes_can_be_given_back() {
    let mut riding = Riding::with_stops(1);
    let rows = riding.sync(Vec::new()).rounds.remove(0).rows;
    let [_, Row::Change { content: RowChange::Envelope(envelope), .. }] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(verdicts(&riding.push(vec![envelope.clone()])), [Verdict::Already]);
    // In a round of another name it is not what the server signed.
    let document = riding.phone.document(RoundId([6; 16]));
    let answer = riding.sync(vec![ask(document, vec![envelope.clone()])]);
    assert_eq!(verdicts(&answer.rounds[0]), [refused("signature")]);
}

#[test]
fn what_a_round_has_no_room_for_waits_and_the_plan_goes_on() {
    let mut riding = Riding::with_stops(1);
    let (document, round) = (riding.document(), riding.round.id);
    let facts_of = |riding: &mut Riding, count: usize| -> Vec<NewRecord> {
        (0..count).map(|_| riding.phone.arrival(STOP)).collect()
    };
    // The plan's record does not count: what others write never closes a round to its courier.
    let left = usize::try_from(RECORDS_PER_ROUND_MAX).unwrap();
    let mut pushed = 10;
    let records = facts_of(&mut riding, pushed);
    let change = riding.phone.change(document, &records);
    assert_eq!(verdicts(&riding.push(vec![change])), [Verdict::Committed]);
    while left - pushed >= RECORDS_PER_CHANGE_MAX {
        let records = facts_of(&mut riding, RECORDS_PER_CHANGE_MAX);
        let change = riding.phone.change(document, &records);
        assert_eq!(verdicts(&riding.push(vec![change])), [Verdict::Committed]);
        pushed += RECORDS_PER_CHANGE_MAX;
    }
    let records = facts_of(&mut riding, left - pushed + 1);
    let (too_many, fits) =
        (riding.phone.change(document, &records), riding.phone.change(document, &records[1..]));
    let answer = riding.push(vec![too_many.clone(), fits]);
    assert_eq!(verdicts(&answer), [Verdict::Later(Later::RoundFull), Verdict::Committed]);
    assert_eq!(verdicts(&riding.push(vec![too_many])), [Verdict::Later(Later::RoundFull)]);
    // What people decide is not held up, and the round can still be drawn.
    let stop = riding.round.stops[0].id;
    let withdraw = CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Mistake };
    let request = riding.coop.request(round, Some(riding.round.plan_version), withdraw);
    assert_eq!(riding.coop.command(&request).unwrap().acts_since, left as u64);
}

#[test]
fn the_bytes_of_a_round_are_bounded_as_well() {
    let mut riding = Riding::with_stops(0);
    let document = riding.document();
    let (mut bytes, mut fulls) = (0, 0);
    while fulls == 0 {
        let stops: Vec<StopId> = (0..100).map(|n| StopId([n; 16])).collect();
        let records: Vec<NewRecord> =
            (0..30).map(|_| riding.phone.tap(Fact::Started { stops: stops.clone() })).collect();
        let change = riding.phone.change(document, &records);
        let length = change.change.len() as u64;
        match verdicts(&riding.push(vec![change])).as_slice() {
            [Verdict::Committed] => bytes += length,
            [Verdict::Later(Later::RoundFull)] => fulls += 1,
            other => panic!("{other:?}"),
        }
        assert!(bytes <= ROUND_BYTES_MAX);
    }
    assert!(bytes > ROUND_BYTES_MAX - 100_000, "{bytes}");
}
