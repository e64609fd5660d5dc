//! What the tests of this crate share: one small world of people, devices and ids. Only under `cfg(test)`.
//!
//! Ids are counted, not random, so that a failing case reads: stop 3, parcel 5, the courier's record 12.

pub(crate) mod answers;
pub(crate) mod one_of_each;
pub(crate) mod record_sets;
pub(crate) mod taps;

use std::collections::BTreeSet;

use crate::domain::ids::{ActId, BootId, CardHash, CoopId, DeviceId, MemberId, ParcelId, RecordId, RoundId};
use crate::domain::ids::{OrderId, StopId};
use crate::domain::permissions::Writer;
use crate::domain::plan_record::{StopAdded, StopTerms};
use crate::domain::reasons::StopKind;
use crate::domain::record::{ActBody, Record};
use crate::domain::records::Records;
use crate::domain::stamp::Stamp;
use crate::domain::time::{Timestamp, Window};
use crate::guard::Signer;
use crate::round_doc::DocumentName;
use crate::round_doc::mint::{Minted, NewRecord, Tip, mint};
use crate::signing::delegation::{Delegation, TERM};
use crate::signing::envelope::{Envelope, sign};
use crate::signing::key::PrivateKey;

pub(crate) const CO_OP: CoopId = CoopId([0xcc; 16]);
pub(crate) const COURIER: MemberId = MemberId([0xaa; 16]);
pub(crate) const DOCUMENT: DocumentName =
    DocumentName { round: RoundId([0xdd; 16]), holder: COURIER, schema: 1 };
pub(crate) const PHONE: DeviceId = DeviceId([0xf0; 8]);
pub(crate) const SERVER: DeviceId = DeviceId([0x50; 8]);
pub(crate) const STRANGER: DeviceId = DeviceId([0x0b; 8]);
pub(crate) const SHOP: DeviceId = DeviceId([0x5b; 8]);

/// Half past eight on a day in November, UTC.
pub(crate) const MORNING: Timestamp = Timestamp(1_795_336_200_000);

pub(crate) fn stop_id(n: u8) -> StopId {
    StopId([n; 16])
}

pub(crate) fn parcel(n: u8) -> ParcelId {
    ParcelId([n; 16])
}

/// A record of the server; that of a `stop added` makes stop `n`.
pub(crate) fn plan_id(n: u8) -> RecordId {
    RecordId::new(ActId([n; 16]), SERVER)
}

/// A record of the courier's phone.
pub(crate) fn fact_id(n: u8) -> RecordId {
    RecordId::new(ActId([n; 16]), PHONE)
}

/// The phone's tap number `n`: its clock runs a minute a tap.
pub(crate) fn stamp(n: u64) -> Stamp {
    let time = Timestamp(MORNING.0 + i64::try_from(n).unwrap() * 60_000);
    Stamp { time, boot: BootId([1; 8]), monotonic_ms: n * 60_000, n }
}

/// An act of the courier's or of a coordinator, as bytes.
pub(crate) fn act(body: ActBody, n: u64) -> Vec<u8> {
    Record::Act { member: COURIER, stamp: stamp(n), body }.to_bytes().unwrap()
}

pub(crate) fn window(hours: i64) -> Window {
    let from_ms = Timestamp(MORNING.0 + hours * 3_600_000);
    Window { from_ms, until_ms: Timestamp(from_ms.0 + 3_600_000) }
}

pub(crate) fn terms(parcels: &[u8]) -> StopTerms {
    StopTerms {
        window: window(1),
        service_seconds: 120,
        parcels: parcels.iter().map(|n| parcel(*n)).collect(),
        card: CardHash([7; 32]),
    }
}

pub(crate) fn added(kind: StopKind, parcels: &[u8]) -> StopAdded {
    StopAdded { kind, terms: terms(parcels), order: Some(OrderId([6; 16])), from: None }
}

pub(crate) fn records<'a>(written: impl IntoIterator<Item = &'a NewRecord>) -> Records {
    let mut records = Records::new();
    for record in written {
        records.insert(record.id, &record.bytes, None);
    }
    records
}

/// The key of a device: its id says which.
pub(crate) fn key(device: DeviceId) -> PrivateKey {
    PrivateKey::from_seed(&[device.0[0]; 32])
}

/// The key that signs delegations.
pub(crate) fn co_op_key() -> PrivateKey {
    PrivateKey::from_seed(&[0xc0; 32])
}

pub(crate) fn delegation(device: DeviceId) -> Vec<u8> {
    let member = (device != SERVER).then_some(COURIER);
    let until = MORNING.plus(TERM);
    Delegation { co_op: CO_OP, device, key: key(device).public(), member, issued: MORNING, until }
        .sign(&co_op_key())
}

/// Signs a change whatever it holds, as `device` for the one document.
pub(crate) fn envelope(change: Vec<u8>, device: DeviceId) -> Envelope {
    let hash = crate::round_doc::change::change_hash(&change).unwrap_or_default();
    let signature = sign(&key(device), DOCUMENT.round, &hash, device);
    Envelope { change, device, signature, delegation: None }
}

/// The guard's view of a device: the phone is the holder's, the server is itself.
pub(crate) fn signer(device: DeviceId) -> Signer {
    let writer = match device {
        PHONE => Writer::Holder,
        SERVER => Writer::Server,
        _ => Writer::Stranger,
    };
    Signer {
        key: key(device).public(),
        writer,
        devices: BTreeSet::from([device]),
        co_op: co_op_key().public(),
    }
}

/// Mints on a tip, as an honest device does.
pub(crate) fn minted(device: DeviceId, tip: &Tip, records: &[NewRecord]) -> Minted {
    mint(&DOCUMENT, device, tip, records).unwrap()
}
