//! One document with a short past, its courier and her phone: what the guard and the fold are given to judge.
//!
//! Ids are counted, not random, so that bytes made up can name what is there, and a crasher can be read.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::fact::Fact;
use core_sync::domain::ids::{ActId, BootId, CardHash, CoopId, DeviceId, MemberId, ParcelId, RecordId};
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::kind::MapName;
use core_sync::domain::permissions::Writer;
use core_sync::domain::plan_record::{PlanRecord, StopAdded, StopTerms};
use core_sync::domain::reasons::StopKind;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::stamp::Stamp;
use core_sync::domain::time::{Milliseconds, Timestamp, Window};
use core_sync::guard::{Known, Signer, record_hash};
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use core_sync::round_doc::mint::{Minted, NewRecord, Tip, mint};
use core_sync::signing::delegation::{Delegation, TERM};
use core_sync::signing::key::PrivateKey;

/// Half past eight on a day in November, UTC.
pub(crate) const MORNING: Timestamp = Timestamp(1_795_336_200_000);

pub(crate) const CO_OP: CoopId = CoopId([0xcc; 16]);
pub(crate) const COURIER: MemberId = MemberId([0xaa; 16]);
pub(crate) const DOCUMENT: DocumentName =
    DocumentName { round: RoundId([0xdd; 16]), holder: COURIER, schema: 1 };
pub(crate) const PHONE: DeviceId = DeviceId([0xf0; 8]);
pub(crate) const SERVER: DeviceId = DeviceId([0x50; 8]);
pub(crate) const SHOP: DeviceId = DeviceId([0x5b; 8]);

/// Stops of the plan: their numbers, kinds and parcels.
const STOPS: [(u8, StopKind, &[u8]); 4] = [
    (1, StopKind::Pickup, &[3, 4]),
    (2, StopKind::Hub, &[5]),
    (3, StopKind::DropOff, &[3]),
    (4, StopKind::DropOff, &[4]),
];

/// The document's past.
pub(crate) struct Past {
    /// Its changes, first things first.
    pub(crate) changes: Vec<Vec<u8>>,
    /// What the log knows of them.
    pub(crate) known: Known,
    /// The heads.
    pub(crate) tip: Tip,
    /// Their records.
    pub(crate) records: Vec<NewRecord>,
}

impl Past {
    /// The plan, and the courier's first tap.
    pub(crate) fn new() -> Self {
        let start = (genesis(&DOCUMENT).hash, GENESIS_MAX_OP);
        let mut past = Self {
            changes: Vec::new(),
            known: Known { max_ops: BTreeMap::from([start]), records: BTreeMap::new() },
            tip: Tip { heads: vec![start] },
            records: Vec::new(),
        };
        let plan =
            STOPS.map(|(n, kind, parcels)| plan_record(n, PlanRecord::StopAdded(added(kind, parcels))));
        past.go_on(SERVER, &plan);
        let started = Fact::Started { stops: STOPS.iter().map(|(n, ..)| stop(*n)).collect() };
        past.go_on(PHONE, &[fact(9, started)]);
        past
    }

    fn go_on(&mut self, device: DeviceId, records: &[NewRecord]) {
        let minted = self.minted(device, records);
        self.known.max_ops.insert(minted.hash, minted.max_op);
        self.known.records.extend(records.iter().map(|record| (record.id, record_hash(&record.bytes))));
        self.tip.heads = vec![(minted.hash, minted.max_op)];
        self.changes.push(minted.bytes);
        self.records.extend_from_slice(records);
    }

    /// An honest change on the heads.
    pub(crate) fn minted(&self, device: DeviceId, records: &[NewRecord]) -> Minted {
        mint(&DOCUMENT, device, &self.tip, records).expect("an honest change is made")
    }
}

/// The key of a device: its id says which.
pub(crate) fn key(device: DeviceId) -> PrivateKey {
    PrivateKey::from_seed(&[device.0[0]; 32])
}

fn co_op_key() -> PrivateKey {
    PrivateKey::from_seed(&[0xc0; 32])
}

/// The co-op's word for a device of the courier's or a shop's.
pub(crate) fn delegation(device: DeviceId) -> Vec<u8> {
    let (key, until) = (key(device).public(), MORNING.plus(TERM));
    Delegation { co_op: CO_OP, device, key, member: Some(COURIER), issued: MORNING, until }.sign(&co_op_key())
}

/// The phone as the guard knows it: the holder's.
pub(crate) fn phone() -> Signer {
    signer(PHONE, Writer::Holder)
}

/// The server as the guard knows it: it may bring what the holder tapped, too.
pub(crate) fn server() -> Signer {
    signer(SERVER, Writer::Server)
}

fn signer(device: DeviceId, writer: Writer) -> Signer {
    let devices = BTreeSet::from([device, PHONE]);
    Signer { key: key(device).public(), writer, devices, co_op: co_op_key().public() }
}

pub(crate) fn stop(n: u8) -> StopId {
    StopId([n; 16])
}

pub(crate) fn parcel(n: u8) -> ParcelId {
    ParcelId([n; 16])
}

pub(crate) fn stamp(n: u8) -> Stamp {
    let n = u64::from(n);
    let time = MORNING.plus(Milliseconds::minutes(n.try_into().unwrap_or_default()));
    Stamp { time, boot: BootId([1; 8]), monotonic_ms: n * 60_000, n }
}

fn act(body: ActBody, n: u8) -> Vec<u8> {
    let record = Record::Act { member: COURIER, stamp: stamp(n), body };
    record.to_bytes().expect("a record of this version has bytes")
}

/// The plan record number `n`; that of a stop added makes stop `n`.
pub(crate) fn plan_record(n: u8, record: PlanRecord) -> NewRecord {
    let id = RecordId::new(ActId([n; 16]), SERVER);
    NewRecord { map: MapName::Plan, id, bytes: act(ActBody::Plan(record), n) }
}

/// The fact number `n`.
pub(crate) fn fact(n: u8, fact: Fact) -> NewRecord {
    let id = RecordId::new(ActId([n; 16]), PHONE);
    NewRecord { map: MapName::Facts, id, bytes: act(ActBody::Fact(fact), n) }
}

pub(crate) fn terms(parcels: &[u8]) -> StopTerms {
    StopTerms {
        window: Window { from_ms: MORNING, until_ms: MORNING.plus(Milliseconds::hours(2)) },
        service_seconds: 120,
        parcels: parcels.iter().copied().map(parcel).collect(),
        card: CardHash([7; 32]),
    }
}

pub(crate) fn added(kind: StopKind, parcels: &[u8]) -> StopAdded {
    StopAdded { kind, terms: terms(parcels), order: None, from: None }
}
