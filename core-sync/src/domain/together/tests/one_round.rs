//! Rows of `docs/conflicts.md` within one round that end with people.

use super::*;
use crate::domain::remark::Remark;

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

#[test]
fn what_was_noted_of_parcels_stays_noted_when_one_of_them_goes_back() {
    let mut world = World::default();
    world.add(ANA, 1, Pickup, &[5, 6]);
    world.add(ANA, 2, DropOff, &[5, 6]);
    world.collect(ANA, 51, 1, &[5]);
    let second = world.collect(ANA, 52, 1, &[6]);
    world.withdraw(ANA, 2, WithdrawReason::Cancelled);
    let item = only(&world.derive());
    world.settle(&[ANA], 90, &item, answer(Answer::Noted));
    world.fact(ANA, 53, Fact::Returned(custody(1, &[6], &[second])));
    let left = only(&world.derive());
    assert_eq!(
        (left.parcels.clone(), left.settled.map(|s| s.choice)),
        (parcels(&[5]), Some(answer(Answer::Noted)))
    );
    // Collected once more it is in her hands by what nobody was asked about.
    world.collect(ANA, 54, 1, &[6]);
    assert_eq!(only(&world.derive()).settled, None);
}
