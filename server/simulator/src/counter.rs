//! A shop's counter: says what it gave and received, signed by its device, and says it again until it is heard.

use std::rc::Rc;

use core_sync::domain::fact::Fact;
use core_sync::domain::ids::{
    ActId, BootId, DeviceId, MemberId, ParcelId, RecordId, bytes_from_text, to_text,
};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::shop_fact::Direction;
use core_sync::domain::stamp::Stamp;
use core_sync::domain::time::Timestamp;
use core_sync::signing::key::PrivateKey;
use core_sync::signing::shop_fact::{ShopWord, sign};
use core_sync::wire::enrol::{EnrolAnswer, EnrolRequest};
use core_sync::wire::shop_fact::ShopFactRequest;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

use crate::chance::Chance;
use crate::courier::short;
use crate::halt::{Halt, OrBroken as _, Played, found};
use crate::inventory::{Inventory, RoundLog};
use crate::opening::code;
use crate::server_process::{Disk, ServerProcess};
use crate::world::World;

/// A shop with its device.
#[derive(Debug)]
pub(crate) struct Shop {
    member: MemberId,
    device: DeviceId,
    key: PrivateKey,
    delegation: Vec<u8>,
    random: ChaCha8Rng,
    said: u64,
    /// Words that had no yes yet.
    pub(crate) unheard: Vec<ShopFactRequest>,
    /// Words that were acknowledged, to be said again after the server went back in time: the paper at the counter.
    pub(crate) heard: Vec<ShopFactRequest>,
}

impl Shop {
    /// Enrols its device.
    pub(crate) fn enrol(server: &ServerProcess, member: MemberId, seed: u64) -> Played<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let key = PrivateKey::random(&mut random);
        let request = EnrolRequest { code: code(server, member)?, key: key.public() };
        let answer: EnrolAnswer = server.post("/v1/enrol", None, &request, Disk::Room)?.json("/v1/enrol")?;
        let delegation = bytes_from_text(&answer.delegation).or_broken("reading a delegation")?;
        let (unheard, heard) = (Vec::new(), Vec::new());
        Ok(Self { member, device: answer.device, key, delegation, random, said: 0, unheard, heard })
    }

    /// Whether this is, byte for byte, what it ever said.
    pub(crate) fn said(&self, record: RecordId, bytes: &[u8]) -> bool {
        let mut words = self.heard.iter().chain(&self.unheard);
        words.any(|word| word.record == record && word.bytes == to_text(bytes))
    }

    fn word(&mut self, direction: Direction, parcels: Vec<ParcelId>, time: Timestamp) -> ShopFactRequest {
        self.said += 1;
        let record = RecordId::new(ActId::random(&mut self.random), self.device);
        let stamp = Stamp { time, boot: BootId([7; 8]), monotonic_ms: self.said, n: self.said };
        let word = ShopWord { member: self.member, stamp, direction, parcels, follows: Vec::new() };
        let bytes = sign(word, record, &self.key, self.delegation.clone());
        ShopFactRequest { record, bytes: to_text(&bytes) }
    }
}

/// The shop says something about the parcels of some pickup, and sends all that was not heard.
pub(crate) fn say(world: &mut World, chance: &mut Chance) -> Played<()> {
    let asked: Vec<ParcelId> = world.ledger.stops_asked.keys().copied().collect();
    let Some(parcel) = chance.pick(&asked) else { return Ok(()) };
    let direction = if chance.one_in(4) { Direction::Received } else { Direction::Given };
    let time = world.clock.now();
    let word = world.shop.word(direction, vec![parcel], time);
    world.tell(format!("the shop says {direction:?} of parcel {}", short(&parcel.0)));
    world.shop.unheard.push(word);
    match chance.below(6) {
        0 => {
            world.tally.fault("shop's word lost");
            Ok(())
        }
        1 => {
            world.tally.fault("shop's word said twice");
            let words = world.shop.unheard.clone();
            send(world)?;
            world.shop.unheard = words;
            send(world)
        }
        _ => send(world),
    }
}

/// Sends what was not heard.
pub(crate) fn send(world: &mut World) -> Played<()> {
    for word in std::mem::take(&mut world.shop.unheard) {
        let answer = world.server.post("/v1/shop-facts", None, &word, Disk::Room)?;
        world.tally.requests += 1;
        if answer.status >= 400 {
            return Err(found(
                "an honest shop's word is taken",
                format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)),
            ));
        }
        world.tally.words += 1;
        stands_where_it_belongs(&word, &world.server.inventory()?)?;
        world.shop.heard.push(word);
    }
    Ok(())
}

/// A word that was acknowledged stands, byte for byte, in every round that carries one of its parcels.
pub(crate) fn stands_where_it_belongs(word: &ShopFactRequest, inventory: &Inventory) -> Played<()> {
    let bytes = bytes_from_text(&word.bytes).or_broken("reading a shop's word")?;
    let Ok(Record::Act { body: ActBody::ShopFact(said), .. }) = Record::from_bytes(&bytes) else {
        return Err(Halt::Broken("a shop's word that says nothing".to_owned()));
    };
    let carries =
        |log: &RoundLog| log.records.iter().any(|(_, entry)| names_one(&entry.record, &said.parcels));
    let lacks = |log: &&Rc<RoundLog>| carries(log) && !log.records.contains(word.record, &bytes);
    match inventory.rounds.values().find(lacks) {
        None => Ok(()),
        Some(log) => Err(found(
            "a shop's word stands in every round that carries its parcels",
            format!("{} is not in round {}", short(&word.record.0), short(&log.document.round.0)),
        )),
    }
}

/// Whether a plan or a deed in a round names one of the parcels.
fn names_one(record: &Record, parcels: &[ParcelId]) -> bool {
    let named = match record {
        Record::Act { body: ActBody::Plan(PlanRecord::StopAdded(added)), .. } => &added.terms.parcels,
        Record::Act { body: ActBody::Plan(PlanRecord::StopAmended(amended)), .. } => &amended.terms.parcels,
        Record::Act {
            body:
                ActBody::Fact(Fact::Collected(custody) | Fact::Delivered(custody, _) | Fact::Returned(custody)),
            ..
        } => &custody.parcels,
        Record::Act { .. } | Record::Reaction(_) | Record::Unknown { .. } => return false,
    };
    named.iter().any(|parcel| parcels.contains(parcel))
}
