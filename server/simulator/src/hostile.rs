//! A hostile phone: a real member's enrolled device that sends what no honest phone would.
//!
//! What must hold is looked at afterwards, in what stands in the logs: nothing in it is by somebody who may not, or
//! signed by another, or keeps a round from loading; and no answer to it was a failure of the server.

use std::rc::Rc;

use core_sync::domain::fact::{AtStop, Fact};
use core_sync::domain::ids::{ActId, BootId, DeviceId, MemberId, RecordId, RoundId, StopId, bytes_from_text};
use core_sync::domain::kind::MapName;
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::stamp::Stamp;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::change_hash;
use core_sync::round_doc::lineage::Lineage;
use core_sync::round_doc::mint::{NewRecord, Tip, mint};
use core_sync::signing::envelope::{Envelope, sign};
use core_sync::signing::key::PrivateKey;
use core_sync::wire::cursor::Cursor;
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::signed_request::SignedRequest;
use core_sync::wire::sync_request::{RoundAsk, SyncRequest};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;
use sha2::{Digest as _, Sha256};

use crate::answers::send;
use crate::chance::Chance;
use crate::clock::MORNING;
use crate::halt::{OrBroken as _, Played};
use crate::inventory::{Inventory, RoundLog};
use crate::opening::code;
use crate::server_process::{Disk, ServerProcess};
use crate::world::World;

/// Ways to do harm.
const WAYS: usize = 12;
/// Where the checksum stands in a change, and where what it covers begins.
const CHECKSUM: std::ops::Range<usize> = 4..8;

/// The hostile courier's phone.
#[derive(Debug)]
pub(crate) struct Hostile {
    pub(crate) member: MemberId,
    pub(crate) device: DeviceId,
    /// Rounds that are really this courier's.
    pub(crate) rounds: Vec<RoundId>,
    key: PrivateKey,
    delegation: Vec<u8>,
    counter: u64,
    taps: u64,
    random: ChaCha8Rng,
}

impl Hostile {
    /// Enrols as anybody does.
    pub(crate) fn enrol(server: &ServerProcess, member: MemberId, seed: u64) -> Played<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let key = PrivateKey::random(&mut random);
        let request = EnrolRequest { code: code(server, member)?, key: key.public() };
        let answer: EnrolAnswer = server.post("/v1/enrol", None, &request, Disk::Room)?.json("/v1/enrol")?;
        let delegation = bytes_from_text(&answer.delegation).or_broken("reading a delegation")?;
        let (rounds, counter, taps) = (Vec::new(), 0, 0);
        Ok(Self { member, device: answer.device, rounds, key, delegation, counter, taps, random })
    }

    /// An act as bytes, in whoever's name.
    fn act(&mut self, member: MemberId, body: ActBody) -> Vec<u8> {
        self.taps += 1;
        let stamp = Stamp { time: MORNING, boot: BootId([6; 8]), monotonic_ms: self.taps, n: self.taps };
        Record::Act { member, stamp, body }.to_bytes().unwrap_or_default()
    }

    fn id(&mut self, device: DeviceId) -> RecordId {
        RecordId::new(ActId::random(&mut self.random), device)
    }

    fn arrived(&mut self, member: MemberId, device: DeviceId) -> NewRecord {
        let fact = Fact::Arrived(AtStop { stop: StopId([6; 16]), seen: Vec::new() });
        let bytes = self.act(member, ActBody::Fact(fact));
        NewRecord { map: MapName::Facts, id: self.id(device), bytes }
    }

    /// A change of these records, signed, with the device that it says.
    fn change(
        &self,
        document: &DocumentName,
        tip: &Tip,
        records: &[NewRecord],
        device: DeviceId,
    ) -> Played<Envelope> {
        let minted = mint(document, device, tip, records).or_broken("minting a hostile change")?;
        Ok(self.signed(document, minted.bytes))
    }

    fn signed(&self, document: &DocumentName, change: Vec<u8>) -> Envelope {
        let hash = change_hash(&change).unwrap_or_default();
        let signature = sign(&self.key, document.round, &hash, self.device);
        Envelope { change, device: self.device, signature, delegation: Some(self.delegation.clone()) }
    }

    fn request(&mut self, document: DocumentName, pushes: Vec<Envelope>) -> Vec<u8> {
        self.counter += 1;
        let cursor = Cursor { position: 0, lineage: Lineage::start(&document).short() };
        let ask = RoundAsk { document, cursor, pushes, cards: Vec::new() };
        let body = SyncRequest { schema: 1, rounds: vec![ask] }.to_bytes(self.member);
        SignedRequest::sign(&self.key, self.device, self.counter, body).to_bytes()
    }
}

/// Sends something crafted.
pub(crate) fn send_crafted(world: &mut World, chance: &mut Chance) -> Played<()> {
    let inventory = world.server.inventory()?;
    let way = chance.below(WAYS);
    let Some((document, envelope)) = crafted(world, &inventory, way, chance)? else { return Ok(()) };
    let request = world.hostile.request(document, vec![envelope]);
    let answer = send(world, request, Disk::Room)?;
    world.tally.hostile += 1;
    world.tally.fault("hostile phone");
    world.tell(format!("the hostile phone tries way {way}: {}", answer.status));
    Ok(())
}

/// A crafted change and the document it is sent to; `None` where what it needs is not there.
fn crafted(
    world: &mut World,
    inventory: &Inventory,
    way: usize,
    chance: &mut Chance,
) -> Played<Option<(DocumentName, Envelope)>> {
    let hostile = &mut world.hostile;
    let (me, device) = (hostile.member, hostile.device);
    let own = chance.pick(&hostile.rounds).and_then(|round| inventory.rounds.get(&round));
    let honest: Vec<&Rc<RoundLog>> =
        inventory.rounds.values().filter(|log| log.document.holder != me).collect();
    let (Some(own), Some(other)) = (own, chance.pick(&honest)) else { return Ok(None) };
    let theirs = chance.pick(&other.changes);
    let honest_act = hostile.arrived(me, device);
    let honest_change = hostile.change(&own.document, &own.tip, std::slice::from_ref(&honest_act), device)?;
    let (document, envelope) = match way {
        // A fact of one's own into somebody else's round.
        0 => (other.document, hostile.change(&other.document, &other.tip, &[honest_act], device)?),
        // A fact in somebody else's name, in one's own round and in theirs.
        1 => {
            let act = hostile.arrived(other.document.holder, device);
            (own.document, hostile.change(&own.document, &own.tip, &[act], device)?)
        }
        2 => {
            let act = hostile.arrived(other.document.holder, device);
            (other.document, hostile.change(&other.document, &other.tip, &[act], device)?)
        }
        // A record id of somebody else's device.
        3 => {
            let Some(theirs) = theirs else { return Ok(None) };
            let act = hostile.arrived(me, theirs.device);
            (own.document, hostile.change(&own.document, &own.tip, &[act], device)?)
        }
        // An actor that does not follow from the change: minted for another device, signed by this one.
        4 => {
            let Some(theirs) = theirs else { return Ok(None) };
            (own.document, hostile.change(&own.document, &own.tip, &[honest_act], theirs.device)?)
        }
        // Operation numbers from the far future.
        5 => {
            let ahead = 1 + u64::try_from(chance.below(5_000)).unwrap_or(0);
            let heads = own.tip.heads.iter().map(|(hash, op)| (*hash, op.saturating_add(ahead))).collect();
            (own.document, hostile.change(&own.document, &Tip { heads }, &[honest_act], device)?)
        }
        // A plan record by a courier.
        6 => {
            let body = PlanRecord::StopWithdrawn { stop: StopId([6; 16]), reason: WithdrawReason::Cancelled };
            let bytes = hostile.act(me, ActBody::Plan(body));
            let id = hostile.id(device);
            let record = NewRecord { map: MapName::Plan, id, bytes };
            (own.document, hostile.change(&own.document, &own.tip, &[record], device)?)
        }
        // The same id twice, with other bytes.
        7 => {
            let mine = own.records.iter().find(|(id, _)| id.device() == device).map(|(id, _)| id);
            let Some(taken) = mine else { return Ok(Some((own.document, honest_change))) };
            let act = NewRecord { id: taken, ..honest_act };
            (own.document, hostile.change(&own.document, &own.tip, &[act], device)?)
        }
        // Somebody else's change under one's own signature, and with theirs.
        8 => {
            let Some(theirs) = theirs else { return Ok(None) };
            (own.document, hostile.signed(&own.document, theirs.change.clone()))
        }
        9 => {
            let Some(theirs) = theirs else { return Ok(None) };
            (own.document, theirs)
        }
        // A signature that is none.
        10 => {
            let mut envelope = honest_change;
            let at = chance.below(envelope.signature.0.len());
            if let Some(byte) = envelope.signature.0.get_mut(at) {
                *byte ^= 1;
            }
            (own.document, envelope)
        }
        // Flipped bytes, with the checksum mended and signed anew.
        _ => {
            let mut bytes = honest_change.change;
            for _ in 0..=chance.below(3) {
                let at = CHECKSUM.end + chance.below(bytes.len().saturating_sub(CHECKSUM.end));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
            mend_checksum(&mut bytes);
            (own.document, hostile.signed(&own.document, bytes))
        }
    };
    Ok(Some((document, envelope)))
}

/// The checksum of a chunk is the start of the hash of what follows it (Automerge's binary format).
fn mend_checksum(bytes: &mut [u8]) {
    let hash = Sha256::digest(bytes.get(CHECKSUM.end..).unwrap_or_default());
    if let (Some(place), Some(sum)) = (bytes.get_mut(CHECKSUM), hash.get(..CHECKSUM.len())) {
        place.copy_from_slice(sum);
    }
}
