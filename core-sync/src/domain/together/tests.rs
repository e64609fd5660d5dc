//! Rounds that share parcels or stops, told in tables; and that nothing depends on how the records came.

mod counter;
mod custody;
mod moved;
mod one_round;
mod same_everywhere;

use std::collections::BTreeMap;

use super::*;
use crate::domain::fact::{AtStop, Custody, Fact};
use crate::domain::ids::DeviceId;
use crate::domain::item::{Choice, ItemKind};
use crate::domain::plan_record::{PlanRecord, StopAdded};
use crate::domain::reasons::{Answer, FailReason, HandedTo, StopKind, WithdrawReason};
use crate::domain::record::ActBody;
use crate::domain::round_state::RoundState;
use crate::domain::shop_fact::{Direction, ShopFact, ShopProof};
use crate::domain::stop::StopStatus;
use crate::testing::{SERVER, added, parcel, stamp, stop_id};

use StopKind::{DropOff, Pickup};

/// Ana's round, Bob's, and one more of somebody's. A round's number is its holder's.
const ANA: u8 = 1;
const BOB: u8 = 2;
const CHLOE: u8 = 3;
/// The shop: its member and its device.
const SHOP: u8 = 9;

fn round(n: u8) -> RoundId {
    RoundId([0xd0 + n; 16])
}

fn member(n: u8) -> MemberId {
    MemberId([0xa0 + n; 16])
}

/// Several rounds being written.
#[derive(Default)]
struct World {
    rounds: BTreeMap<u8, Records>,
    n: u64,
}

impl World {
    fn put(&mut self, at: u8, by: u8, device: DeviceId, id: u8, body: ActBody) -> RecordId {
        self.n += 1;
        let record = Record::Act { member: member(by), stamp: stamp(self.n), body };
        let id = RecordId::new(ActId([id; 16]), device);
        self.rounds.entry(at).or_default().insert(id, &record.to_bytes().unwrap(), None);
        id
    }

    fn plan(&mut self, at: u8, id: u8, record: PlanRecord) -> RecordId {
        self.put(at, 8, SERVER, id, ActBody::Plan(record))
    }

    /// Adds stop `id`.
    fn add(&mut self, at: u8, id: u8, kind: StopKind, parcels: &[u8]) -> RecordId {
        self.plan(at, id, PlanRecord::StopAdded(added(kind, parcels)))
    }

    /// Moves a stop into another round, as stop `id` there.
    fn moved(
        &mut self,
        (from, stop): (u8, u8),
        (to, id): (u8, u8),
        kind: StopKind,
        parcels: &[u8],
    ) -> RecordId {
        self.withdraw(from, stop, WithdrawReason::Moved);
        let from = Some((round(from), stop_id(stop)));
        self.plan(to, id, PlanRecord::StopAdded(StopAdded { from, ..added(kind, parcels) }))
    }

    /// Its record is 100 more than the stop.
    fn withdraw(&mut self, at: u8, stop: u8, reason: WithdrawReason) -> RecordId {
        self.plan(at, 100 + stop, PlanRecord::StopWithdrawn { stop: stop_id(stop), reason })
    }

    /// A fact by the holder's first phone.
    fn fact(&mut self, at: u8, id: u8, fact: Fact) -> RecordId {
        self.put(at, at, DeviceId([0xf0 + at; 8]), id, ActBody::Fact(fact))
    }

    fn collect(&mut self, at: u8, id: u8, stop: u8, parcels: &[u8]) -> RecordId {
        self.fact(at, id, Fact::Collected(custody(stop, parcels, &[])))
    }

    fn deliver(&mut self, at: u8, id: u8, stop: u8, parcels: &[u8], follows: &[RecordId]) -> RecordId {
        self.fact(at, id, Fact::Delivered(custody(stop, parcels, follows), HandedTo::Recipient))
    }

    fn take_back(&mut self, at: u8, id: u8, fact: RecordId) -> RecordId {
        self.fact(at, id, Fact::Amended { amends: fact, instead: None })
    }

    fn shop(&mut self, at: &[u8], id: u8, direction: Direction, parcels: &[u8]) -> RecordId {
        let parcels: Vec<ParcelId> = parcels.iter().map(|n| parcel(*n)).collect();
        let proof = ShopProof { signature: [7; 64], delegation: vec![8; 16] };
        let fact = ShopFact { direction, parcels, follows: Vec::new(), proof };
        let before = self.n;
        let mut written = None;
        for round in at {
            self.n = before;
            written = Some(self.put(*round, SHOP, DeviceId([SHOP; 8]), id, ActBody::ShopFact(fact.clone())));
        }
        written.unwrap()
    }

    fn settle(&mut self, at: &[u8], id: u8, item: &Item, choice: Choice) {
        let records = item.evidence.iter().map(|evidence| evidence.record).collect();
        let settled = PlanRecord::Settled { records, answer: choice.answer, holds: choice.holds };
        for round in at {
            self.plan(*round, id, settled.clone());
        }
    }

    fn given(&self) -> Vec<RoundRecords<'_>> {
        let given = |(n, records): (&u8, _)| RoundRecords { round: round(*n), holder: member(*n), records };
        self.rounds.iter().map(given).collect()
    }

    fn together(&self) -> Together {
        together(&self.given())
    }

    /// Writes what the server would derive, until it derives nothing: once.
    fn derive(&mut self) -> Vec<Item> {
        let Together { reactions, items } = self.together();
        for Derived { round: at, id, reaction } in reactions {
            let (_, records) = self.rounds.iter_mut().find(|(n, _)| round(**n) == at).unwrap();
            let bytes = Record::Reaction(reaction).to_bytes().unwrap();
            records.insert(RecordId::new(id, SERVER), &bytes, None);
        }
        assert_eq!(self.together().reactions, []);
        items
    }

    fn state(&self, at: u8) -> RoundState {
        RoundState::of(&self.rounds[&at])
    }

    fn status(&self, at: u8, stop: u8) -> StopStatus {
        self.state(at).stops[&stop_id(stop)].status
    }

    fn left(&self, at: u8, stop: u8) -> Vec<ParcelId> {
        self.state(at).stops[&stop_id(stop)].parcels_left()
    }
}

fn custody(stop: u8, parcels: &[u8], follows: &[RecordId]) -> Custody {
    Custody {
        at: AtStop { stop: stop_id(stop), seen: Vec::new() },
        parcels: parcels.iter().map(|n| parcel(*n)).collect(),
        follows: follows.to_vec(),
    }
}

fn parcels(numbers: &[u8]) -> Vec<ParcelId> {
    numbers.iter().map(|n| parcel(*n)).collect()
}

fn holds(record: RecordId) -> Choice {
    Choice { answer: Answer::Holds, holds: Some(record) }
}

fn answer(answer: Answer) -> Choice {
    Choice { answer, holds: None }
}

fn evidence(item: &Item) -> BTreeSet<RecordId> {
    item.evidence.iter().map(|evidence| evidence.record).collect()
}

/// The one item.
fn only(items: &[Item]) -> Item {
    assert_eq!(items.len(), 1, "{items:#?}");
    items[0].clone()
}

/// The same world, to go on in another way.
fn copy(world: &World) -> World {
    World { rounds: world.rounds.clone(), n: world.n }
}

/// An order of two parcels, picked up at 1 and handed over at 2, moved from Ana to Bob, where it is 3 and 4. Ana had
/// collected one of them.
fn moved_and_done() -> (World, RecordId) {
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5, 6]);
    world.add(ANA, 2, DropOff, &[5, 6]);
    let collected = world.collect(ANA, 51, 1, &[5]);
    world.moved((ANA, 1), (BOB, 3), Pickup, &[5, 6]);
    world.moved((ANA, 2), (BOB, 4), DropOff, &[5, 6]);
    (world, collected)
}
