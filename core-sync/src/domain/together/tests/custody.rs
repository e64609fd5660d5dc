//! Several couriers who report one parcel.

use super::*;
use crate::domain::remark::Remark;

/// Both have the parcel by their own word, in rounds that were planned apart.
fn both_report() -> (World, RecordId, RecordId) {
    let mut world = World::default();
    for (at, pickup, drop_off) in [(ANA, 1, 2), (BOB, 3, 4)] {
        world.add(at, pickup, Pickup, &[5]);
        world.add(at, drop_off, DropOff, &[5]);
    }
    let hers = world.collect(ANA, 51, 1, &[5]);
    let his = world.deliver(BOB, 52, 4, &[5], &[]);
    (world, hers, his)
}

#[test]
fn two_couriers_who_report_one_parcel_dispute_it_and_keep_stop_and_card() {
    let (mut world, hers, his) = both_report();
    let item = only(&world.derive());
    assert_eq!((item.kind, evidence(&item)), (ItemKind::CustodyDisputed, [hers, his].into()));
    assert_eq!(item.rounds, [round(ANA), round(BOB)]);
    for at in [ANA, BOB] {
        assert_eq!(world.state(at).ruled, [(parcel(5), None)].into());
    }
    assert_eq!((world.status(ANA, 2), world.status(BOB, 4)), (StopStatus::Planned, StopStatus::Delivered));
    assert!(world.state(ANA).stops[&stop_id(2)].remarks.contains(&Remark::CustodyDisputed));

    world.settle(&[ANA, BOB], 90, &item, holds(his));
    assert_eq!(only(&world.derive()).settled.map(|s| s.choice), Some(holds(his)));
    for at in [ANA, BOB] {
        assert_eq!(world.state(at).ruled, [(parcel(5), Some(member(BOB)))].into());
    }
    assert_eq!(world.status(ANA, 2), StopStatus::Void);
}

#[test]
fn a_dispute_ends_when_one_takes_the_fact_back() {
    let (mut world, hers, his) = both_report();
    world.derive();
    world.take_back(ANA, 53, hers);
    assert_eq!(world.derive(), []);
    assert_eq!(world.state(BOB).ruled, [(parcel(5), Some(member(BOB)))].into());
    world.take_back(BOB, 54, his);
    assert_eq!(world.derive(), []);
    assert_eq!(world.state(ANA).ruled, [(parcel(5), Some(member(ANA)))].into());
}

#[test]
fn a_dispute_ends_when_one_of_the_facts_is_lost_with_every_copy() {
    let (mut world, _, his) = both_report();
    world.derive();
    // The server went back, and nobody had his fact: the rulings were given back, what they stood on was not.
    let mut after = World { n: world.n, ..World::default() };
    for (at, records) in &world.rounds {
        for (id, _) in records.iter().filter(|(id, _)| *id != his) {
            let kept = after.rounds.entry(*at).or_default();
            records.bytes_of(id).for_each(|bytes| kept.insert(id, bytes, None));
        }
    }
    assert_eq!(after.derive(), []);
    for at in [ANA, BOB] {
        assert_eq!(after.state(at).ruled, [(parcel(5), Some(member(ANA)))].into());
    }
}

#[test]
fn a_handover_two_phones_of_one_courier_and_a_parcel_that_came_back_are_no_dispute() {
    // Bob's follows Ana's.
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5]);
    world.add(BOB, 3, Pickup, &[5]);
    let hers = world.collect(ANA, 51, 1, &[5]);
    world.fact(BOB, 52, Fact::Collected(custody(3, &[5], &[hers])));
    assert_eq!((world.derive(), world.state(BOB).ruled.len()), (Vec::new(), 0));
    // Two phones.
    world.put(ANA, ANA, DeviceId([0xee; 8]), 53, ActBody::Fact(Fact::Collected(custody(1, &[5], &[]))));
    assert_eq!(world.derive(), []);
    // Brought back, then collected by another.
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5]);
    world.add(BOB, 3, Pickup, &[5]);
    let hers = world.collect(ANA, 51, 1, &[5]);
    world.collect(BOB, 52, 3, &[5]);
    assert_eq!(only(&world.derive()).kind, ItemKind::CustodyDisputed);
    world.fact(ANA, 53, Fact::Returned(custody(1, &[5], &[hers])));
    assert_eq!(world.derive(), []);
    // But nobody hands over at a door what another brought back.
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5]);
    world.add(BOB, 4, DropOff, &[5]);
    let hers = world.collect(ANA, 51, 1, &[5]);
    world.fact(ANA, 53, Fact::Returned(custody(1, &[5], &[hers])));
    world.deliver(BOB, 52, 4, &[5], &[]);
    assert_eq!(only(&world.derive()).kind, ItemKind::CustodyDisputed);
    // Left at a hub, then collected there.
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5]);
    world.add(ANA, 2, StopKind::Hub, &[5]);
    world.add(BOB, 3, StopKind::Hub, &[5]);
    let hers = world.collect(ANA, 51, 1, &[5]);
    world.deliver(ANA, 52, 2, &[5], &[hers]);
    world.collect(BOB, 53, 3, &[5]);
    assert_eq!(world.derive(), []);
}

#[test]
fn a_moved_stop_that_the_new_courier_reports_too_is_disputed_and_no_longer_void() {
    let (mut world, collected) = moved_and_done();
    world.derive();
    let his = world.deliver(BOB, 52, 4, &[5, 6], &[]);
    let item = only(&world.derive());
    assert_eq!((item.kind, evidence(&item)), (ItemKind::CustodyDisputed, [collected, his].into()));
    assert_eq!((world.status(BOB, 4), world.left(BOB, 4)), (StopStatus::Delivered, parcels(&[5, 6])));
}

#[test]
fn a_settlement_is_among_the_causes_however_many_facts_there_are() {
    let mut world = World::default();
    world.add(ANA, 120, Pickup, &[5]);
    world.add(BOB, 121, Pickup, &[5]);
    for device in 1..=3 {
        for id in 1..=100 {
            let fact = ActBody::Fact(Fact::Collected(custody(120, &[5], &[])));
            world.put(ANA, ANA, DeviceId([device; 8]), id, fact);
        }
    }
    let his = world.collect(BOB, 52, 121, &[5]);
    let item = only(&world.derive());
    assert_eq!(world.state(BOB).ruled, [(parcel(5), None)].into());
    world.settle(&[ANA, BOB], 230, &item, holds(his));
    world.derive();
    assert_eq!(world.state(BOB).ruled, [(parcel(5), Some(member(BOB)))].into());
}
