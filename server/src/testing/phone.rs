//! A phone: a key, a device, and changes minted by hand.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_sync::domain::fact::{AtStop, Fact};
use core_sync::domain::ids::{ActId, BootId, DeviceId, MemberId, RecordId, RoundId, StopId};
use core_sync::domain::kind::MapName;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::stamp::Stamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::change_hash;
use core_sync::round_doc::genesis::{GENESIS_MAX_OP, genesis};
use core_sync::round_doc::lineage::Lineage;
use core_sync::round_doc::mint::{NewRecord, Tip, mint};
use core_sync::signing::envelope::{Envelope, sign};
use core_sync::signing::key::PrivateKey;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::enrol::EnrolAnswer;
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_request::{RoundAsk, SyncRequest};

use super::MORNING;

/// A phone of a member.
pub(crate) struct Phone {
    pub(crate) member: MemberId,
    pub(crate) device: DeviceId,
    pub(crate) key: PrivateKey,
    pub(crate) delegation: Vec<u8>,
    pub(crate) counter: u64,
    taps: u64,
}

impl Phone {
    pub(crate) fn new(answer: &EnrolAnswer, key: PrivateKey) -> Self {
        Self {
            member: answer.member,
            device: answer.device,
            key,
            delegation: URL_SAFE_NO_PAD.decode(&answer.delegation).unwrap(),
            counter: 0,
            taps: 0,
        }
    }

    /// A phone of whoever, with this word for it.
    pub(crate) fn with(member: MemberId, device: DeviceId, delegation: Vec<u8>, key: PrivateKey) -> Self {
        Self { member, device, key, delegation, counter: 0, taps: 0 }
    }

    /// A phone whose folder is a copy of this one's.
    pub(crate) fn copy(&self) -> Self {
        let Self { member, device, ref key, ref delegation, counter, taps } = *self;
        Self { member, device, key: key.clone(), delegation: delegation.clone(), counter, taps }
    }

    /// The document of a round of this phone's member.
    pub(crate) fn document(&self, round: RoundId) -> DocumentName {
        DocumentName { round, holder: self.member, schema: 1 }
    }

    /// A tap: an arrival at a stop.
    pub(crate) fn arrival(&mut self, stop: StopId) -> NewRecord {
        self.tap(Fact::Arrived(AtStop { stop, seen: Vec::new() }))
    }

    /// A tap.
    pub(crate) fn tap(&mut self, fact: Fact) -> NewRecord {
        self.taps += 1;
        let mut act = [0; 16];
        act[..8].copy_from_slice(&self.taps.to_be_bytes());
        act[8..].copy_from_slice(&self.device.0);
        let stamp =
            Stamp { time: MORNING, boot: BootId([1; 8]), monotonic_ms: self.taps * 1_000, n: self.taps };
        let record = Record::Act { member: self.member, stamp, body: ActBody::Fact(fact) };
        NewRecord {
            map: MapName::Facts,
            id: RecordId::new(ActId(act), self.device),
            bytes: record.to_bytes().unwrap(),
        }
    }

    /// A change of these records on genesis, signed.
    pub(crate) fn change(&self, document: DocumentName, records: &[NewRecord]) -> Envelope {
        self.change_on(document, &first_tip(document), records)
    }

    /// A change of these records on these heads, signed.
    pub(crate) fn change_on(&self, document: DocumentName, tip: &Tip, records: &[NewRecord]) -> Envelope {
        let minted = mint(&document, self.device, tip, records).unwrap();
        Envelope {
            change: minted.bytes,
            device: self.device,
            signature: sign(&self.key, document.round, &minted.hash, self.device),
            delegation: Some(self.delegation.clone()),
        }
    }

    /// The bytes of a request.
    pub(crate) fn request(&mut self, rounds: Vec<RoundAsk>) -> Vec<u8> {
        self.request_showing(Vec::new(), rounds)
    }

    /// The bytes of a request that shows delegations.
    pub(crate) fn request_showing(&mut self, shown: Vec<Vec<u8>>, rounds: Vec<RoundAsk>) -> Vec<u8> {
        self.counter += 1;
        let body = SyncRequest { schema: 1, rounds }.to_bytes(self.member);
        let mut signed = SignedRequest::sign(&self.key, self.device, self.counter, body);
        signed.delegations = shown;
        signed.to_bytes()
    }
}

/// The heads of a document that nobody has written to.
fn first_tip(document: DocumentName) -> Tip {
    Tip { heads: vec![(genesis(&document).hash, GENESIS_MAX_OP)] }
}

/// A question from the start of a log, with pushes.
pub(crate) fn ask(document: DocumentName, pushes: Vec<Envelope>) -> RoundAsk {
    let cursor = Cursor { position: 0, lineage: Lineage::start(&document).short() };
    RoundAsk { document, cursor, pushes, cards: Vec::new() }
}

pub(crate) fn hash_of(envelope: &Envelope) -> [u8; 32] {
    change_hash(&envelope.change).unwrap()
}
