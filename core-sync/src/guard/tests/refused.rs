//! For every code of refusal at least one change that earns it.

use super::*;
use crate::cbor;
use crate::domain::limits::{CHANGE_BYTES_MAX, DEPS_PER_CHANGE_MAX, RECORDS_PER_CHANGE_MAX};
use crate::domain::limits::{RECORD_BYTES_MAX, SEQUENCE_BYTES_MAX};
use crate::domain::shop_fact::Direction;
use crate::round_doc::crafted::{ACTION, Chunk, chunk, to_leb, with_checksum};
use crate::round_doc::mint::{NewRecord, Tip, derive_actor, mint};
use crate::signing::envelope::sign;
use crate::testing::one_of_each::shop_word;
use crate::testing::{PHONE, SERVER, SHOP, STRANGER, key, plan_id};

/// A change on its way to the guard, honest until something is done to it.
struct Case {
    envelope: Envelope,
    signer: Signer,
    known: Known,
    named: Vec<RecordId>,
}

impl Case {
    fn by(device: DeviceId, bytes: Vec<u8>) -> Self {
        Self {
            envelope: envelope(bytes, device),
            signer: signer(device),
            known: empty_log(),
            named: Vec::new(),
        }
    }

    fn of(craft: &Craft) -> Self {
        Self::by(PHONE, craft.bytes(&DOCUMENT, PHONE))
    }

    /// The refusal shall name these records.
    fn naming(mut self, records: &[RecordId]) -> Self {
        self.named = records.to_vec();
        self
    }

    fn judged(&self) -> Result<Judgement, Refusal> {
        place(&inspect(&DOCUMENT, &self.envelope, &self.signer)?, &self.known)
    }
}

/// An honest change with one thing done to it.
fn but(spoil: impl FnOnce(&mut Craft)) -> Case {
    let mut honest = craft(vec![good(1), good(2)]);
    spoil(&mut honest);
    Case::of(&honest)
}

/// One operation beside an honest one.
fn beside(work: Craftwork) -> Case {
    but(|craft| craft.work.push(work))
}

/// An honest change whose bytes were taken apart, spoilt, and put together with the right actor.
fn apart(spoil: impl FnOnce(&mut Chunk)) -> Case {
    let honest = craft(vec![good(1), good(2)]);
    let mut parts = Chunk::of(&honest.bytes(&DOCUMENT, PHONE));
    spoil(&mut parts);
    let puts = honest.work.iter().filter_map(Craftwork::as_put);
    parts.actor = derive_actor(PHONE, &parts.deps, parts.start_op, puts).to_vec();
    Case::by(PHONE, parts.bytes())
}

fn honest_bytes() -> Vec<u8> {
    craft(vec![good(1), good(2)]).bytes(&DOCUMENT, PHONE)
}

fn one_record(id: RecordId, map: MapName, bytes: Vec<u8>, device: DeviceId) -> Case {
    let tip = crate::sync::outbox::first_tip(&DOCUMENT);
    let minted = mint(&DOCUMENT, device, &tip, &[NewRecord { map, id, bytes }]).unwrap();
    Case::by(device, minted.bytes).naming(&[id])
}

/// A fact of a later version with a body of this many bytes.
fn long_record(text: usize) -> Vec<u8> {
    let body = cbor::Map::new().field(1, "x".repeat(text)).build();
    cbor::encode(&ciborium::Value::Array(vec![1.into(), 999.into(), body]))
}

/// A change by the phone whose other actor is there though no operation names it.
fn nothing_but_genesis() -> Case {
    let mut parts = Chunk::of(&craft(Vec::new()).bytes(&DOCUMENT, PHONE));
    parts.other_actors = vec![genesis(&DOCUMENT).actor.to_vec()];
    Case::by(PHONE, parts.bytes())
}

macro_rules! refused {
    ($($code:ident { $($name:ident: $case:expr;)+ })+) => {
        $($(
            #[test]
            fn $name() {
                let case: Case = $case;
                assert_eq!(case.judged(), Err(Refusal { code: RefusalCode::$code, records: case.named.clone() }));
            }
        )+)+

        #[test]
        fn every_refusal_has_a_change_that_earns_it() {
            let earned: BTreeSet<RefusalCode> = [$(RefusalCode::$code,)+].into();
            let mut all: BTreeSet<RefusalCode> = RefusalCode::ALL.iter().copied().collect();
            // No change is known that makes the guard itself panic; `contain` has a test of its own.
            all.remove(&RefusalCode::Unjudgeable);
            assert_eq!(earned, all);
        }
    };
}

refused! {
    ChangeTooLarge {
        a_change_of_more_than_64_kib_is_too_large: {
            let long = |n| Craftwork::Put(MapName::Facts, fact_id(n).to_string(), long_record(8_000));
            let case = Case::of(&craft((1..=9).map(long).collect()));
            assert!(case.envelope.change.len() > CHANGE_BYTES_MAX);
            case
        };
    }
    NotOneChange {
        nothing_at_all_is_no_change: Case::by(PHONE, Vec::new());
        a_deflated_change_is_not_inflated: {
            let many = craft((1..=9).map(good).collect());
            let deflated = many.deflated(&DOCUMENT, PHONE);
            assert_eq!(deflated[8], 2);
            Case::by(PHONE, deflated)
        };
        a_saved_document_is_no_change: {
            let saved = craft(vec![good(1)]).saved_document(&DOCUMENT, PHONE);
            assert_eq!(saved[8], 0);
            Case::by(PHONE, saved)
        };
        two_changes_are_not_one: Case::by(PHONE, [honest_bytes(), honest_bytes()].concat());
        a_change_with_a_byte_after_it_is_not_one: Case::by(PHONE, [honest_bytes(), vec![0]].concat());
        a_change_cut_short_is_not_one: {
            let mut bytes = honest_bytes();
            bytes.pop();
            Case::by(PHONE, with_checksum(bytes))
        };
        a_length_spelt_with_more_bytes_than_it_needs_is_refused: {
            let content = honest_bytes()[11..].to_vec();
            let mut length = to_leb(content.len() as u64);
            assert_eq!(length.len(), 2);
            length[1] |= 0x80;
            length.push(0);
            Case::by(PHONE, chunk(1, &length, &content))
        };
        a_change_with_nothing_in_it_is_unreadable: Case::by(PHONE, chunk(1, &[0], &[]));
        a_number_spelt_with_more_bytes_than_it_needs_is_unreadable:
            apart(|parts| parts.time_and_message = vec![0x80, 0, 0]);
        a_column_that_nobody_knows_is_unreadable: apart(|parts| parts.columns.push((0x102, vec![2, 0])));
        a_claim_of_endless_operations_is_not_unfolded: apart(|parts| {
            *parts.column(ACTION) = [&to_leb(1 << 61)[..], &[1]].concat();
        });
        other_magic_bytes_are_no_change: {
            let mut bytes = honest_bytes();
            bytes[0] ^= 1;
            Case::by(PHONE, bytes)
        };
    }
    Checksum {
        a_checksum_of_other_bytes_is_refused: {
            let mut bytes = honest_bytes();
            bytes[5] ^= 1;
            Case::by(PHONE, bytes)
        };
    }
    Signature {
        a_signature_by_another_key_is_refused: {
            let mut case = but(|_| {});
            case.signer.key = key(STRANGER).public();
            case
        };
        a_signature_over_another_document_is_refused: {
            let mut case = but(|_| {});
            let hash = crate::round_doc::change::change_hash(&case.envelope.change).unwrap();
            let other = crate::domain::ids::RoundId([0xde; 16]);
            case.envelope.signature = sign(&key(PHONE), other, &hash, PHONE);
            case
        };
        a_signature_over_another_change_is_refused: {
            let mut case = but(|_| {});
            case.envelope.change = craft(vec![good(3)]).bytes(&DOCUMENT, PHONE);
            case
        };
        a_signature_made_for_another_device_is_refused: {
            let mut case = but(|_| {});
            case.envelope.device = STRANGER;
            case
        };
    }
    NotBare {
        a_time_is_refused: but(|craft| craft.time = 1);
        a_message_is_refused: but(|craft| craft.message = Some("x".repeat(140)));
        an_author_is_refused: but(|craft| craft.author = true);
        extra_bytes_are_refused: but(|craft| craft.extra_bytes = vec![0]);
        a_second_number_within_an_actor_is_refused: but(|craft| craft.seq = 2);
        an_object_of_another_actor_is_refused:
            beside(Craftwork::PutInto(1, false, fact_id(3).to_string(), bytes_of(Kind::Arrived)));
        an_actor_that_no_operation_names_is_refused:
            apart(|parts| parts.other_actors.push(vec![0xbd; 16]));
        a_change_that_does_not_even_name_genesis_is_refused: Case::of(&craft(Vec::new()));
        a_put_into_the_root_alone_is_refused:
            Case::of(&craft(vec![Craftwork::RootPut("plan".into(), bytes_of(Kind::Arrived))]));
    }
    OperationCount {
        a_change_without_operations_is_refused: nothing_but_genesis();
        a_change_of_51_operations_is_refused:
            Case::of(&craft((1..=RECORDS_PER_CHANGE_MAX as u8 + 1).map(good).collect()));
    }
    NotAPut {
        a_put_into_the_root_is_refused: beside(Craftwork::RootPut(fact_id(3).to_string(), bytes_of(Kind::Arrived)));
        a_put_over_one_of_the_two_maps_is_refused: beside(Craftwork::RootPut("facts".into(), Vec::new()));
        a_put_into_an_object_that_genesis_did_not_make_is_refused:
            beside(Craftwork::PutInto(3, true, fact_id(3).to_string(), bytes_of(Kind::Arrived)));
        a_delete_is_refused: beside(Craftwork::Delete(MapName::Facts, fact_id(3).to_string()));
        an_insert_is_refused: beside(Craftwork::Insert(MapName::Facts, bytes_of(Kind::Arrived)));
        a_number_instead_of_bytes_is_refused:
            beside(Craftwork::PutNumber(MapName::Facts, fact_id(3).to_string(), 7));
        a_put_over_something_is_refused:
            beside(Craftwork::PutOver(MapName::Facts, fact_id(3).to_string(), bytes_of(Kind::Arrived)));
        a_new_map_is_refused: beside(Craftwork::MakeMap(MapName::Plan));
    }
    Key {
        a_key_that_is_no_record_id_is_refused:
            beside(Craftwork::Put(MapName::Facts, "stop 3".into(), bytes_of(Kind::Arrived)));
        a_key_in_another_spelling_is_refused:
            beside(Craftwork::Put(MapName::Facts, fact_id(3).to_string() + "=", bytes_of(Kind::Arrived)));
        an_empty_key_is_refused: beside(Craftwork::Put(MapName::Facts, String::new(), bytes_of(Kind::Arrived)));
    }
    KeyTwice {
        a_key_twice_is_refused: beside(good(1)).naming(&[fact_id(1)]);
        a_key_in_both_maps_is_refused:
            beside(Craftwork::Put(MapName::Plan, fact_id(1).to_string(), bytes_of(Kind::Arrived)))
                .naming(&[fact_id(1)]);
    }
    KeyOfAnother {
        a_record_under_another_device_s_id_is_refused:
            beside(Craftwork::Put(MapName::Facts, plan_id(3).to_string(), bytes_of(Kind::Arrived)))
                .naming(&[plan_id(3)]);
        a_plan_record_of_the_server_under_another_device_s_id_is_refused:
            one_record(fact_id(1), MapName::Plan, bytes_of(Kind::Void), SERVER);
    }
    Actor {
        an_actor_by_choice_is_refused: but(|craft| craft.actor = Some([7; 16]));
        an_actor_of_another_signer_is_refused: Case::by(PHONE, craft(vec![good(1)]).bytes(&DOCUMENT, SERVER));
        an_actor_of_other_deps_is_refused: {
            let mut parts = Chunk::of(&honest_bytes());
            parts.deps = vec![[1; 32]];
            Case::by(PHONE, parts.bytes())
        };
        an_actor_of_another_start_is_refused: {
            let mut parts = Chunk::of(&honest_bytes());
            parts.start_op += 1;
            Case::by(PHONE, parts.bytes())
        };
        the_actor_of_genesis_is_refused: {
            let mut parts = Chunk::of(&honest_bytes());
            parts.actor = genesis(&DOCUMENT).actor.to_vec();
            Case::by(PHONE, parts.bytes())
        };
    }
    NotCanonical {
        a_run_written_as_single_values_is_refused: apart(|parts| {
            assert_eq!(parts.column(ACTION).as_slice(), [2, 1]);
            *parts.column(ACTION) = vec![0x7e, 1, 1];
        });
        a_count_of_a_run_spelt_with_more_bytes_is_refused:
            apart(|parts| *parts.column(ACTION) = vec![0x82, 0, 1]);
        deps_out_of_order_are_refused: apart(|parts| parts.deps = vec![[9; 32], [1; 32]]);
    }
    RecordTooLarge {
        a_record_of_more_than_2_kib_is_refused: {
            let bytes = long_record(RECORD_BYTES_MAX);
            one_record(fact_id(1), MapName::Facts, bytes, PHONE)
        };
        a_record_of_more_than_8_kib_is_refused_unread:
            one_record(fact_id(1), MapName::Facts, vec![0xff; SEQUENCE_BYTES_MAX + 1], PHONE);
    }
    RecordMalformed {
        bytes_that_are_no_record_are_refused: one_record(fact_id(1), MapName::Facts, b"delivered".to_vec(), PHONE);
        a_record_of_no_bytes_is_refused:
            beside(Craftwork::Put(MapName::Facts, fact_id(3).to_string(), Vec::new())).naming(&[fact_id(3)]);
        a_record_in_another_encoding_is_refused: {
            let mut bytes = bytes_of(Kind::Finished);
            // The schema, 1, in two bytes.
            bytes.splice(1..2, [0x18, 1]);
            one_record(fact_id(1), MapName::Facts, bytes, PHONE)
        };
    }
    MemberOfAnother {
        a_fact_in_the_name_of_another_member_is_refused: {
            let mut bytes = bytes_of(Kind::Finished);
            // Schema and kind stand before the sixteen bytes of the member.
            let member = bytes.iter().position(|byte| *byte == 0x50).unwrap() + 1;
            bytes[member] ^= 1;
            one_record(fact_id(1), MapName::Facts, bytes, PHONE)
        };
    }
    KindNotAllowed {
        a_plan_record_by_the_holder_is_refused:
            one_record(fact_id(1), MapName::Facts, bytes_of(Kind::StopWithdrawn), PHONE);
        a_fact_in_the_plan_is_refused: one_record(fact_id(1), MapName::Plan, bytes_of(Kind::Arrived), PHONE);
        a_shop_s_word_by_the_holder_is_refused:
            one_record(fact_id(1), MapName::Facts, bytes_of(Kind::Given), PHONE);
        a_reaction_by_the_holder_is_refused: one_record(fact_id(1), MapName::Plan, bytes_of(Kind::Void), PHONE);
        a_fact_by_the_server_is_refused:
            one_record(plan_id(1), MapName::Facts, bytes_of(Kind::Delivered), SERVER);
        an_unknown_kind_by_the_server_among_facts_is_refused:
            one_record(plan_id(1), MapName::Facts, long_record(1), SERVER);
        anything_by_a_stranger_is_refused: {
            let id = RecordId::new(fact_id(1).act(), STRANGER);
            one_record(id, MapName::Facts, bytes_of(Kind::Arrived), STRANGER)
        };
    }
    ShopFact {
        a_shop_s_word_under_another_id_than_it_was_signed_for_is_refused: {
            let said = shop_word(RecordId::new(fact_id(1).act(), SHOP), Direction::Given);
            one_record(RecordId::new(fact_id(2).act(), SHOP), MapName::Facts, said, SERVER)
        };
        a_shop_s_word_under_the_server_s_own_id_is_refused:
            one_record(plan_id(1), MapName::Facts, shop_word(plan_id(1), Direction::Received), SERVER);
        a_shop_s_word_that_nobody_signed_is_refused:
            one_record(RecordId::new(fact_id(1).act(), SHOP), MapName::Facts, bytes_of(Kind::Given), SERVER);
    }
    Deps {
        a_change_on_nothing_is_refused: but(|craft| craft.deps = Vec::new());
        deps_named_twice_are_refused: but(|craft| craft.deps = vec![craft.deps[0]; 2]);
        more_than_64_deps_are_refused:
            but(|craft| craft.deps = (0..=DEPS_PER_CHANGE_MAX as u8).map(|n| [n; 32]).collect());
    }
    StartOp {
        a_first_operation_1_is_refused: but(|craft| craft.start_op = 1);
        a_first_operation_that_is_taken_is_refused: but(|craft| craft.start_op = 2);
        a_first_operation_too_far_on_is_refused: but(|craft| craft.start_op = 4);
        a_first_operation_at_the_end_of_the_numbers_is_refused:
            but(|craft| craft.start_op = u64::from(u32::MAX) - 1);
        a_first_operation_so_late_that_the_last_is_beyond_the_limit_is_refused: {
            let last = u64::from(u32::MAX / 2);
            let mut case = but(|craft| craft.start_op = last);
            case.known.max_ops.insert(genesis(&DOCUMENT).hash, last - 1);
            case
        };
    }
    RecordRewritten {
        other_bytes_under_an_id_that_is_taken_are_refused: {
            let mut case = but(|_| {}).naming(&[fact_id(2)]);
            case.known.records.insert(fact_id(1), record_hash(&bytes_of(Kind::Arrived)));
            case.known.records.insert(fact_id(2), record_hash(&bytes_of(Kind::Waiting)));
            case
        };
    }
}

#[test]
fn an_untouched_case_is_accepted() {
    let accepted = Ok(Judgement::Accepted { max_op: 4 });
    assert_eq!(but(|_| {}).judged(), accepted);
    assert_eq!(apart(|_| {}).judged(), accepted);
    let tip = Tip { heads: vec![(genesis(&DOCUMENT).hash, 2)] };
    assert_eq!(tip, crate::sync::outbox::first_tip(&DOCUMENT));
}

#[test]
fn a_panic_while_judging_is_a_refusal() {
    let judged: Result<(), Refusal> = contain(|| panic!("as the document library might"));
    assert_eq!(judged, Err(Refusal::of(RefusalCode::Unjudgeable)));
}
