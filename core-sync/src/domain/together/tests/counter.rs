//! Shops and couriers who say different things of one handover.

use super::*;

#[test]
fn shop_and_courier_who_differ_are_asked_about_and_a_word_alone_is_not() {
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5, 6]);
    let given_both = world.shop(&[ANA], 60, Direction::Given, &[5, 6]);
    assert_eq!(world.derive(), []);
    let collected = world.collect(ANA, 51, 1, &[5]);
    let item = only(&world.derive());
    assert_eq!((item.kind, item.parcels.clone()), (ItemKind::ShopDisagrees, parcels(&[6])));
    assert_eq!(evidence(&item), [given_both, collected].into());
    assert_eq!(world.state(ANA).ruled, [(parcel(6), None)].into());
    for (record, holder) in [(given_both, ANA), (collected, SHOP)] {
        let mut world = copy(&world);
        world.settle(&[ANA], 90, &item, holds(record));
        assert!(only(&world.derive()).settled.is_some());
        assert_eq!(world.state(ANA).ruled, [(parcel(6), Some(member(holder)))].into());
    }
    // She finds it in her bag.
    world.collect(ANA, 52, 1, &[6]);
    assert_eq!(world.derive(), []);
    assert_eq!(world.state(ANA).ruled, [(parcel(6), Some(member(ANA)))].into());
}

#[test]
fn what_the_courier_says_at_the_counter_is_compared_whatever_it_is() {
    let collected = || Fact::Collected(custody(1, &[5, 6], &[]));
    let failed = Fact::Failed(AtStop { stop: stop_id(1), seen: vec![] }, FailReason::NotReady);
    let rows: [(&[u8], Fact, &[u8]); 4] = [
        (&[5, 6], collected(), &[]),
        (&[5], collected(), &[6]),
        (&[5, 6], failed, &[5, 6]),
        // Of another pickup.
        (&[7], collected(), &[]),
    ];
    for (shop, fact, differ) in rows {
        let mut world = World::default();
        world.add(ANA, 1, Pickup, &[5, 6]);
        world.shop(&[ANA], 60, Direction::Given, shop);
        world.fact(ANA, 51, fact);
        let differing: Vec<_> = world.derive().into_iter().flat_map(|item| item.parcels).collect();
        assert_eq!(differing, parcels(differ), "{shop:?}");
    }
}

#[test]
fn what_another_courier_collected_was_given_to_them() {
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5]);
    world.add(BOB, 3, Pickup, &[5]);
    let not_ready = Fact::Failed(AtStop { stop: stop_id(1), seen: vec![] }, FailReason::NotReady);
    world.fact(ANA, 51, not_ready);
    world.shop(&[ANA, BOB], 60, Direction::Given, &[5]);
    assert_eq!(only(&world.derive()).round, round(ANA));
    world.collect(BOB, 52, 3, &[5]);
    assert_eq!(world.derive(), []);
}

#[test]
fn what_a_shop_has_back_is_compared_with_what_the_courier_brought_or_handed_over() {
    let returned = |parcels: &[u8]| Fact::Returned(custody(1, parcels, &[]));
    let delivered = |parcels: &[u8]| Fact::Delivered(custody(2, parcels, &[]), HandedTo::Recipient);
    let rows: [(&[u8], Option<Fact>, &[u8]); 5] = [
        (&[5], None, &[]),
        (&[5, 6], Some(returned(&[5, 6])), &[]),
        (&[5], Some(returned(&[5, 6])), &[6]),
        (&[5, 6], Some(returned(&[5])), &[6]),
        (&[5], Some(delivered(&[5])), &[5]),
    ];
    for (shop, fact, differ) in rows {
        let mut world = World::default();
        world.add(ANA, 1, Pickup, &[5, 6]);
        world.add(ANA, 2, DropOff, &[5, 6]);
        world.collect(ANA, 50, 1, &[5, 6]);
        world.shop(&[ANA], 60, Direction::Received, shop);
        if let Some(fact) = fact {
            world.fact(ANA, 51, fact);
        }
        let items = world.derive();
        assert!(items.iter().all(|item| item.kind == ItemKind::ShopDisagrees), "{items:#?}");
        let differing: Vec<_> = items.into_iter().flat_map(|item| item.parcels).collect();
        assert_eq!(differing, parcels(differ), "{shop:?}");
    }
}

#[test]
fn a_pickup_withdrawn_after_a_dispute_at_the_counter_ends_the_dispute() {
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5]);
    world.shop(&[ANA], 60, Direction::Given, &[5]);
    world.fact(ANA, 51, Fact::Failed(AtStop { stop: stop_id(1), seen: vec![] }, FailReason::NotReady));
    only(&world.derive());
    assert_eq!(world.state(ANA).ruled, [(parcel(5), None)].into());
    world.withdraw(ANA, 1, WithdrawReason::Cancelled);
    assert_eq!(world.derive(), []);
    assert_eq!(world.state(ANA).ruled, [(parcel(5), Some(member(ANA)))].into());
}

#[test]
fn both_sides_are_among_the_evidence_however_often_one_spoke() {
    let mut world = World::default();
    let all: Vec<u8> = (1..=20).collect();
    world.add(ANA, 1, Pickup, &all);
    for n in &all {
        world.shop(&[ANA], 60 + n, Direction::Given, &[*n]);
    }
    let failed = Fact::Failed(AtStop { stop: stop_id(1), seen: vec![] }, FailReason::NotReady);
    let failed = world.fact(ANA, 200, failed);
    let item = only(&world.derive());
    assert!(evidence(&item).contains(&failed) && item.choices.contains(&holds(failed)), "{item:#?}");
}

#[test]
fn what_is_said_later_of_other_parcels_opens_nothing_anew() {
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5, 6, 7]);
    let missed = world.shop(&[ANA], 60, Direction::Given, &[5]);
    world.shop(&[ANA], 61, Direction::Given, &[6]);
    let collected = world.collect(ANA, 51, 1, &[6]);
    let item = only(&world.derive());
    assert_eq!((item.parcels.clone(), evidence(&item)), (parcels(&[5]), [missed, collected].into()));
    world.settle(&[ANA], 90, &item, holds(collected));
    world.shop(&[ANA], 59, Direction::Given, &[7]);
    world.collect(ANA, 50, 1, &[7]);
    let settled = only(&world.derive());
    assert_eq!((settled.id, settled.settled.map(|s| s.choice)), (item.id, Some(holds(collected))));
}
