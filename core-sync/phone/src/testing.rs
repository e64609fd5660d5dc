//! A phone in a folder of its own, and rows of a log to answer it with. Only under `cfg(test)`.
//!
//! [`Log`] writes rows as a server would have them; it judges nothing. Stories run against the real server.

use std::path::Path;

use core_sync::domain::card::{Card, CardText, card_hash};
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::courier_command::{CourierCommand, fact};
use core_sync::domain::ids::{
    ActId, BootId, CardHash, CoopId, DeviceId, MemberId, ParcelId, RecordId, RoundId, StopId, to_text,
};
use core_sync::domain::kind::MapName;
use core_sync::domain::personal::Personal;
use core_sync::domain::plan_record::{PlanRecord, StopAdded, StopTerms};
use core_sync::domain::reasons::StopKind;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stamp::{Moment, Stamp};
use core_sync::domain::time::{Timestamp, Window};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::{ReadChange, change_hash};
use core_sync::round_doc::lineage::Lineage;
use core_sync::round_doc::mint::{NewRecord, Tip, mint};
use core_sync::signing::delegation::{Delegation, TERM};
use core_sync::signing::envelope::{Envelope, sign};
use core_sync::signing::key::PrivateKey;
use core_sync::sync::digest::digest;
use core_sync::sync::outbox::first_tip;
use core_sync::sync::prepare::{Prepared, prepare};
use core_sync::view::today::round_today;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::enrol::EnrolAnswer;
use core_sync::wire::sync_answer::{Notice, RoundAnswer, Row, RowChange, SyncAnswer, Verdict};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::store::{SavedAct, Store, StoreError};

pub(crate) const CO_OP: CoopId = CoopId([0xcc; 16]);
pub(crate) const COURIER: MemberId = MemberId([0xaa; 16]);
pub(crate) const DOCUMENT: DocumentName =
    DocumentName { round: RoundId([0xdd; 16]), holder: COURIER, schema: 1 };
pub(crate) const PHONE: DeviceId = DeviceId([0xf0; 8]);
pub(crate) const SERVER: DeviceId = DeviceId([0x50; 8]);
pub(crate) const MORNING: Timestamp = Timestamp(1_795_336_200_000);
/// What must never stand in a file after it was to be forgotten.
pub(crate) const PLANTED_NAME: &str = "Zéphyrine Kerbiriou-Quéméneur";
pub(crate) const PLANTED_ADDRESS: &str = "117 venelle des Moulins-Brûlés";

pub(crate) fn key(device: DeviceId) -> PrivateKey {
    PrivateKey::from_seed(&[device.0[0]; 32])
}

pub(crate) fn co_op_key() -> PrivateKey {
    PrivateKey::from_seed(&[0xc0; 32])
}

pub(crate) fn delegation(device: DeviceId, member: Option<MemberId>) -> Vec<u8> {
    let key = key(device).public();
    Delegation { co_op: CO_OP, device, key, member, issued: MORNING, until: MORNING.plus(TERM) }
        .sign(&co_op_key())
}

pub(crate) fn enrol_answer(device: DeviceId, member: MemberId) -> EnrolAnswer {
    EnrolAnswer {
        co_op: CO_OP,
        co_op_name: "Les Vagues".to_owned(),
        co_op_key: co_op_key().public(),
        time_zone: "Europe/Paris".to_owned(),
        member,
        name: Personal::new(PLANTED_NAME.to_owned()),
        device,
        delegation: to_text(&delegation(device, Some(member))),
        server_time_ms: MORNING,
    }
}

pub(crate) fn enrol(store: &mut Store, device: DeviceId, member: MemberId) {
    let answer = enrol_answer(device, member);
    let delegation = delegation(device, Some(member));
    store.save_enrolment("http://127.0.0.1:1", &key(device), &answer, &delegation).unwrap();
}

/// An enrolled phone in a folder.
pub(crate) fn phone(folder: &Path) -> Store {
    let mut store = Store::open(folder).unwrap();
    enrol(&mut store, PHONE, COURIER);
    store
}

pub(crate) fn moment(minutes: u64) -> Moment {
    let ms = minutes * 60_000;
    let time = Timestamp(MORNING.0 + i64::try_from(ms).unwrap());
    Moment { time, boot: BootId([1; 8]), monotonic_ms: ms }
}

pub(crate) fn stop_id(n: u8) -> StopId {
    StopId([n; 16])
}

/// A tap as the session makes it, with an id that can be read.
pub(crate) fn tap(store: &mut Store, n: u8, command: &CourierCommand) -> SavedAct {
    tap_as(store, RecordId::new(ActId([n; 16]), PHONE), command)
}

/// A tap under any id.
pub(crate) fn tap_as(store: &mut Store, record: RecordId, command: &CourierCommand) -> SavedAct {
    let state = RoundState::of(&store.round(DOCUMENT.round).unwrap().unwrap().records);
    let body = ActBody::Fact(fact(command, &state).unwrap());
    let freeze = |stamp| {
        Record::Act { member: COURIER, stamp, body }.to_bytes().ok_or(StoreError::Content { table: "test" })
    };
    store.save_act(DOCUMENT.round, record, moment(u64::from(record.0[0])), 0, freeze).unwrap()
}

/// The card that names somebody.
pub(crate) fn planted_card() -> (CardHash, Vec<u8>) {
    let text = CardText {
        name: Personal::new(PLANTED_NAME.to_owned()),
        address: Personal::new(PLANTED_ADDRESS.to_owned()),
        coordinate: Personal::new(Coordinate::from_degrees(48.1, -4.5).unwrap()),
        telephone: None,
        door_code: None,
        instructions: None,
    };
    let bytes = Card { salt: [1; 16], replaces: None, text }.to_bytes();
    (card_hash(&bytes), bytes)
}

/// The plan's record that adds stop `n`, a hub with one parcel.
pub(crate) fn stop_added(n: u8) -> NewRecord {
    stop_added_by(MemberId([0xbb; 16]), n)
}

/// The same, by a coordinator of choice.
pub(crate) fn stop_added_by(member: MemberId, n: u8) -> NewRecord {
    let window = Window { from_ms: MORNING, until_ms: Timestamp(MORNING.0 + 3_600_000) };
    let parcels = vec![ParcelId([n; 16])];
    let terms = StopTerms { window, service_seconds: 60, parcels, card: planted_card().0 };
    let added = StopAdded { kind: StopKind::Hub, terms, order: None, from: None };
    let stamp = Stamp { time: MORNING, boot: BootId([9; 8]), monotonic_ms: 0, n: 0 };
    let body = ActBody::Plan(PlanRecord::StopAdded(added));
    let bytes = Record::Act { member, stamp, body }.to_bytes().unwrap();
    NewRecord { map: MapName::Plan, id: RecordId::new(ActId([n; 16]), SERVER), bytes }
}

/// Rows of the round's log.
#[derive(Clone)]
pub(crate) struct Log {
    rows: Vec<Row>,
    lineages: Vec<Lineage>,
    tip: Tip,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), lineages: vec![Lineage::start(&DOCUMENT)], tip: first_tip(&DOCUMENT) }
    }

    /// A log with a card and a plan of three stops.
    pub(crate) fn of_three_stops() -> Self {
        let mut log = Self::new();
        let (version, bytes) = planted_card();
        log.push(Row::Card(version, Some(bytes)));
        log.plan(&[stop_added(1), stop_added(2), stop_added(3)]);
        log
    }

    fn push(&mut self, row: Row) {
        let content = match &row {
            Row::Change { content: RowChange::Envelope(envelope), .. } => {
                change_hash(&envelope.change).unwrap()
            }
            Row::Change { content: RowChange::Yours(hash), .. } => *hash,
            Row::Card(hash, _) | Row::Tombstone(hash) => hash.0,
        };
        self.lineages.push(self.lineages.last().unwrap().after(row.kind(), &content));
        self.rows.push(row);
    }

    pub(crate) fn tombstone(&mut self, card: CardHash) {
        self.push(Row::Tombstone(card));
    }

    /// A change that somebody signed, received an hour after the last.
    pub(crate) fn append(&mut self, envelope: Envelope) {
        let read = ReadChange::read(&envelope.change).unwrap();
        self.tip.heads.retain(|(head, _)| !read.deps().contains(head));
        self.tip.heads.push((read.hash(), read.max_op()));
        let received = Timestamp(MORNING.0 + i64::try_from(self.rows.len()).unwrap() * 3_600_000);
        self.push(Row::Change { content: RowChange::Envelope(envelope), received });
    }

    /// A change of the server's.
    pub(crate) fn plan(&mut self, records: &[NewRecord]) {
        let signed = signed(SERVER, None, &self.tip, records);
        self.append(signed);
    }

    pub(crate) fn len(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The answer of this log to a phone at this position.
    pub(crate) fn after(&self, position: u64) -> RoundAnswer {
        let lineage = self.lineages.last().unwrap().short();
        RoundAnswer {
            document: DOCUMENT,
            from: position,
            rows: self.rows[usize::try_from(position).unwrap()..].to_vec(),
            cursor: Cursor { position: self.len(), lineage },
            verdicts: Vec::new(),
        }
    }

    /// The whole log with verdicts on what was pushed.
    pub(crate) fn after_with(&self, position: u64, verdicts: Vec<([u8; 32], Verdict)>) -> RoundAnswer {
        RoundAnswer { verdicts, ..self.after(position) }
    }
}

/// A change of these records by a device, with the delegation that introduces it.
pub(crate) fn signed(
    device: DeviceId,
    member: Option<MemberId>,
    tip: &Tip,
    records: &[NewRecord],
) -> Envelope {
    let change = mint(&DOCUMENT, device, tip, records).unwrap();
    let signature = sign(&key(device), DOCUMENT.round, &change.hash, device);
    Envelope { change: change.bytes, device, signature, delegation: Some(delegation(device, member)) }
}

/// Prepares a request and saves what has to be saved before it goes.
pub(crate) fn prepared(store: &mut Store) -> Prepared {
    let prepared = prepare(store.outbox().unwrap().unwrap()).unwrap();
    store.save_prepared(&prepared).unwrap();
    prepared
}

/// The changes that a request carries.
pub(crate) fn pushed(prepared: &Prepared) -> Vec<([u8; 32], Envelope)> {
    let pending = prepared.outbox.rounds.iter().flat_map(|round| &round.pending);
    pending.map(|change| (change.hash, change.envelope.clone())).collect()
}

/// Takes an answer in, as after `prepared` was posted.
pub(crate) fn confirm(store: &mut Store, prepared: &Prepared, round: RoundAnswer) {
    confirm_with(store, prepared, round, Vec::new());
}

/// The same, and the server has something to say of the device.
pub(crate) fn confirm_with(store: &mut Store, prepared: &Prepared, round: RoundAnswer, notices: Vec<Notice>) {
    let member = Some(prepared.outbox.identity.member);
    let renewed = delegation(prepared.outbox.identity.device, member);
    let answer = SyncAnswer {
        server_time: MORNING,
        delegation: Some(renewed),
        more: false,
        rounds: vec![round],
        notices,
    };
    store.confirm(&digest(&answer.to_bytes(), &prepared.outbox).unwrap()).unwrap();
}

/// A phone that has the log of three stops.
pub(crate) fn phone_with_three_stops(folder: &Path) -> (Store, Log) {
    let mut store = phone(folder);
    let log = Log::of_three_stops();
    let request = prepared(&mut store);
    confirm(&mut store, &request, log.after(0));
    (store, log)
}

/// Everything that is shown of the round, as JSON.
pub(crate) fn shown(store: &Store) -> String {
    let stored = store.round(DOCUMENT.round).unwrap().unwrap();
    let state = RoundState::of(&stored.records);
    let today = round_today(DOCUMENT.round, &state, &store.cards().unwrap(), stored.seen.as_ref());
    serde_json::to_string_pretty(&today).unwrap()
}

/// The numbers of the taps in the queue, as the queue has them.
pub(crate) fn queued_taps(store: &Store) -> Vec<u64> {
    let n = |bytes: &[u8]| Record::from_bytes(bytes).unwrap().stamp().unwrap().n;
    store.queue().unwrap().iter().map(|act| n(&act.bytes)).collect()
}

/// Whether any file of a folder holds these bytes, plain; the file's name if so.
pub(crate) fn file_holding(folder: &Path, needle: &[u8]) -> Option<String> {
    std::fs::read_dir(folder).unwrap().map(Result::unwrap).find_map(|entry| {
        let content = std::fs::read(entry.path()).unwrap();
        let holds = content.windows(needle.len()).any(|window| window == needle);
        holds.then(|| entry.file_name().to_string_lossy().into_owned())
    })
}

pub(crate) fn random() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(5)
}
