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
const WAYS: usize = 13;
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

/// What crafted changes are made of.
struct Material {
    /// A round of this courier's own.
    own: Rc<RoundLog>,
    /// A round of somebody else's.
    other: Rc<RoundLog>,
    /// A change in that.
    theirs: Option<Envelope>,
    /// What an honest phone would send.
    act: NewRecord,
    change: Envelope,
}

/// A crafted change and the document it is sent to; `None` where what it needs is not there.
type Crafted = Option<(DocumentName, Envelope)>;

fn crafted(world: &mut World, inventory: &Inventory, way: usize, chance: &mut Chance) -> Played<Crafted> {
    let hostile = &mut world.hostile;
    let (me, device) = (hostile.member, hostile.device);
    let own = chance.pick(&hostile.rounds).and_then(|round| inventory.rounds.get(&round));
    let honest: Vec<&Rc<RoundLog>> =
        inventory.rounds.values().filter(|log| log.document.holder != me).collect();
    let (Some(own), Some(other)) = (own, chance.pick(&honest)) else { return Ok(None) };
    let theirs = chance.pick(&other.changes);
    let act = hostile.arrived(me, device);
    let change = hostile.change(&own.document, &own.tip, std::slice::from_ref(&act), device)?;
    let material = Material { own: Rc::clone(own), other: Rc::clone(other), theirs, act, change };
    match way {
        0..3 => in_anothers_place(hostile, way, material),
        3..6 => as_what_it_is_not(hostile, way, material, chance),
        6..8 => wrong_record(hostile, way, material),
        8 => on_what_nobody_has(hostile, &material, chance).map(Some),
        _ => wrong_bytes(hostile, way, material, chance),
    }
}

/// Into somebody else's round, or in their name.
fn in_anothers_place(hostile: &mut Hostile, way: usize, material: Material) -> Played<Crafted> {
    let Material { own, other, act, .. } = material;
    let device = hostile.device;
    let (into, act) = match way {
        // A fact of one's own into somebody else's round.
        0 => (other, act),
        // A fact in somebody else's name, in one's own round and in theirs.
        1 => (own, hostile.arrived(other.document.holder, device)),
        _ => {
            let act = hostile.arrived(other.document.holder, device);
            (other, act)
        }
    };
    Ok(Some((into.document, hostile.change(&into.document, &into.tip, &[act], device)?)))
}

/// Under another's id, another's actor, or numbers that are not its own.
fn as_what_it_is_not(
    hostile: &mut Hostile,
    way: usize,
    material: Material,
    chance: &mut Chance,
) -> Played<Crafted> {
    let Material { own, theirs, act, .. } = material;
    let (me, device) = (hostile.member, hostile.device);
    let change = match (way, theirs) {
        // A record id of somebody else's device.
        (3, Some(theirs)) => {
            let act = hostile.arrived(me, theirs.device);
            hostile.change(&own.document, &own.tip, &[act], device)?
        }
        // An actor that does not follow from the change: minted for another device, signed by this one.
        (4, Some(theirs)) => hostile.change(&own.document, &own.tip, &[act], theirs.device)?,
        (3 | 4, None) => return Ok(None),
        // Operation numbers from the far future.
        _ => {
            let ahead = 1 + u64::try_from(chance.below(5_000)).unwrap_or(0);
            let heads = own.tip.heads.iter().map(|(hash, op)| (*hash, op.saturating_add(ahead))).collect();
            hostile.change(&own.document, &Tip { heads }, &[act], device)?
        }
    };
    Ok(Some((own.document, change)))
}

/// A record that is not this courier's to write.
fn wrong_record(hostile: &mut Hostile, way: usize, material: Material) -> Played<Crafted> {
    let Material { own, act, change, .. } = material;
    let (me, device) = (hostile.member, hostile.device);
    let record = if way == 6 {
        // A plan record by a courier.
        let body = PlanRecord::StopWithdrawn { stop: StopId([6; 16]), reason: WithdrawReason::Cancelled };
        let bytes = hostile.act(me, ActBody::Plan(body));
        NewRecord { map: MapName::Plan, id: hostile.id(device), bytes }
    } else {
        // The same id twice, with other bytes.
        let mine = own.records.iter().find(|(id, _)| id.device() == device).map(|(id, _)| id);
        let Some(taken) = mine else { return Ok(Some((own.document, change))) };
        NewRecord { id: taken, ..act }
    };
    Ok(Some((own.document, hostile.change(&own.document, &own.tip, &[record], device)?)))
}

/// On a change that no server ever had.
fn on_what_nobody_has(
    hostile: &Hostile,
    material: &Material,
    chance: &mut Chance,
) -> Played<(DocumentName, Envelope)> {
    let Material { own, act, .. } = material;
    let nothing = Sha256::digest(chance.below(usize::MAX).to_be_bytes()).into();
    let heads = own.tip.heads.first().map(|(_, operations)| (nothing, *operations));
    let tip = Tip { heads: heads.into_iter().collect() };
    Ok((own.document, hostile.change(&own.document, &tip, std::slice::from_ref(act), hostile.device)?))
}

/// Bytes or a signature that are another's, or none.
fn wrong_bytes(
    hostile: &mut Hostile,
    way: usize,
    material: Material,
    chance: &mut Chance,
) -> Played<Crafted> {
    let Material { own, theirs, change, .. } = material;
    let envelope = match (way, theirs) {
        // Somebody else's change under one's own signature, and with theirs.
        (9, Some(theirs)) => hostile.signed(&own.document, theirs.change),
        (10, Some(theirs)) => theirs,
        (9 | 10, None) => return Ok(None),
        // A signature that is none.
        (11, _) => {
            let mut envelope = change;
            let at = chance.below(envelope.signature.0.len());
            if let Some(byte) = envelope.signature.0.get_mut(at) {
                *byte ^= 1;
            }
            envelope
        }
        // Flipped bytes, with the checksum mended and signed anew.
        _ => {
            let mut bytes = change.change;
            for _ in 0..=chance.below(3) {
                let at = CHECKSUM.end + chance.below(bytes.len().saturating_sub(CHECKSUM.end));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
            mend_checksum(&mut bytes);
            hostile.signed(&own.document, bytes)
        }
    };
    Ok(Some((own.document, envelope)))
}

/// The checksum of a chunk is the start of the hash of what follows it (Automerge's binary format).
fn mend_checksum(bytes: &mut [u8]) {
    let hash = Sha256::digest(bytes.get(CHECKSUM.end..).unwrap_or_default());
    if let (Some(place), Some(sum)) = (bytes.get_mut(CHECKSUM), hash.get(..CHECKSUM.len())) {
        place.copy_from_slice(sum);
    }
}
