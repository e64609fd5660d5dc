//! What a phone sends: siblings within their limits, the same bytes again, and few of them.

use std::collections::BTreeSet;
use std::io::Write as _;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::domain::courier_command::{CourierCommand, fact};
use crate::domain::ids::{ActId, BootId, DeviceId, ParcelId, RecordId, StopId};
use crate::domain::kind::MapName;
use crate::domain::limits::STOPS_PER_ROUND_MAX;
use crate::domain::plan_record::{PlanRecord, Sequence};
use crate::domain::reasons::{HandedTo, StopKind};
use crate::domain::record::{ActBody, Record};
use crate::domain::records::Records;
use crate::domain::round_state::RoundState;
use crate::domain::stamp::Stamp;
use crate::domain::time::Timestamp;
use crate::guard::{Known, inspect, place};
use crate::round_doc::DocumentName;
use crate::round_doc::mint::Tip;
use crate::sync::outbox::first_tip;
use crate::testing::answers::{answer, empty_round, outbox};
use crate::testing::{COURIER, DOCUMENT, MORNING, PHONE, act, delegation, minted, signer, stop_id};

fn random() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(3)
}

/// Queued acts as a phone makes them: random ids, a bike's pace.
fn queue(count: u64) -> Vec<NewRecord> {
    let random = &mut random();
    let boot = BootId::random(random);
    let stops: Vec<(StopId, ParcelId)> =
        (0..30).map(|_| (StopId::random(random), ParcelId::random(random))).collect();
    let mut plan = Records::new();
    for (stop, parcel) in &stops {
        let mut added = crate::testing::added(StopKind::Hub, &[]);
        added.terms.parcels = vec![*parcel];
        let id = RecordId::new(ActId(stop.0), crate::testing::SERVER);
        plan.insert(id, &act(ActBody::Plan(PlanRecord::StopAdded(added)), 0), None);
    }
    let state = RoundState::of(&plan);
    (0..count)
        .map(|n| {
            let (stop, _) = stops[usize::try_from(n / 3).unwrap() % stops.len()];
            let command = match n % 3 {
                0 => CourierCommand::Arrive(stop),
                1 => CourierCommand::Collect(stop, None),
                _ => CourierCommand::Deliver(stop, None, HandedTo::Recipient),
            };
            let ms = n * 71_033;
            let time = Timestamp(MORNING.0 + i64::try_from(ms).unwrap());
            let stamp = Stamp { time, boot, monotonic_ms: 9_000_000 + ms, n: n + 1 };
            let body = ActBody::Fact(fact(&command, &state).unwrap());
            let bytes = Record::Act { member: COURIER, stamp, body }.to_bytes().unwrap();
            NewRecord { map: MapName::Facts, id: RecordId::new(ActId::random(random), PHONE), bytes }
        })
        .collect()
}

fn with_queue(queued: Vec<NewRecord>) -> Outbox {
    let mut round = empty_round(DOCUMENT);
    round.queued = queued;
    outbox(vec![round])
}

fn asked(prepared: &Prepared) -> SyncRequest {
    let outside = SignedRequest::from_bytes(&prepared.request).unwrap();
    assert!(outside.is_signed_by(&crate::testing::key(PHONE).public()));
    assert_eq!((outside.device, outside.counter), (PHONE, prepared.counter));
    SyncRequest::from_bytes(&outside.body, COURIER).unwrap()
}

#[test]
fn a_queue_becomes_siblings_of_fifty_on_the_confirmed_heads() {
    let prepared = prepare(with_queue(queue(120))).unwrap();
    let request = asked(&prepared);
    assert_eq!((prepared.counter, prepared.left, prepared.minted.len()), (8, false, 3));
    let mut known = Known::default();
    known.max_ops.extend(first_tip(&DOCUMENT).heads);
    let mut carried = Vec::new();
    for push in &request.rounds[0].pushes {
        let inspected = inspect(&DOCUMENT, push, &signer(PHONE)).unwrap();
        // Each is judged by the same log: none stands on another.
        assert!(place(&inspected, &known).is_ok());
        carried.extend(inspected.records);
    }
    let queued: Vec<_> = queue(120).into_iter().map(|record| (record.id, record.bytes)).collect();
    assert_eq!(carried, queued);
}

#[test]
fn a_request_repeated_is_the_same_changes_byte_for_byte_and_mints_nothing() {
    let first = prepare(with_queue(queue(120))).unwrap();
    let mut saved = first.outbox.clone();
    saved.rounds[0].queued.clear();
    saved.counter = first.counter;
    let second = prepare(saved).unwrap();
    assert_eq!((second.counter, second.minted.len()), (9, 0));
    assert_eq!(asked(&second), asked(&first));
    // Killed between minting and saving: minted again, the same.
    assert_eq!(prepare(with_queue(queue(120))).unwrap().request, first.request);
}

#[test]
fn what_does_not_fit_a_request_is_left_for_the_next() {
    let prepared = prepare(with_queue(queue(50 * 16 + 1))).unwrap();
    assert_eq!((asked(&prepared).rounds[0].pushes.len(), prepared.left), (PUSHES_PER_ROUND_MAX, true));
    let full = prepare(with_queue(queue(50 * 16))).unwrap();
    assert_eq!((asked(&full).rounds[0].pushes.len(), full.left), (PUSHES_PER_ROUND_MAX, false));
    // Sixteen that wait for a verdict leave no room.
    let mut waiting = prepared.outbox;
    waiting.rounds[0].queued = queue(1);
    let next = prepare(waiting).unwrap();
    assert_eq!((next.minted.len(), next.left), (0, true));
}

#[test]
fn long_records_go_in_changes_that_the_guard_still_takes() {
    let longest = |n| {
        let sequence = Sequence { base: None, saw: None, stops: vec![stop_id(n); STOPS_PER_ROUND_MAX] };
        let bytes = act(ActBody::Fact(crate::domain::fact::Fact::Sequence(sequence)), u64::from(n));
        NewRecord { map: MapName::Facts, id: crate::testing::fact_id(n), bytes }
    };
    let prepared = prepare(with_queue((1..=100).map(longest).collect())).unwrap();
    let pushes = asked(&prepared).rounds.remove(0).pushes;
    let carried: usize =
        pushes.iter().map(|push| inspect(&DOCUMENT, push, &signer(PHONE)).unwrap().records.len()).sum();
    assert_eq!(carried, 100);
}

#[test]
fn every_push_carries_the_delegation_until_one_of_ours_is_in_the_log() {
    let mut phone = with_queue(queue(120));
    let delegations = |phone: &Outbox| -> Vec<Option<Vec<u8>>> {
        let prepared = prepare(phone.clone()).unwrap();
        asked(&prepared).rounds.remove(0).pushes.into_iter().map(|push| push.delegation).collect()
    };
    assert_eq!(delegations(&phone), vec![Some(delegation(PHONE)); 3]);
    phone.rounds[0].introduced = true;
    assert_eq!(delegations(&phone), vec![None; 3]);
}

#[test]
fn a_document_without_heads_mints_nothing_and_says_so() {
    let mut phone = with_queue(queue(1));
    phone.rounds[0].tip = Tip { heads: Vec::new() };
    assert!(prepare(phone).is_err());
}

fn numbered(n: u8) -> DocumentName {
    DocumentName { round: crate::domain::ids::RoundId([n; 16]), ..DOCUMENT }
}

#[test]
fn rounds_with_something_to_say_go_before_those_without() {
    let mut rounds: Vec<_> = (1..=60).map(|n| empty_round(numbered(n))).collect();
    rounds[59].queued = queue(1);
    let request = asked(&prepare(outbox(rounds)).unwrap());
    assert_eq!(request.rounds.len(), ROUNDS_PER_REQUEST_MAX);
    assert_eq!(request.rounds[0].document, numbered(60));
}

#[test]
fn more_rounds_than_a_request_names_are_asked_for_in_turn_and_do_not_keep_the_phone_awake() {
    let rounds: Vec<_> = (1..=80).map(|n| empty_round(numbered(n))).collect();
    let mut named = BTreeSet::new();
    for counter in 0..4 {
        let mut phone = outbox(rounds.clone());
        phone.counter = counter;
        let prepared = prepare(phone).unwrap();
        assert!(!prepared.left, "nothing waits to be sent");
        named.extend(asked(&prepared).rounds.into_iter().map(|round| round.document));
    }
    assert_eq!(named.len(), 80);
}

#[test]
fn nothing_new_for_three_rounds_costs_at_most_200_bytes_each_way() {
    let mut rounds: Vec<_> = (1..=3).map(|n| empty_round(numbered(n))).collect();
    for round in &mut rounds {
        round.position = 9_999;
        round.introduced = true;
    }
    let mut phone = outbox(rounds);
    phone.counter = 99_999;
    let up = prepare(phone).unwrap().request.len();
    let down = answer(Vec::new()).to_bytes().len();
    println!("nothing new, three rounds: {up} bytes up, {down} bytes down");
    assert!(up <= 200 && down <= 200, "{up} up, {down} down");
}

#[test]
fn three_hundred_acts_offline_travel_in_a_quarter_of_the_bytes_of_a_change_for_each() {
    let queue = queue(300);
    let mut tip = first_tip(&DOCUMENT);
    let mut one_by_one = 0;
    for record in &queue {
        let change = minted(PHONE, &tip, std::slice::from_ref(record));
        one_by_one += change.bytes.len();
        tip = Tip { heads: vec![(change.hash, change.max_op)] };
    }
    let request = prepare(with_queue(queue)).unwrap().request;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&request).unwrap();
    let compressed = encoder.finish().unwrap().len();
    let percent = |bytes: usize| bytes * 100 / one_by_one;
    println!(
        "300 acts: {one_by_one} bytes one by one, {} in one request ({} %), {compressed} compressed ({} %)",
        request.len(),
        percent(request.len()),
        percent(compressed)
    );
    assert!(compressed * 4 <= one_by_one);
}

#[test]
fn a_phone_of_another_device_never_mints_the_same_change() {
    let one = prepare(with_queue(queue(1))).unwrap();
    let mut other = with_queue(queue(1));
    other.identity.device = DeviceId([0xf1; 8]);
    assert_ne!(prepare(other).unwrap().minted[0].1.hash, one.minted[0].1.hash);
}
