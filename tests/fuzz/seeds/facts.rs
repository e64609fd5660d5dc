//! A record of every kind, and rows of them in which people disagree.

use core_sync::domain::fact::{AtStop, Custody, Fact};
use core_sync::domain::hash::Hash;
use core_sync::domain::ids::{ActId, PlanVersion, RecordId, RoundId};
use core_sync::domain::plan_record::{PlanRecord, Sequence, StopAmended};
use core_sync::domain::reaction::Reaction;
use core_sync::domain::reasons::{Answer, FailReason, HandedTo, StopKind, WithdrawReason};
use core_sync::domain::record::Record;
use core_sync::domain::shop_fact::Direction;
use core_sync::round_doc::mint::NewRecord;
use core_sync::signing::shop_fact::{ShopWord, sign};

use super::Seed;
use crate::targets::document::{
    COURIER, PHONE, SERVER, SHOP, added, delegation, fact, key, parcel, plan_record, stamp, stop, terms,
};

fn plan_id(n: u8) -> RecordId {
    RecordId::new(ActId([n; 16]), SERVER)
}

fn fact_id(n: u8) -> RecordId {
    RecordId::new(ActId([n; 16]), PHONE)
}

fn at(n: u8) -> AtStop {
    AtStop { stop: stop(n), seen: Vec::new() }
}

fn custody(n: u8, parcels: &[u8]) -> Custody {
    Custody { at: at(n), parcels: parcels.iter().copied().map(parcel).collect(), follows: Vec::new() }
}

fn sequence(base: Option<RecordId>, saw: Option<RecordId>) -> Sequence {
    Sequence { base, saw, stops: vec![stop(4), stop(1), stop(3), stop(2)] }
}

/// A fact of every kind, from the number 10.
pub(super) fn facts() -> Vec<(&'static str, NewRecord)> {
    let seen = AtStop { stop: stop(1), seen: vec![plan_id(10)] };
    let followed = Custody { follows: vec![fact_id(11)], ..custody(3, &[3]) };
    let facts = [
        ("arrived", Fact::Arrived(seen)),
        ("collected", Fact::Collected(custody(1, &[3, 4]))),
        ("delivered", Fact::Delivered(followed, HandedTo::Neighbour)),
        ("failed", Fact::Failed(at(4), FailReason::Nobody)),
        ("returned", Fact::Returned(custody(1, &[4]))),
        ("waiting", Fact::Waiting(at(2))),
        ("sequence", Fact::Sequence(sequence(Some(fact_id(9)), None))),
        ("amended", Fact::Amended { amends: fact_id(12), instead: Some(fact_id(13)) }),
        ("paused", Fact::Paused(true)),
        ("seen-plan", Fact::SeenPlan(PlanVersion([3; 8]))),
        ("started", Fact::Started { stops: vec![stop(1), stop(3)] }),
        ("finished", Fact::Finished),
    ];
    facts.into_iter().zip(10..).map(|((name, said), n)| (name, fact(n, said))).collect()
}

/// A plan record of every kind, from the number 10.
pub(super) fn plans() -> Vec<(&'static str, NewRecord)> {
    let mut moved = added(StopKind::DropOff, &[4]);
    moved.from = Some((RoundId([0xee; 16]), stop(12)));
    let amended = StopAmended { stop: stop(3), base: None, terms: terms(&[3, 4]) };
    let settled = PlanRecord::Settled {
        records: vec![plan_id(10), fact_id(11)],
        answer: Answer::Holds,
        holds: Some(fact_id(11)),
    };
    let records = [
        ("stop-withdrawn", PlanRecord::StopWithdrawn { stop: stop(3), reason: WithdrawReason::Cancelled }),
        ("stop-added", PlanRecord::StopAdded(moved)),
        ("stop-amended", PlanRecord::StopAmended(amended)),
        ("plan-sequence", PlanRecord::Sequence(sequence(None, Some(fact_id(9))))),
        ("note", PlanRecord::Note { stop: Some(stop(1)), text: Hash::of("note", &[b"salted"]) }),
        ("settled", settled),
        ("archived", PlanRecord::Archived),
    ];
    records.into_iter().zip(10..).map(|((name, record), n)| (name, plan_record(n, record))).collect()
}

/// What a shop says, under an id that ends in its device.
pub(super) fn shop_word(direction: Direction) -> NewRecord {
    let id = RecordId::new(ActId([10; 16]), SHOP);
    let (member, stamp) = (COURIER, stamp(10));
    let word = ShopWord { member, stamp, direction, parcels: vec![parcel(3)], follows: vec![fact_id(9)] };
    let bytes = sign(word, id, &key(SHOP), delegation(SHOP));
    NewRecord { map: core_sync::domain::kind::MapName::Facts, id, bytes }
}

pub(super) fn seeds() -> Vec<Seed> {
    let (facts, plans) = (facts(), plans());
    let seed = |name: String, bytes: Vec<u8>| Seed::new("record", name, bytes);
    let single =
        facts.iter().chain(&plans).map(|(name, record)| seed((*name).to_owned(), record.bytes.clone()));
    let shops = [("given", Direction::Given), ("received", Direction::Received)];
    let shops = shops.map(|(name, direction)| seed(name.to_owned(), shop_word(direction).bytes));
    let reactions = [
        ("void", Reaction::Void { stop: stop(3), parcels: Some(vec![parcel(3)]), causes: vec![plan_id(10)] }),
        ("ruled", Reaction::Ruled { parcel: parcel(3), holder: Some(COURIER), causes: vec![fact_id(11)] }),
    ];
    let reactions = reactions
        .map(|(name, reaction)| seed(name.to_owned(), Record::Reaction(reaction).to_bytes().unwrap()));
    let row = |name: &str, picks: &[&NewRecord]| {
        seed(name.to_owned(), picks.iter().flat_map(|record| record.bytes.clone()).collect())
    };
    let (fact, plan) = (|n: usize| &facts[n].1, |n: usize| &plans[n].1);
    let given = shop_word(Direction::Given);
    let rows = [
        // Withdrawn and delivered; two amendments; every fact; two sequences; a shop that says otherwise.
        row("row-withdrawn-delivered", &[plan(0), fact(1), fact(2), plan(5)]),
        row("row-amended-twice", &[plan(2), plan(2), fact(2)]),
        row("row-facts", &facts.iter().map(|(_, record)| record).collect::<Vec<_>>()),
        row("row-plans", &plans.iter().map(|(_, record)| record).collect::<Vec<_>>()),
        row("row-sequences", &[plan(3), fact(6), plan(3), fact(6)]),
        row("row-shop", &[&given, fact(1), fact(4), &shop_word(Direction::Received)]),
    ];
    single.chain(shops).chain(reactions).chain(rows).collect()
}
