//! Every crafted change that could break a document, impersonate somebody or rewrite what was said: signed by an
//! enrolled courier and pushed to the real server.
//!
//! Each is refused with its code; the log is byte for byte what it was; and the same courier's next honest act is
//! committed. What the document library would do with each stands in the notes of the design.

use std::collections::BTreeSet;

use core_sync::domain::fact::{AtStop, Fact};
use core_sync::domain::ids::{DeviceId, MemberId, ParcelId, RecordId, StopId};
use core_sync::domain::kind::MapName;
use core_sync::domain::limits::{CHANGE_BYTES_MAX, DEPS_PER_CHANGE_MAX, RECORDS_PER_CHANGE_MAX};
use core_sync::domain::limits::{RECORD_BYTES_MAX, SEQUENCE_BYTES_MAX};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reaction::Reaction;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::record::{ActBody, Record};
use core_sync::guard::refusal::RefusalCode;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::genesis::genesis;
use core_sync::round_doc::mint::derive_actor;
use core_sync::signing::envelope::{Envelope, sign};
use core_sync::signing::key::PrivateKey;
use core_sync::wire::members::Role;
use core_sync::wire::sync_answer::Verdict;

use crate::attacker::Attacker;
use crate::harness::world::World;
use crate::round_doc::crafted::{ACTION, Chunk, Craft, Craftwork, chunk, to_leb, with_checksum};

/// Stages that a courier's change cannot come to: no change is known that makes the guard itself panic, and a shop's
/// word by a courier is stopped before its proof is looked at.
pub const OUT_OF_REACH: [RefusalCode; 2] = [RefusalCode::Unjudgeable, RefusalCode::ShopFact];

/// An attack on its way: the attacker, the round, and what else it knows.
pub struct Attack {
    pub attacker: Attacker,
    /// A round of the attacker's.
    pub document: DocumentName,
    /// A courier who does no harm, and a phone and a round of hers.
    pub bea: MemberId,
    pub bea_device: DeviceId,
    pub bea_document: DocumentName,
    /// What the attacker honestly did before.
    pub taken: (RecordId, Vec<u8>),
}

impl Attack {
    pub async fn begin(world: &mut World) -> Self {
        let mallory = world.member("Mallory", Role::Courier).await;
        let bea = world.member("Bea", Role::Courier).await;
        let round = world.round_of_pairs(mallory, 1).await;
        let bea_round = world.round_of_pairs(bea, 1).await;
        let bea_device = Attacker::enrol(world, bea).await.device;
        let mut attacker = Attacker::enrol(world, mallory).await;
        let document = attacker.document(round);
        let record = attacker.arrival();
        let taken = (record.id, record.bytes.clone());
        let tip = attacker.database.tip(&document);
        let minted = core_sync::round_doc::mint::mint(&document, attacker.device, &tip, &[record]).unwrap();
        let first = attacker.sign(&document, minted.bytes);
        assert_eq!(attacker.push(&document, vec![first]).await, [Verdict::Committed]);
        let bea_document = DocumentName { round: bea_round, holder: bea, schema: 1 };
        Self { attacker, document, bea, bea_device, bea_document, taken }
    }

    /// An honest change of two arrivals, before something is done to it.
    pub fn craft(&mut self) -> Craft {
        let mut tip = self.attacker.database.tip(&self.document);
        // As many as a change may name, the furthest first, as an honest phone does it.
        tip.heads.sort_by_key(|(hash, max_op)| (std::cmp::Reverse(*max_op), *hash));
        tip.heads.truncate(DEPS_PER_CHANGE_MAX);
        let work = (0..2).map(|_| self.good()).collect();
        let greatest = tip.heads.iter().map(|(_, max_op)| *max_op).max().unwrap();
        let deps = tip.heads.into_iter().map(|(hash, _)| hash).collect();
        Craft { deps, start_op: greatest + 1, ..Craft::on_genesis(&self.document, work) }
    }

    pub fn good(&mut self) -> Craftwork {
        let record = self.attacker.arrival();
        Craftwork::Put(MapName::Facts, record.id.to_string(), record.bytes)
    }

    pub fn key(&mut self) -> String {
        self.attacker.id().to_string()
    }

    pub fn bytes(&mut self, craft: &Craft) -> Vec<u8> {
        craft.bytes(&self.document, self.attacker.device)
    }

    pub fn sign(&self, bytes: Vec<u8>) -> Envelope {
        self.attacker.sign(&self.document, bytes)
    }

    /// An honest change with one thing done to it.
    pub fn but(&mut self, spoil: impl FnOnce(&mut Craft)) -> Envelope {
        let mut craft = self.craft();
        spoil(&mut craft);
        let bytes = self.bytes(&craft);
        self.sign(bytes)
    }

    /// One operation beside honest ones.
    pub fn beside(&mut self, work: Craftwork) -> Envelope {
        self.but(|craft| craft.work.push(work))
    }

    /// An honest change taken apart, spoilt, and put together with the right actor, length and checksum.
    pub fn apart(&mut self, spoil: impl FnOnce(&mut Chunk)) -> Envelope {
        let craft = self.craft();
        let mut parts = Chunk::of(&self.bytes(&craft));
        spoil(&mut parts);
        let puts = craft.work.iter().filter_map(Craftwork::as_put);
        parts.actor = derive_actor(self.attacker.device, &parts.deps, parts.start_op, puts).to_vec();
        self.sign(parts.bytes())
    }

    /// One record with these bytes, honest in all else.
    pub fn record(&mut self, map: MapName, bytes: Vec<u8>) -> Envelope {
        let key = self.key();
        self.but(|craft| craft.work = vec![Craftwork::Put(map, key, bytes)])
    }

    pub fn arrived(&mut self) -> Vec<u8> {
        self.attacker.arrival().bytes
    }
}

/// Pushes the attack; it is refused with this code and nothing else happens.
async fn refused(code: RefusalCode, build: fn(&mut Attack) -> Envelope) {
    let mut world = World::new();
    let mut attack = Attack::begin(&mut world).await;
    let document = attack.document;
    let before = attack.attacker.database.log(document.round);
    let envelope = build(&mut attack);
    match attack.attacker.push(&document, vec![envelope]).await.as_slice() {
        [Verdict::Refused(said, _)] => assert_eq!(said, code.code()),
        other => panic!("{other:?} instead of {}", code.code()),
    }
    assert_eq!(attack.attacker.database.log(document.round), before, "the log is what it was");
    assert_eq!(world.get("/v1/health", "").await.0, 200);
    let next = attack.attacker.honest(&document);
    assert_eq!(attack.attacker.push(&document, vec![next]).await, [Verdict::Committed]);
    assert_eq!(attack.attacker.database.log(document.round).len(), before.len() + 1);
    attack.attacker.database.trial(&document);
    let log = world.log();
    assert!(!log.contains("a write panicked") && !log.contains("a read panicked"), "{log}");
}

macro_rules! crafted {
    ($($code:ident { $($name:ident: $build:expr;)+ })+) => {
        $($(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                refused(RefusalCode::$code, $build).await;
            }
        )+)+

        #[test]
        fn every_stage_of_the_guard_is_tried() {
            let tried: BTreeSet<RefusalCode> = [$(RefusalCode::$code,)+].into();
            let mut all: BTreeSet<RefusalCode> = RefusalCode::ALL.iter().copied().collect();
            all.retain(|code| !OUT_OF_REACH.contains(code));
            assert_eq!(tried, all);
        }
    };
}

/// A fact of a later version with a text of this many bytes.
pub fn later_version(text: usize) -> Vec<u8> {
    let body = core_sync::cbor::Map::new().field(1, "x".repeat(text)).build();
    core_sync::cbor::encode(&ciborium::Value::Array(vec![1.into(), 999.into(), body]))
}

crafted! {
    ChangeTooLarge {
        more_than_64_kib: |attack| {
            let work = (0..9).map(|_| Craftwork::Put(MapName::Facts, attack.key(), later_version(8_000)));
            let work = work.collect();
            let envelope = attack.but(|craft| craft.work = work);
            assert!(envelope.change.len() > CHANGE_BYTES_MAX);
            envelope
        };
    }
    NotOneChange {
        no_bytes_at_all: |attack| attack.sign(Vec::new());
        a_deflated_change: |attack| {
            let work = (0..9).map(|_| attack.good()).collect();
            let mut craft = attack.craft();
            craft.work = work;
            let deflated = craft.deflated(&attack.document, attack.attacker.device);
            assert_eq!(deflated[8], 2);
            attack.sign(deflated)
        };
        a_document_chunk: |attack| {
            let work = vec![attack.good()];
            let craft = Craft::on_genesis(&attack.document, work);
            let saved = craft.saved_document(&attack.document, attack.attacker.device);
            assert_eq!(saved[8], 0);
            attack.sign(saved)
        };
        two_changes_in_one: |attack| {
            let craft = attack.craft();
            let bytes = attack.bytes(&craft);
            attack.sign([bytes.clone(), bytes].concat())
        };
        a_change_cut_short: |attack| {
            let craft = attack.craft();
            let mut bytes = attack.bytes(&craft);
            bytes.pop();
            attack.sign(with_checksum(bytes))
        };
        a_claim_of_two_to_the_61_operations: |attack| {
            attack.apart(|parts| *parts.column(ACTION) = [&to_leb(1 << 61)[..], &[1]].concat())
        };
        a_claim_of_a_million_operations: |attack| {
            attack.apart(|parts| *parts.column(ACTION) = [&to_leb(1_000_000)[..], &[1]].concat())
        };
        a_claim_of_two_to_the_60_predecessors: |attack| {
            attack.apart(|parts| *parts.column(0x70) = [&[2][..], &to_leb(1 << 60)].concat())
        };
        a_column_that_nobody_knows: |attack| attack.apart(|parts| parts.columns.push((0x102, vec![2, 0])));
        a_sync_message_of_the_document_library: |attack| attack.sign(vec![0x43, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        a_chunk_with_nothing_in_it: |attack| attack.sign(chunk(1, &[0], &[]));
    }
    Checksum {
        a_checksum_of_other_bytes: |attack| {
            let craft = attack.craft();
            let mut bytes = attack.bytes(&craft);
            bytes[5] ^= 1;
            attack.sign(bytes)
        };
    }
    Signature {
        a_key_that_is_not_the_device_s: |attack| {
            let mut envelope = attack.but(|_| {});
            let hash = core_sync::round_doc::change::change_hash(&envelope.change).unwrap();
            let other = PrivateKey::random(&mut attack.attacker.random);
            envelope.signature = sign(&other, attack.document.round, &hash, attack.attacker.device);
            envelope
        };
        a_signature_for_another_round: |attack| {
            let mut envelope = attack.but(|_| {});
            let hash = core_sync::round_doc::change::change_hash(&envelope.change).unwrap();
            envelope.signature =
                sign(&attack.attacker.key, attack.bea_document.round, &hash, attack.attacker.device);
            envelope
        };
        in_the_name_of_another_courier_s_phone: |attack| {
            let mut envelope = attack.but(|_| {});
            envelope.device = attack.bea_device;
            envelope
        };
        in_the_name_of_nobody_s_phone: |attack| {
            let mut envelope = attack.but(|_| {});
            envelope.device = DeviceId([0xee; 8]);
            envelope
        };
    }
    NotBare {
        a_time: |attack| attack.but(|craft| craft.time = i64::MAX);
        a_message: |attack| attack.but(|craft| craft.message = Some("x".repeat(140)));
        an_author: |attack| attack.but(|craft| craft.author = true);
        extra_bytes: |attack| attack.but(|craft| craft.extra_bytes = vec![0]);
        a_jump_of_the_actor_s_numbers: |attack| attack.but(|craft| craft.seq = 7);
        a_put_into_the_root_alone: |attack| {
            let bytes = attack.arrived();
            attack.but(|craft| craft.work = vec![Craftwork::RootPut("plan".into(), bytes)])
        };
        an_object_of_an_unknown_actor: |attack| {
            let (key, bytes) = (attack.key(), attack.arrived());
            attack.beside(Craftwork::PutInto(1, false, key, bytes))
        };
        an_actor_that_no_operation_names: |attack| attack.apart(|parts| parts.other_actors.push(vec![0xbd; 16]));
    }
    OperationCount {
        no_operations: |attack| {
            let mut craft = attack.craft();
            craft.work = Vec::new();
            let mut parts = Chunk::of(&attack.bytes(&craft));
            parts.other_actors = vec![genesis(&attack.document).actor.to_vec()];
            attack.sign(parts.bytes())
        };
        fifty_one_operations: |attack| {
            let work = (0..=RECORDS_PER_CHANGE_MAX).map(|_| attack.good()).collect();
            attack.but(|craft| craft.work = work)
        };
    }
    NotAPut {
        a_put_into_the_root: |attack| {
            let (key, bytes) = (attack.key(), attack.arrived());
            attack.beside(Craftwork::RootPut(key, bytes))
        };
        a_put_over_one_of_the_two_maps: |attack| attack.beside(Craftwork::RootPut("facts".into(), Vec::new()));
        an_unknown_object: |attack| {
            let (key, bytes) = (attack.key(), attack.arrived());
            attack.beside(Craftwork::PutInto(99, true, key, bytes))
        };
        a_delete_with_no_pred: |attack| {
            let key = attack.taken.0.to_string();
            attack.beside(Craftwork::Delete(MapName::Facts, key))
        };
        a_list_insert_into_a_map: |attack| {
            let bytes = attack.arrived();
            attack.beside(Craftwork::Insert(MapName::Facts, bytes))
        };
        a_number_for_bytes: |attack| {
            let key = attack.key();
            attack.beside(Craftwork::PutNumber(MapName::Facts, key, 7))
        };
        a_pred_that_is_not_there: |attack| {
            let (key, bytes) = (attack.key(), attack.arrived());
            attack.beside(Craftwork::PutOver(MapName::Facts, key, bytes))
        };
        a_map_of_one_s_own: |attack| attack.beside(Craftwork::MakeMap(MapName::Plan));
    }
    Key {
        a_key_that_is_no_record_id: |attack| {
            let bytes = attack.arrived();
            attack.beside(Craftwork::Put(MapName::Facts, "stop 3".into(), bytes))
        };
        an_empty_key: |attack| {
            let bytes = attack.arrived();
            attack.beside(Craftwork::Put(MapName::Facts, String::new(), bytes))
        };
        a_key_of_thirty_thousand_characters: |attack| {
            let bytes = attack.arrived();
            attack.beside(Craftwork::Put(MapName::Facts, "A".repeat(30_000), bytes))
        };
    }
    KeyTwice {
        one_key_twice: |attack| {
            let twice = attack.good();
            attack.but(|craft| craft.work = vec![twice.clone(), twice])
        };
    }
    KeyOfAnother {
        a_key_of_another_courier_s_phone: |attack| {
            let (id, bytes) = (RecordId::new(attack.attacker.id().act(), attack.bea_device), attack.arrived());
            attack.beside(Craftwork::Put(MapName::Facts, id.to_string(), bytes))
        };
    }
    Actor {
        an_actor_by_choice: |attack| attack.but(|craft| craft.actor = Some([7; 16]));
        the_actor_of_genesis: |attack| {
            let actor = genesis(&attack.document).actor;
            let craft = attack.craft();
            let mut parts = Chunk::of(&attack.bytes(&craft));
            parts.actor = actor.to_vec();
            attack.sign(parts.bytes())
        };
        an_actor_that_somebody_used: |attack| {
            // The actor of the attacker's own first change, as if it went on with it.
            let changes = attack.attacker.database.changes(attack.document.round);
            let actor = Chunk::of(changes.last().unwrap()).actor.try_into().unwrap();
            attack.but(|craft| craft.actor = Some(actor))
        };
    }
    NotCanonical {
        a_run_written_as_single_values: |attack| attack.apart(|parts| *parts.column(ACTION) = vec![0x7e, 1, 1]);
        deps_out_of_order: |attack| attack.apart(|parts| parts.deps = vec![[9; 32], [1; 32]]);
    }
    RecordTooLarge {
        a_record_of_more_than_2_kib: |attack| attack.record(MapName::Facts, later_version(RECORD_BYTES_MAX));
        a_record_of_more_than_8_kib: |attack| attack.record(MapName::Facts, vec![0xff; SEQUENCE_BYTES_MAX + 1]);
    }
    RecordMalformed {
        bytes_that_are_no_record: |attack| attack.record(MapName::Facts, b"delivered".to_vec());
        a_record_nested_a_thousand_deep: |attack| attack.record(MapName::Facts, vec![0x81; 1_000]);
        a_record_that_claims_a_list_of_four_thousand_million: |attack| {
            attack.record(MapName::Facts, vec![0x9a, 0xff, 0xff, 0xff, 0xff, 0])
        };
    }
    KindNotAllowed {
        a_plan_record_by_a_courier: |attack| {
            let plan = PlanRecord::StopWithdrawn { stop: StopId([8; 16]), reason: WithdrawReason::Cancelled };
            let bytes = attack.attacker.act(ActBody::Plan(plan));
            attack.record(MapName::Facts, bytes)
        };
        a_reaction_by_a_courier: |attack| {
            let ruled = Reaction::Ruled { parcel: ParcelId([1; 16]), holder: None, causes: vec![attack.taken.0] };
            attack.record(MapName::Plan, Record::Reaction(ruled).to_bytes().unwrap())
        };
        a_fact_in_the_plan: |attack| {
            let bytes = attack.arrived();
            attack.record(MapName::Plan, bytes)
        };
    }
    MemberOfAnother {
        a_fact_in_another_courier_s_name: |attack| {
            let bea = attack.bea;
            let ana = std::mem::replace(&mut attack.attacker.member, bea);
            let bytes = attack.attacker.act(ActBody::Fact(Fact::Arrived(AtStop { stop: StopId([8; 16]), seen: Vec::new() })));
            attack.attacker.member = ana;
            attack.record(MapName::Facts, bytes)
        };
    }
    Deps {
        no_deps: |attack| attack.but(|craft| craft.deps = Vec::new());
        doubled_deps: |attack| attack.but(|craft| craft.deps = vec![craft.deps[0]; 2]);
        sixty_five_deps: |attack| {
            attack.but(|craft| craft.deps = (0..=DEPS_PER_CHANGE_MAX as u8).map(|n| [n; 32]).collect())
        };
    }
    StartOp {
        start_op_1: |attack| attack.but(|craft| craft.start_op = 1);
        start_op_taken: |attack| attack.but(|craft| craft.start_op -= 1);
        start_op_too_far_on: |attack| attack.but(|craft| craft.start_op += 1);
        start_op_near_its_limit: |attack| attack.but(|craft| craft.start_op = u64::from(u32::MAX) - 1);
    }
    RecordRewritten {
        other_bytes_under_a_key_that_is_taken: |attack| {
            let (id, was) = attack.taken.clone();
            let bytes = attack.arrived();
            assert_ne!(bytes, was);
            attack.but(|craft| craft.work = vec![Craftwork::Put(MapName::Facts, id.to_string(), bytes)])
        };
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_on_changes_that_are_not_there_is_missing_and_harms_nobody() {
    let mut world = World::new();
    let mut attack = Attack::begin(&mut world).await;
    let (document, before) = (attack.document, attack.attacker.database.log(attack.document.round));
    let envelope = attack.but(|craft| craft.deps.push([0xab; 32]));
    let verdicts = attack.attacker.push(&document, vec![envelope]).await;
    assert_eq!(verdicts, [Verdict::Missing(vec![[0xab; 32]])]);
    assert_eq!(attack.attacker.database.log(document.round), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_courier_s_round_takes_nothing() {
    let mut world = World::new();
    let mut attack = Attack::begin(&mut world).await;
    let (document, theirs) = (attack.bea_document, attack.attacker.database.log(attack.bea_document.round));
    let envelope = attack.attacker.honest(&document);
    let verdicts = attack.attacker.push(&document, vec![envelope]).await;
    assert!(matches!(verdicts.as_slice(), [Verdict::Refused(..)]), "{verdicts:?}");
    assert_eq!(attack.attacker.database.log(document.round), theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_change_beside_a_refused_one_is_committed() {
    let mut world = World::new();
    let mut attack = Attack::begin(&mut world).await;
    let document = attack.document;
    let bad = attack.but(|craft| craft.time = 1);
    let good = attack.attacker.honest(&document);
    let verdicts = attack.attacker.push(&document, vec![bad, good]).await;
    assert!(matches!(verdicts.as_slice(), [Verdict::Refused(..), Verdict::Committed]), "{verdicts:?}");
}
