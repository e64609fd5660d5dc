//! `docs/sync-protocol.md` held to the code: its worked example byte for byte, its JSON read by our types, its
//! tables row by row. A document that drifts fails here, and the failure prints what would be right.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::DocumentName;
use super::genesis::{GENESIS_MAX_OP, genesis};
use super::lineage::{Lineage, RowKind};
use super::mint::{Minted, NewRecord, Tip, mint};
use super::trial::try_document;
use crate::cbor;
use crate::domain::card::{Card, CardText, card_hash};
use crate::domain::coordinate::Coordinate;
use crate::domain::fact::{AtStop, Custody, Fact};
use crate::domain::ids::*;
use crate::domain::item::ItemKind;
use crate::domain::kind::{Kind, MapName};
use crate::domain::limits::*;
use crate::domain::personal::Personal;
use crate::domain::plan_record::{PlanRecord, StopAdded, StopTerms};
use crate::domain::plan_version::plan_version;
use crate::domain::reasons::{Answer, FailReason, HandedTo, StopKind, WithdrawReason};
use crate::domain::record::{ActBody, Record};
use crate::domain::remark::Remark;
use crate::domain::stamp::Stamp;
use crate::domain::stop::StopStatus;
use crate::domain::time::{Timestamp, Window};
use crate::guard::refusal::RefusalCode;
use crate::signing::delegation::{Delegation, TERM};
use crate::signing::envelope::{Envelope, sign};
use crate::signing::key::{PrivateKey, PublicKey};
use crate::wire::aside::{Aside, AsideState};
use crate::wire::board::Board;
use crate::wire::command::CommandRequest;
use crate::wire::cursor::Cursor;
use crate::wire::devices::{Devices, RevokeDevice};
use crate::wire::draft::Drafts;
use crate::wire::enrol::{EnrolAnswer, EnrolRequest};
use crate::wire::error_code::ErrorCode;
use crate::wire::item::ItemView;
use crate::wire::item::Items;
use crate::wire::members::{ForMember, Granted, Member, Members, NewMember, Role};
use crate::wire::plan::{PlanAnswer, PlanRequest};
use crate::wire::round::RoundView;
use crate::wire::shop_fact::{ShopFactAnswer, ShopFactRequest};
use crate::wire::signed_request::SignedRequest;
use crate::wire::suggestion::{KeptSuggestions, SuggestAnswer, SuggestRequest};
use crate::wire::sync_answer::{Later, Notice, RoundAnswer, Row, RowChange, SyncAnswer, Verdict};
use crate::wire::sync_request::{RoundAsk, SyncRequest};

const DOCUMENT: &str = include_str!("../../../docs/sync-protocol.md");

/// 2026-11-22T08:00:00Z.
const MORNING: Timestamp = Timestamp(1_795_334_400_000);
const NAME: DocumentName = DocumentName { round: RoundId([1; 16]), holder: MemberId([2; 16]), schema: 1 };
const CO_OP: CoopId = CoopId([3; 16]);
const SERVER: DeviceId = DeviceId([5; 8]);
const PHONE: DeviceId = DeviceId([7; 8]);
const STOP: StopId = StopId([9; 16]);
const PARCEL: ParcelId = ParcelId([10; 16]);

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_seed(&[seed; 32])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The fenced blocks of the document whose info string starts with `language`, by what follows it.
fn blocks(language: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut lines = DOCUMENT.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some(name) = info.strip_prefix(language).and_then(|rest| rest.strip_prefix(' ')) {
            found.push((name, body.join("\n")));
        }
    }
    found
}

fn card() -> Vec<u8> {
    let text = CardText {
        name: Personal::new("Ana".to_owned()),
        address: Personal::new("1 rue Haute".to_owned()),
        coordinate: Personal::new(Coordinate::from_degrees(48.85, -2.35).unwrap()),
        telephone: None,
        door_code: Some(Personal::new("42B".to_owned())),
        instructions: None,
    };
    Card { salt: [11; 16], replaces: None, text }.to_bytes()
}

fn stop_added(card: CardHash) -> Vec<u8> {
    let terms = StopTerms {
        window: Window { from_ms: MORNING, until_ms: Timestamp(MORNING.0 + 7_200_000) },
        service_seconds: 120,
        parcels: vec![PARCEL],
        card,
    };
    let added = StopAdded { kind: StopKind::DropOff, terms, order: None, from: None };
    record(MemberId([14; 16]), SERVER.0, 0, ActBody::Plan(PlanRecord::StopAdded(added)))
}

fn delivered() -> Vec<u8> {
    let custody = Custody { at: AtStop { stop: STOP, seen: vec![] }, parcels: vec![PARCEL], follows: vec![] };
    record(NAME.holder, [13; 8], 1, ActBody::Fact(Fact::Delivered(custody, HandedTo::Neighbour)))
}

fn record(member: MemberId, boot: [u8; 8], n: u64, body: ActBody) -> Vec<u8> {
    let stamp = Stamp { time: MORNING, boot: BootId(boot), monotonic_ms: 3_600_000, n };
    Record::Act { member, stamp, body }.to_bytes().unwrap()
}

fn delegation(device: DeviceId, key: PublicKey, member: Option<MemberId>) -> Vec<u8> {
    let until = MORNING.plus(TERM);
    Delegation { co_op: CO_OP, device, key, member, issued: MORNING, until }.sign(&self::key(4))
}

fn minted(map: MapName, act: u8, signer: DeviceId, bytes: &[u8], head: ([u8; 32], u64)) -> Minted {
    let id = RecordId::new(ActId([act; 16]), signer);
    let records = [NewRecord { map, id, bytes: bytes.to_vec() }];
    mint(&NAME, signer, &Tip { heads: vec![head] }, &records).unwrap()
}

/// Three acts in one change: a break begins, it ends, the round is finished.
fn change_of_three(head: ([u8; 32], u64)) -> Minted {
    let facts = [(22, Fact::Paused(true)), (23, Fact::Paused(false)), (24, Fact::Finished)];
    let records: Vec<NewRecord> = facts
        .into_iter()
        .zip(2..)
        .map(|((act, fact), n)| NewRecord {
            map: MapName::Facts,
            id: RecordId::new(ActId([act; 16]), PHONE),
            bytes: record(NAME.holder, [13; 8], n, ActBody::Fact(fact)),
        })
        .collect();
    mint(&NAME, PHONE, &Tip { heads: vec![head] }, &records).unwrap()
}

/// Everything that the worked example prints.
fn example() -> BTreeMap<&'static str, Vec<u8>> {
    let (genesis, card, fact) = (genesis(&NAME), card(), delivered());
    let card_version = card_hash(&card);
    let plan = stop_added(card_version);
    let planned = minted(MapName::Plan, 9, SERVER, &plan, (genesis.hash, GENESIS_MAX_OP));
    let lineage_0 = Lineage::start(&NAME);
    let lineage_1 = lineage_0.after(RowKind::Card, &card_version.0);
    let lineage_2 = lineage_1.after(RowKind::Change, &planned.hash);
    let tapped = minted(MapName::Facts, 12, PHONE, &fact, (planned.hash, planned.max_op));
    let lineage_3 = lineage_2.after(RowKind::Change, &tapped.hash);
    let signature = sign(&key(8), NAME.round, &tapped.hash, PHONE);
    let phone_delegation = delegation(PHONE, key(8).public(), Some(NAME.holder));
    let envelope = Envelope {
        change: tapped.bytes.clone(),
        device: PHONE,
        signature,
        delegation: Some(phone_delegation.clone()),
    };
    let cursor = Cursor { position: 2, lineage: lineage_2.short() };
    let ask = RoundAsk { document: NAME, cursor, pushes: vec![envelope.clone()], cards: vec![] };
    let body = SyncRequest { schema: SCHEMA, rounds: vec![ask] }.to_bytes(NAME.holder);
    let received = Timestamp(MORNING.0 + 60_000);
    let row = Row::Change { content: RowChange::Yours(tapped.hash), received };
    let round = RoundAnswer {
        document: NAME,
        from: 2,
        rows: vec![row],
        cursor: Cursor { position: 3, lineage: lineage_3.short() },
        verdicts: vec![(tapped.hash, Verdict::Committed)],
    };
    let answer = SyncAnswer {
        server_time: received,
        delegation: None,
        more: false,
        rounds: vec![round],
        notices: vec![],
    };
    let three = change_of_three((tapped.hash, tapped.max_op));
    let log = [planned.bytes.clone(), tapped.bytes.clone(), three.bytes.clone()];
    assert_eq!(try_document(&NAME, &log), Ok(vec![three.hash]));
    BTreeMap::from([
        ("genesis", genesis.bytes.clone()),
        ("genesis-hash", genesis.hash.to_vec()),
        ("co-op-key", key(4).public().0.to_vec()),
        ("phone-key", key(8).public().0.to_vec()),
        ("phone-delegation", phone_delegation),
        ("server-delegation", delegation(SERVER, key(6).public(), None)),
        ("card", card),
        ("card-hash", card_version.0.to_vec()),
        ("plan-record", plan),
        ("plan-change", planned.bytes),
        ("plan-change-hash", planned.hash.to_vec()),
        ("plan-signature", sign(&key(6), NAME.round, &planned.hash, SERVER).0.to_vec()),
        ("plan-version", plan_version([RecordId::new(ActId([9; 16]), SERVER)]).0.to_vec()),
        ("lineage-0", lineage_0.0.0.to_vec()),
        ("lineage-2", lineage_2.0.0.to_vec()),
        ("lineage-3", lineage_3.0.0.to_vec()),
        ("record", fact),
        ("change", tapped.bytes),
        ("change-hash", tapped.hash.to_vec()),
        ("change-of-three", three.bytes),
        ("signature", signature.0.to_vec()),
        ("envelope", cbor::encode(&envelope.to_cbor())),
        ("body", body.clone()),
        ("request", SignedRequest::sign(&key(8), PHONE, 1, body).to_bytes()),
        ("answer", answer.to_bytes()),
    ])
}

#[test]
fn the_worked_example_is_what_the_code_makes() {
    let printed: BTreeMap<&str, String> = blocks("hex")
        .into_iter()
        .map(|(name, body)| {
            let lines = body.lines().map(|line| line.split('#').next().unwrap_or_default());
            (name, lines.flat_map(str::split_whitespace).collect())
        })
        .collect();
    let made: BTreeMap<&str, String> =
        example().into_iter().map(|(name, bytes)| (name, hex(&bytes))).collect();
    for (name, bytes) in &made {
        assert_eq!(printed.get(name), Some(bytes), "the block `hex {name}`");
    }
    assert_eq!(printed.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
}

#[test]
fn the_json_examples_are_read_and_written_alike() {
    let mut names = BTreeSet::new();
    for (name, body) in blocks("json") {
        match name {
            "enrol-request" => same::<EnrolRequest>(&body),
            "enrol-answer" => same::<EnrolAnswer>(&body),
            "new-member" => same::<NewMember>(&body),
            "member" => same::<Member>(&body),
            "members" => same::<Members>(&body),
            "for-member" => same::<ForMember>(&body),
            "granted" => same::<Granted>(&body),
            "aside" => same::<Aside>(&body),
            "devices" => same::<Devices>(&body),
            "revoke-device" => same::<RevokeDevice>(&body),
            "round" => same::<RoundView>(&body),
            "board" => same::<Board>(&body),
            "drafts" => same::<Drafts>(&body),
            "items" => same::<Items>(&body),
            "shop-fact" => same::<ShopFactRequest>(&body),
            "shop-fact-answer" => same::<ShopFactAnswer>(&body),
            "item" => same::<ItemView>(&body),
            "plan-request" | "plan-request-steps" => same::<PlanRequest>(&body),
            "plan" => same::<PlanAnswer>(&body),
            "suggest-request" => same::<SuggestRequest>(&body),
            "suggestions" => same::<SuggestAnswer>(&body),
            "kept-suggestions" => same::<KeptSuggestions>(&body),
            "problem" => assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok()),
            command => {
                same::<CommandRequest>(&body);
                let read: CommandRequest = serde_json::from_str(&body).unwrap();
                assert_eq!(read.command.check(), Ok(()), "{command}");
            }
        }
        names.insert(name);
    }
    let commands = [
        "make_round",
        "add_stop",
        "amend_stop",
        "withdraw_stop",
        "sequence",
        "move_stops",
        "give_round",
        "make_draft",
        "take_draft",
        "divide_drafts",
        "replan",
        "accept_suggestion",
        "refuse_suggestion",
        "erase_card",
    ];
    assert!(commands.iter().all(|command| names.contains(command)), "{names:?}");
    assert_eq!(names.len(), 41);
}

fn same<T: DeserializeOwned + Serialize>(json: &str) {
    let read: T = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}\n{json}"));
    let given: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), given, "{json}");
}

#[test]
fn the_tables_hold_every_code_and_number() {
    let number = |number: u64, code: &str| format!("| {number} | `{code}` |");
    let mut rows: Vec<String> = Kind::ALL.iter().map(|kind| number(kind.number(), kind.code())).collect();
    rows.extend(StopKind::ALL.iter().map(|choice| number(choice.number(), choice.code())));
    rows.extend(HandedTo::ALL.iter().map(|choice| number(choice.number(), choice.code())));
    rows.extend(FailReason::ALL.iter().map(|choice| number(choice.number(), choice.code())));
    rows.extend(WithdrawReason::ALL.iter().map(|choice| number(choice.number(), choice.code())));
    rows.extend(Answer::ALL.iter().map(|choice| number(choice.number(), choice.code())));
    rows.extend(Notice::ALL.iter().map(|notice| number(notice.number(), notice.code())));
    rows.extend(ItemKind::ALL.iter().map(|kind| format!("| `{}` |", kind.code())));
    rows.extend(ErrorCode::ALL.iter().map(|error| format!("| `{}` | {} |", error.code(), error.status())));
    let stages = RefusalCode::ALL.iter().zip(1..);
    rows.extend(stages.map(|(refusal, stage)| format!("| {stage} | `{}` |", refusal.code())));
    rows.extend(Later::ALL.iter().map(|later| format!("| `{}` |", later.code())));
    rows.extend(Remark::ALL.iter().map(|remark| format!("| `{}` |", remark.code())));
    rows.extend(StopStatus::ALL.iter().map(|status| format!("| `{}` |", status.code())));
    rows.extend(AsideState::ALL.iter().map(|state| format!("| `{}` |", state.code())));
    rows.extend(Role::ALL.iter().map(|role| format!("| `{}` |", role.code())));
    let missing: Vec<_> = rows.into_iter().filter(|row| !DOCUMENT.contains(row)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_limits_are_the_code_s() {
    let limits: [(&str, u64); 23] = [
        ("stops in a round", STOPS_PER_ROUND_MAX as u64),
        ("parcels at a stop", PARCELS_PER_STOP_MAX as u64),
        ("records in a change", RECORDS_PER_CHANGE_MAX as u64),
        ("bytes of a change", CHANGE_BYTES_MAX as u64),
        ("bytes of a record", RECORD_BYTES_MAX as u64),
        ("bytes of a record that lists stops", SEQUENCE_BYTES_MAX as u64),
        ("deps of a change", DEPS_PER_CHANGE_MAX as u64),
        ("record ids in a list", SEEN_MAX as u64),
        ("record ids that a reaction names as causes", CAUSES_MAX as u64),
        ("cards given back per round and request", CARDS_GIVEN_BACK_MAX as u64),
        ("bytes given back per request", GIVEN_BACK_BYTES_MAX as u64),
        ("delegations shown per request", DELEGATIONS_SHOWN_MAX as u64),
        ("bytes of a card", CARD_BYTES_MAX as u64),
        ("characters of a card's field", NAME_CHARACTERS_MAX as u64),
        ("characters of instructions", INSTRUCTIONS_CHARACTERS_MAX as u64),
        ("seconds of service", u64::from(SERVICE_SECONDS_MAX)),
        ("hours of a window", WINDOW_HOURS_MAX as u64),
        ("changes pushed per round and request", PUSHES_PER_ROUND_MAX as u64),
        ("records in a round", RECORDS_PER_ROUND_MAX),
        ("bytes of a round's changes", ROUND_BYTES_MAX),
        ("rounds in a request", ROUNDS_PER_REQUEST_MAX as u64),
        ("bytes of a sync request, inflated", REQUEST_BYTES_MAX as u64),
        ("rows in an answer", ROWS_PER_ANSWER_MAX as u64),
    ];
    let rows = limits.iter().map(|(what, limit)| format!("| {what} | {limit} |"));
    let missing: Vec<_> = rows.filter(|row| !DOCUMENT.contains(row)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(DOCUMENT.contains(&format!("about {ANSWER_ROW_BYTES_MAX} bytes of rows")));
}

#[test]
fn every_domain_string_of_the_code_is_listed() {
    fn strings_in(folder: &std::path::Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                strings_in(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("vectors.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let strings = text.split("\"tournee/").skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(strings.map(|end| format!("tournee/{end}")));
            }
        }
    }
    let mut found = BTreeSet::new();
    strings_in(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() >= 9, "{found:?}");
    // Tests sign things that no document needs to know.
    found.retain(|string| !string.starts_with("tournee/test/"));
    let listed = |string: &&String| DOCUMENT.contains(&format!("| `{string}` |"));
    let missing: Vec<_> = found.iter().filter(|string| !listed(string)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
