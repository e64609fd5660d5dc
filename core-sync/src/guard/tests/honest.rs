//! Honest changes pass, always.

use proptest::prelude::*;

use super::*;
use crate::domain::kind::Family;
use crate::domain::record::Record;
use crate::domain::shop_fact::Direction;
use crate::round_doc::mint::{NewRecord, Tip};
use crate::round_doc::trial::try_document;
use crate::sync::outbox::first_tip;
use crate::testing::SHOP;
use crate::testing::one_of_each::shop_word;
use crate::testing::record_sets::{later_record, some_fact};
use crate::testing::taps::{facts, planned_round, taps};
use crate::testing::{COURIER, PHONE, SERVER, minted, plan_id, stamp};

/// What a shop said, as the server brings it.
fn shop_record() -> NewRecord {
    let id = RecordId::new(fact_id(1).act(), SHOP);
    NewRecord { map: MapName::Facts, id, bytes: shop_word(id, Direction::Given) }
}

/// The heads and what the log knows after this change.
fn after(known: &mut Known, tip: &mut Tip, change: &crate::round_doc::mint::Minted, records: &[NewRecord]) {
    known.max_ops.insert(change.hash, change.max_op);
    known.records.extend(records.iter().map(|record| (record.id, record_hash(&record.bytes))));
    tip.heads = vec![(change.hash, change.max_op)];
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_coordinators_plan_and_couriers_tap_always_passes(taps in taps(50)) {
        let (mut known, mut tip) = (empty_log(), first_tip(&DOCUMENT));
        let plan = planned_round();
        let planned = minted(SERVER, &tip, &plan);
        let accepted = Ok(Judgement::Accepted { max_op: planned.max_op });
        prop_assert_eq!(judge(&planned.bytes, SERVER, &known), accepted);
        after(&mut known, &mut tip, &planned, &plan);

        let facts = facts(&plan, &taps);
        prop_assume!(!facts.is_empty());
        let tapped = minted(PHONE, &tip, &facts);
        let accepted = Ok(Judgement::Accepted { max_op: tapped.max_op });
        prop_assert_eq!(judge(&tapped.bytes, PHONE, &known), accepted.clone());
        // The same again, when its records are in the log: appended all the same.
        after(&mut known, &mut tip, &tapped, &facts);
        prop_assert_eq!(judge(&tapped.bytes, PHONE, &known), accepted);
        prop_assert_eq!(try_document(&DOCUMENT, &[planned.bytes, tapped.bytes]), Ok(vec![tapped.hash]));
    }

    #[test]
    fn facts_of_any_content_and_of_later_kinds_pass(
        facts in proptest::collection::vec(some_fact(), 0..30), later in proptest::collection::vec(later_record(), 1..20),
    ) {
        let known_facts = facts.into_iter().map(|fact| {
            let body = crate::domain::record::ActBody::Fact(fact);
            crate::domain::record::Record::Act { member: COURIER, stamp: stamp(1), body }.to_bytes().unwrap()
        });
        let records: Vec<NewRecord> = known_facts
            .chain(later)
            .zip(1..)
            .map(|(bytes, n)| NewRecord { map: MapName::Facts, id: fact_id(n), bytes })
            .collect();
        let change = minted(PHONE, &first_tip(&DOCUMENT), &records);
        let accepted = Ok(Judgement::Accepted { max_op: change.max_op });
        prop_assert_eq!(judge(&change.bytes, PHONE, &empty_log()), accepted);
    }
}

#[test]
fn a_record_of_every_kind_passes_from_its_writer_and_from_nobody_else() {
    for kind in Kind::ALL {
        let map = kind.family().map();
        for device in [PHONE, SERVER, crate::testing::STRANGER] {
            let id = RecordId::new(fact_id(1).act(), device);
            let mut record = NewRecord { map, id, bytes: bytes_of(*kind) };
            if device == SERVER && kind.family() == Family::ShopFact {
                record = shop_record();
            }
            let change = minted(device, &first_tip(&DOCUMENT), &[record]);
            let said = judge(&change.bytes, device, &empty_log()).map_err(|refusal| refusal.code);
            // The server brings a courier's fact under the courier's id alone.
            let taps = device == SERVER && kind.family() == Family::Fact;
            let writes =
                !taps && crate::domain::permissions::may_write(signer(device).writer, map, Some(*kind));
            let expected =
                if writes { Ok(Judgement::Accepted { max_op: 3 }) } else { Err(RefusalCode::KindNotAllowed) };
            assert_eq!(said, expected, "{kind:?} by {device}");
        }
    }
}

#[test]
fn a_phone_that_enrolled_again_sends_what_the_old_one_saved() {
    let old = DeviceId([0xf1; 8]);
    let record = NewRecord {
        map: MapName::Facts,
        id: RecordId::new(fact_id(1).act(), old),
        bytes: bytes_of(Kind::Delivered),
    };
    let change = envelope(minted(PHONE, &first_tip(&DOCUMENT), &[record]).bytes, PHONE);
    let mut signer = signer(PHONE);
    let refusal = inspect(&DOCUMENT, &change, &signer).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::KeyOfAnother);
    signer.devices.insert(old);
    assert!(inspect(&DOCUMENT, &change, &signer).is_ok());
}

#[test]
fn deps_that_are_not_here_are_missing_and_not_refused() {
    let here = genesis(&DOCUMENT).hash;
    let (one, other) = ([1; 32], [0xff; 32]);
    let mut change = craft(vec![good(1)]);
    change.deps = vec![one, here, other];
    change.start_op = 900;
    let bytes = change.bytes(&DOCUMENT, PHONE);
    assert_eq!(judge(&bytes, PHONE, &empty_log()), Ok(Judgement::Missing(vec![one, other])));
    let mut known = empty_log();
    known.max_ops.extend([(one, 500), (other, 899)]);
    assert_eq!(judge(&bytes, PHONE, &known), Ok(Judgement::Accepted { max_op: 900 }));
}

#[test]
fn a_change_on_many_heads_passes_in_whatever_order_they_are_known() {
    let heads = |n: u8| ([n.wrapping_mul(37); 32], 1_000 - u64::from(n % 3));
    for count in [2, 64, 100] {
        let tip = Tip { heads: (0..count).map(heads).collect() };
        let mut known = empty_log();
        known.max_ops.extend(tip.heads.iter().copied());
        let record = NewRecord { map: MapName::Facts, id: fact_id(1), bytes: bytes_of(Kind::Arrived) };
        let change = minted(PHONE, &tip, &[record]);
        let accepted = Ok(Judgement::Accepted { max_op: change.max_op });
        assert_eq!(judge(&change.bytes, PHONE, &known), accepted, "{count} heads");
    }
}

#[test]
fn the_last_operation_number_that_may_be_used_can_be_used() {
    let last = u64::from(u32::MAX / 2);
    let mut change = craft(vec![good(1)]);
    change.start_op = last;
    let mut known = empty_log();
    known.max_ops.insert(genesis(&DOCUMENT).hash, last - 1);
    let said = judge(&change.bytes(&DOCUMENT, PHONE), PHONE, &known);
    assert_eq!(said, Ok(Judgement::Accepted { max_op: last }));
}

#[test]
fn a_change_names_the_plan_s_and_the_facts_map_in_one_go_for_the_server() {
    let records =
        [NewRecord { map: MapName::Plan, id: plan_id(1), bytes: bytes_of(Kind::StopAdded) }, shop_record()];
    let change = minted(SERVER, &first_tip(&DOCUMENT), &records);
    assert_eq!(judge(&change.bytes, SERVER, &empty_log()), Ok(Judgement::Accepted { max_op: 4 }));
}

#[test]
fn the_server_lets_in_the_holders_facts_under_the_holders_ids_and_nothing_else_there() {
    let mut signer = signer(SERVER);
    let judge = |signer: &Signer, map, id, kind: Kind| {
        let record = NewRecord { map, id, bytes: bytes_of(kind) };
        let change = minted(SERVER, &first_tip(&DOCUMENT), &[record]);
        let said = inspect(&DOCUMENT, &envelope(change.bytes, SERVER), signer);
        said.map(drop).map_err(|refusal| refusal.code)
    };
    let holders = fact_id(1);
    let of_nobody = Err(RefusalCode::KeyOfAnother);
    assert_eq!(
        judge(&signer, MapName::Facts, holders, Kind::Arrived),
        of_nobody,
        "a device it does not know"
    );
    signer.devices.insert(holders.device());
    assert_eq!(judge(&signer, MapName::Facts, holders, Kind::Arrived), Ok(()));
    assert_eq!(judge(&signer, MapName::Plan, holders, Kind::Note), of_nobody);
    assert_eq!(
        judge(&signer, MapName::Facts, RecordId::new(holders.act(), SERVER), Kind::Arrived),
        Err(RefusalCode::KindNotAllowed)
    );
    let mut foreign = Record::from_bytes(&bytes_of(Kind::Arrived)).unwrap();
    if let Record::Act { member, .. } = &mut foreign {
        *member = crate::domain::ids::MemberId([0x11; 16]);
    }
    let record = NewRecord { map: MapName::Facts, id: holders, bytes: foreign.to_bytes().unwrap() };
    let change = minted(SERVER, &first_tip(&DOCUMENT), &[record]);
    let said = inspect(&DOCUMENT, &envelope(change.bytes, SERVER), &signer).map(drop);
    assert_eq!(said.map_err(|refusal| refusal.code), Err(RefusalCode::MemberOfAnother));
}
