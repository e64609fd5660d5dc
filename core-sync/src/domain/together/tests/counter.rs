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
