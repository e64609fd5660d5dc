//! The rows of `docs/conflicts.md` that need more than one round, or end with people.

use super::*;
use crate::domain::remark::Remark;

use StopKind::{DropOff, Pickup};

/// The same world, to go on in another way.
fn copy(world: &World) -> World {
    World { rounds: world.rounds.clone(), n: world.n }
}

#[test]
fn withdrawn_and_delivered_is_settled_either_way() {
    let mut world = World::default();
    world.add(ANA, 1, DropOff, &[5]);
    let withdrawal = world.withdraw(ANA, 1, WithdrawReason::Cancelled);
    let delivered = world.deliver(ANA, 51, 1, &[5], &[]);
    let item = only(&world.derive());
    assert_eq!((item.kind, item.stop), (ItemKind::WithdrawnTooLate, Some(stop_id(1))));
    assert_eq!(evidence(&item), [withdrawal, delivered].into());
    assert_eq!(item.choices, [holds(delivered), holds(withdrawal)]);
    assert!(world.state(ANA).stops[&stop_id(1)].remarks.contains(&Remark::WithdrawnTooLate));

    for (choice, status) in
        [(holds(delivered), StopStatus::Delivered), (holds(withdrawal), StopStatus::Withdrawn)]
    {
        let mut world = copy(&world);
        world.settle(&[ANA], 90, &item, choice);
        let settled = only(&world.derive());
        assert_eq!((settled.id, settled.settled.map(|s| s.choice)), (item.id, Some(choice)));
        let state = world.state(ANA);
        assert_eq!((state.stops[&stop_id(1)].status, state.stops[&stop_id(1)].remarks.len()), (status, 0));
        assert_eq!(state.settled[0].stops, [stop_id(1)]);
    }
}

#[test]
fn a_withdrawal_that_was_seen_is_nobody_s_item() {
    let mut world = World::default();
    world.add(ANA, 1, DropOff, &[5]);
    let withdrawal = world.withdraw(ANA, 1, WithdrawReason::Cancelled);
    let mut seen = custody(1, &[5], &[]);
    seen.at.seen = vec![withdrawal];
    world.fact(ANA, 51, Fact::Delivered(seen, HandedTo::Recipient));
    assert_eq!(world.derive(), []);
}

#[test]
fn parcels_of_a_withdrawn_drop_off_are_asked_about_until_they_have_a_way() {
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5, 6]);
    world.add(ANA, 2, DropOff, &[5, 6]);
    let collected = world.collect(ANA, 51, 1, &[5]);
    let withdrawal = world.withdraw(ANA, 2, WithdrawReason::Cancelled);
    let item = only(&world.derive());
    assert_eq!((item.kind, item.parcels.clone()), (ItemKind::ParcelsInHand, parcels(&[5])));
    assert_eq!(evidence(&item), [withdrawal, collected].into());
    assert_eq!(item.choices, [answer(Answer::ReturnToShop), answer(Answer::Noted)]);

    // Settled it stays to be read, also when a stop was put in for them.
    let mut settled = copy(&world);
    settled.settle(&[ANA], 90, &item, answer(Answer::ReturnToShop));
    settled.add(ANA, 3, DropOff, &[5]);
    assert_eq!(only(&settled.derive()).settled.map(|s| s.choice.answer), Some(Answer::ReturnToShop));
    // Brought back, or given a way anew, there is nothing to ask.
    let mut anew = copy(&world);
    anew.add(ANA, 3, DropOff, &[5]);
    assert_eq!(anew.derive(), []);
    world.fact(ANA, 52, Fact::Returned(custody(1, &[5], &[collected])));
    assert_eq!(world.derive(), []);
    // Collected again it is in hand again.
    world.collect(ANA, 53, 1, &[5]);
    assert_eq!(only(&world.derive()).kind, ItemKind::ParcelsInHand);
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

#[test]
fn a_moved_stop_is_void_for_what_the_other_courier_has_and_for_nothing_else() {
    let (mut world, collected) = moved_and_done();
    let item = only(&world.derive());
    assert_eq!((item.kind, item.round, item.stop), (ItemKind::MovedButDone, round(BOB), Some(stop_id(4))));
    assert_eq!((item.rounds.clone(), item.parcels.clone()), (vec![round(ANA), round(BOB)], parcels(&[5])));
    let withdrawal = RecordId::new(ActId([102; 16]), SERVER);
    let added = RecordId::new(ActId([4; 16]), SERVER);
    assert_eq!(evidence(&item), [collected, withdrawal, added].into());
    for stop in [3, 4] {
        assert_eq!((world.status(BOB, stop), world.left(BOB, stop)), (StopStatus::Planned, parcels(&[6])));
    }
    // It exists in each round for the parcels that round holds.
    assert_eq!((world.status(ANA, 2), world.left(ANA, 2)), (StopStatus::Planned, parcels(&[5])));
    assert_eq!(world.state(ANA).remaining, [stop_id(2)]);
    assert!(world.state(ANA).stops[&stop_id(2)].remarks.contains(&Remark::MovedInHand));
    // The void says why.
    let causes: Vec<_> = world.rounds[&BOB]
        .iter()
        .filter_map(|(_, entry)| match &entry.record {
            Record::Reaction(Reaction::Void { causes, .. }) => Some(causes.contains(&collected)),
            Record::Act { .. } | Record::Reaction(Reaction::Ruled { .. }) | Record::Unknown { .. } => None,
        })
        .collect();
    assert_eq!(causes, [true, true]);
}

#[test]
fn a_moved_stop_is_void_as_a_whole_when_no_parcel_is_left_and_is_there_again_when_the_fact_is_taken_back() {
    let (mut world, first) = moved_and_done();
    world.derive();
    let rest = world.collect(ANA, 52, 1, &[6]);
    world.derive();
    assert_eq!([3, 4].map(|stop| world.status(BOB, stop)), [StopStatus::Void; 2]);
    assert_eq!(world.state(BOB).remaining, []);
    world.take_back(ANA, 53, rest);
    world.derive();
    assert_eq!([3, 4].map(|stop| world.left(BOB, stop)), [parcels(&[6]), parcels(&[6])]);
    let back = world.take_back(ANA, 54, first);
    assert_eq!(world.derive(), []);
    assert_eq!([3, 4].map(|stop| world.left(BOB, stop)), [parcels(&[5, 6]), parcels(&[5, 6])]);
    assert_eq!(world.status(ANA, 2), StopStatus::Withdrawn);
    // And that taken back again.
    world.take_back(ANA, 55, back);
    world.derive();
    assert_eq!(world.left(BOB, 4), parcels(&[6]));
}

#[test]
fn each_answer_to_a_moved_stop_leaves_the_drop_off_where_it_says() {
    for (said, ana, bob) in [
        (Answer::Meet, StopStatus::Withdrawn, &[5, 6][..]),
        (Answer::DeliverPart, StopStatus::Planned, &[6]),
        (Answer::ReturnToShop, StopStatus::Withdrawn, &[6]),
    ] {
        let (mut world, collected) = moved_and_done();
        let item = only(&world.derive());
        world.settle(&[ANA, BOB], 90, &item, answer(said));
        let settled = only(&world.derive());
        assert_eq!((settled.id, settled.settled.map(|s| s.choice.answer)), (item.id, Some(said)));
        assert_eq!((world.status(ANA, 2), world.left(BOB, 4)), (ana, parcels(bob)), "{said:?}");
        assert!(!world.state(ANA).stops[&stop_id(2)].remarks.contains(&Remark::MovedInHand), "{said:?}");
        // Nobody meets at the counter over what is on a bike.
        assert_eq!(world.left(BOB, 3), parcels(&[6]));

        // What was agreed is done, and opens nothing anew.
        match said {
            Answer::Meet => world.deliver(BOB, 52, 4, &[5, 6], &[]),
            Answer::DeliverPart => world.deliver(ANA, 52, 2, &[5], &[collected]),
            Answer::ReturnToShop | Answer::Noted | Answer::Holds => {
                world.fact(ANA, 52, Fact::Returned(custody(1, &[5], &[collected])))
            }
        };
        let items = world.derive();
        assert!(items.iter().all(|item| item.settled.is_some()), "{said:?} {items:#?}");
    }
}

#[test]
fn who_agreed_to_meet_and_delivers_all_the_same_makes_a_new_item() {
    let (mut world, collected) = moved_and_done();
    let item = only(&world.derive());
    world.settle(&[ANA, BOB], 90, &item, answer(Answer::Meet));
    world.derive();
    world.deliver(ANA, 52, 2, &[5], &[collected]);
    let again = only(&world.derive());
    assert_eq!((again.kind, again.settled), (ItemKind::MovedButDone, None));
    assert_ne!(again.id, item.id);
    assert_eq!(world.left(BOB, 4), parcels(&[6]));
}

#[test]
fn a_stop_moved_twice_knows_who_has_its_parcel() {
    let (mut world, collected) = moved_and_done();
    world.moved((BOB, 4), (CHLOE, 5), DropOff, &[5, 6]);
    let items = world.derive();
    let item = items.iter().find(|item| item.round == round(CHLOE)).unwrap();
    assert!(evidence(item).contains(&collected));
    assert_eq!(world.left(CHLOE, 5), parcels(&[6]));
    // Moved back to who has it, there is nothing to say.
    world.moved((CHLOE, 5), (ANA, 6), DropOff, &[5, 6]);
    let items = world.derive();
    assert!(items.iter().all(|item| item.round != round(CHLOE) && item.round != round(ANA)), "{items:#?}");
    assert_eq!(world.left(ANA, 6), parcels(&[5, 6]));
}

#[test]
fn a_round_given_away_and_ridden_on_is_void_for_what_was_done() {
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5, 6]);
    world.add(ANA, 2, DropOff, &[5, 6]);
    let collected = world.collect(ANA, 51, 1, &[5, 6]);
    world.withdraw(ANA, 2, WithdrawReason::Given);
    let from = Some((round(ANA), stop_id(2)));
    world.plan(BOB, 4, PlanRecord::StopAdded(StopAdded { from, ..added(DropOff, &[5, 6]) }));
    let delivered = world.deliver(ANA, 52, 2, &[5, 6], &[collected]);
    let item = only(&world.derive());
    assert_eq!((item.kind, item.stop), (ItemKind::GivenButDone, Some(stop_id(4))));
    assert!(evidence(&item).contains(&delivered));
    assert_eq!((world.status(ANA, 2), world.status(BOB, 4)), (StopStatus::Delivered, StopStatus::Void));
}

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
fn a_fact_that_two_phones_correct_differently_holds_as_its_own_phone_says_until_it_is_settled() {
    let mut world = World::default();
    world.add(ANA, 1, DropOff, &[5]);
    let wrong = world.deliver(ANA, 51, 1, &[5], &[]);
    let failed = world.fact(ANA, 52, Fact::Failed(custody(1, &[], &[]).at, FailReason::Nobody));
    let returned = world.fact(ANA, 53, Fact::Returned(custody(1, &[5], &[])));
    let own = world.fact(ANA, 54, Fact::Amended { amends: wrong, instead: Some(failed) });
    assert_eq!((world.derive(), world.status(ANA, 1)), (Vec::new(), StopStatus::Returned));
    let other = Fact::Amended { amends: wrong, instead: Some(returned) };
    let other = world.put(ANA, ANA, DeviceId([0xee; 8]), 55, ActBody::Fact(other));
    let item = only(&world.derive());
    assert_eq!((item.kind, item.stop), (ItemKind::AmendedTwice, Some(stop_id(1))));
    assert_eq!((evidence(&item), world.status(ANA, 1)), ([own, other].into(), StopStatus::Failed));
    for (choice, status) in [(own, StopStatus::Failed), (other, StopStatus::Returned)] {
        let mut world = copy(&world);
        world.settle(&[ANA], 90, &item, holds(choice));
        assert!(only(&world.derive()).settled.is_some());
        assert_eq!(world.status(ANA, 1), status);
    }
    // One of them taken back: no disagreement is left.
    world.take_back(ANA, 56, own);
    assert_eq!((world.derive(), world.status(ANA, 1)), (Vec::new(), StopStatus::Returned));
}

#[test]
fn a_phone_that_changes_its_mind_and_two_that_say_the_same_have_settled_it_themselves() {
    let mut world = World::default();
    world.add(ANA, 1, DropOff, &[5]);
    let wrong = world.deliver(ANA, 51, 1, &[5], &[]);
    let returned = world.fact(ANA, 52, Fact::Returned(custody(1, &[5], &[])));
    let failed = world.fact(ANA, 53, Fact::Failed(custody(1, &[], &[]).at, FailReason::Nobody));
    world.fact(ANA, 54, Fact::Amended { amends: wrong, instead: Some(returned) });
    world.fact(ANA, 55, Fact::Amended { amends: wrong, instead: Some(failed) });
    assert_eq!((world.derive(), world.status(ANA, 1)), (Vec::new(), StopStatus::Failed));
    let same = Fact::Amended { amends: wrong, instead: Some(failed) };
    world.put(ANA, ANA, DeviceId([0xee; 8]), 56, ActBody::Fact(same));
    assert_eq!(world.derive(), []);
}

#[test]
fn facts_at_a_stop_that_nobody_knows_are_one_item_until_the_stop_is_known() {
    let mut world = World::default();
    let arrived = world.fact(ANA, 51, Fact::Arrived(custody(7, &[], &[]).at));
    let delivered = world.deliver(ANA, 52, 7, &[5], &[]);
    let item = only(&world.derive());
    assert_eq!((item.kind, item.stop), (ItemKind::UnknownStop, Some(stop_id(7))));
    assert_eq!((evidence(&item), item.parcels.clone()), ([arrived, delivered].into(), parcels(&[5])));
    world.settle(&[ANA], 90, &item, answer(Answer::Noted));
    assert!(only(&world.derive()).settled.is_some());
    world.add(ANA, 7, DropOff, &[5]);
    assert_eq!(world.derive(), []);
}
