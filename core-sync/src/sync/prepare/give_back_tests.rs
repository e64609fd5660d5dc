//! What goes back with one request: in its sequence, before what is minted, within what a request holds.

use super::*;
use crate::domain::ids::{ActId, CardHash, DeviceId, RecordId};
use crate::domain::kind::{Kind, MapName};
use crate::domain::limits::{CARDS_GIVEN_BACK_MAX, GIVEN_BACK_BYTES_MAX};
use crate::sync::outbox::first_tip;
use crate::testing::answers::{empty_round, introduced, outbox};
use crate::testing::one_of_each::record_of;
use crate::testing::{COURIER, DOCUMENT, PHONE, SERVER, delegation, fact_id, plan_id};

fn record(id: RecordId) -> NewRecord {
    let map = if id.device() == SERVER { MapName::Plan } else { MapName::Facts };
    let kind = if id.device() == SERVER { Kind::StopAdded } else { Kind::Arrived };
    NewRecord { map, id, bytes: record_of(kind).to_bytes().unwrap() }
}

/// So many changes of the server's, as a lost log had them.
fn spare(count: u8) -> Vec<PendingChange> {
    let change = |n| {
        let envelope = introduced(SERVER, &first_tip(&DOCUMENT), &[record(plan_id(n))]);
        PendingChange { hash: [n; 32], envelope }
    };
    (1..=count).map(change).collect()
}

fn asked(prepared: &Prepared) -> RoundAsk {
    let signed = SignedRequest::from_bytes(&prepared.request).unwrap();
    SyncRequest::from_bytes(&signed.body, COURIER).unwrap().rounds.remove(0)
}

#[test]
fn what_is_given_back_goes_first_and_leaves_what_is_minted_the_room_that_is_left() {
    let mut round = empty_round(DOCUMENT);
    round.spare = spare(3);
    round.queued = (1..=60).map(|n| record(fact_id(n))).collect();
    let prepared = prepare(outbox(vec![round.clone()])).unwrap();
    let pushes = asked(&prepared).pushes;
    let devices: Vec<DeviceId> = pushes.iter().map(|push| push.device).collect();
    assert_eq!((devices, prepared.left), (vec![SERVER, SERVER, SERVER, PHONE, PHONE], false));
    assert!(pushes.iter().all(|push| push.delegation == Some(delegation(push.device))));
    // A full request gives back only, and the rest is left in its sequence.
    round.spare = spare(20);
    let prepared = prepare(outbox(vec![round])).unwrap();
    assert_eq!((prepared.minted.len(), prepared.left), (0, true));
    let went: Vec<_> = prepared.outbox.rounds[0].spare.iter().map(|change| change.hash[0]).collect();
    assert_eq!(went, (1..=16).collect::<Vec<u8>>());
    assert_eq!(asked(&prepared).pushes.len(), PUSHES_PER_ROUND_MAX);
}

#[test]
fn cards_go_with_them_as_many_as_a_request_may_give_back() {
    let mut round = empty_round(DOCUMENT);
    round.spare_cards = (0..40).map(|n| (CardHash([n; 32]), vec![n; 50])).collect();
    let prepared = prepare(outbox(vec![round.clone()])).unwrap();
    assert_eq!((asked(&prepared).cards.len(), prepared.left), (CARDS_GIVEN_BACK_MAX, true));
    assert_eq!(prepared.outbox.rounds[0].spare_cards.len(), CARDS_GIVEN_BACK_MAX);
    round.spare_cards.truncate(CARDS_GIVEN_BACK_MAX);
    assert!(!prepare(outbox(vec![round])).unwrap().left);
}

#[test]
fn bytes_that_are_given_back_are_bounded_over_all_rounds() {
    let rounds = (1..=4).map(|n| {
        let mut round = empty_round(DOCUMENT);
        round.document.round.0 = [n; 16];
        round.spare = spare(16);
        for change in &mut round.spare {
            change.envelope.change = vec![0; CHANGE_BYTES_MAX / 2];
        }
        round
    });
    let prepared = prepare(outbox(rounds.collect())).unwrap();
    let rounds = &prepared.outbox.rounds;
    let went: Vec<usize> = rounds.iter().map(|round| round.spare.len()).collect();
    assert_eq!((went, prepared.left), (vec![16, 16, 0, 0], true));
    assert!(prepared.request.len() < GIVEN_BACK_BYTES_MAX + 64 * 1024);
}

#[test]
fn acts_of_an_earlier_phone_go_with_the_co_ops_word_for_it() {
    let earlier = DeviceId([0xf1; 8]);
    let mut phone = outbox(vec![empty_round(DOCUMENT)]);
    phone.rounds[0].queued = vec![record(fact_id(1))];
    phone.delegations.insert(earlier, delegation(earlier));
    let shown = |phone: &Outbox| {
        let prepared = prepare(phone.clone()).unwrap();
        SignedRequest::from_bytes(&prepared.request).unwrap().delegations
    };
    assert!(shown(&phone).is_empty());
    phone.rounds[0].queued.push(record(RecordId::new(ActId([9; 16]), earlier)));
    assert_eq!(shown(&phone), [delegation(earlier)]);
}

#[test]
fn an_unknown_phone_says_the_same_with_the_co_ops_word_for_itself() {
    let prepared = prepare(outbox(vec![empty_round(DOCUMENT)])).unwrap();
    let plain = SignedRequest::from_bytes(&prepared.request).unwrap();
    let introduced = SignedRequest::from_bytes(&prepared.introduced().unwrap()).unwrap();
    assert_eq!(introduced.delegations, [delegation(PHONE)]);
    assert_eq!(SignedRequest { delegations: Vec::new(), ..introduced }, plain);
}
