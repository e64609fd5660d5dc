//! A stop or a round that went to another courier while the first one did something there.

use super::*;
use crate::domain::courier_command::{CourierCommand, fact};
use crate::domain::remark::Remark;

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
        // What she collected is no longer said to be withdrawn too late, nor her drop-off to be moved.
        assert!(world.state(ANA).stops.values().all(|stop| {
            !stop.remarks.contains(&Remark::MovedInHand) && !stop.remarks.contains(&Remark::WithdrawnTooLate)
        }));
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
fn a_tap_at_a_stop_that_is_void_in_part_is_about_what_is_left() {
    let (mut world, _) = moved_and_done();
    world.derive();
    let command = CourierCommand::Deliver(stop_id(4), None, HandedTo::Recipient);
    let Ok(Fact::Delivered(custody, to)) = fact(&command, &world.state(BOB)) else { panic!("not delivered") };
    assert_eq!(custody.parcels, parcels(&[6]));
    world.fact(BOB, 52, Fact::Delivered(custody, to));
    world.derive();
    let stop = &world.state(BOB).stops[&stop_id(4)];
    assert_eq!((stop.status, stop.remarks.clone()), (StopStatus::Delivered, [].into()));
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

#[test]
fn what_was_withdrawn_where_it_went_too_is_asked_about_where_the_parcels_are() {
    for reason in [WithdrawReason::Moved, WithdrawReason::Given] {
        let mut world = World::default();
        world.add(ANA, 1, Pickup, &[5]);
        world.add(ANA, 2, DropOff, &[5]);
        let collected = world.collect(ANA, 51, 1, &[5]);
        for (stop, id, kind) in [(1, 3, Pickup), (2, 4, DropOff)] {
            world.withdraw(ANA, stop, reason);
            let from = Some((round(ANA), stop_id(stop)));
            world.plan(BOB, id, PlanRecord::StopAdded(StopAdded { from, ..added(kind, &[5]) }));
            world.withdraw(BOB, id, WithdrawReason::Cancelled);
        }
        let items = world.derive();
        let of = |kind| items.iter().find(|item| item.kind == kind).cloned().unwrap();
        let (late, in_hand) = (of(ItemKind::WithdrawnTooLate), of(ItemKind::ParcelsInHand));
        assert_eq!((items.len(), late.round, late.stop), (2, round(ANA), Some(stop_id(1))));
        assert_eq!((in_hand.round, in_hand.stop), (round(ANA), Some(stop_id(2))));
        assert_eq!(evidence(&in_hand), [RecordId::new(ActId([102; 16]), SERVER), collected].into());
        assert_eq!(world.status(ANA, 2), StopStatus::Planned);
        world.settle(&[ANA], 90, &in_hand, answer(Answer::ReturnToShop));
        let items = world.derive();
        assert!(items.iter().any(|item| item.id == in_hand.id && item.settled.is_some()), "{items:#?}");
        assert_eq!(world.status(ANA, 2), StopStatus::Withdrawn);
    }
}

#[test]
fn a_drop_off_that_came_back_takes_the_place_of_the_one_that_stayed() {
    let (mut world, _) = moved_and_done();
    assert_eq!(world.state(ANA).remaining, [stop_id(2)]);
    world.moved((BOB, 4), (ANA, 6), DropOff, &[5, 6]);
    assert_eq!((world.status(ANA, 2), world.status(ANA, 6)), (StopStatus::Withdrawn, StopStatus::Planned));
    assert_eq!(world.state(ANA).remaining, [stop_id(6)]);
}

#[test]
fn what_was_agreed_of_more_than_a_settlement_names_stays_agreed_when_it_is_done() {
    let mut world = World::default();
    let all: Vec<u8> = (1..=20).collect();
    world.add(ANA, 1, Pickup, &all);
    world.add(ANA, 2, DropOff, &all);
    for n in &all {
        world.collect(ANA, 50 + n, 1, &[*n]);
    }
    world.moved((ANA, 1), (BOB, 3), Pickup, &all);
    world.moved((ANA, 2), (BOB, 4), DropOff, &all);
    let item = only(&world.derive());
    world.settle(&[ANA, BOB], 90, &item, answer(Answer::DeliverPart));
    assert!(only(&world.derive()).settled.is_some());
    // Its id is smaller than any of those that were collected.
    world.deliver(ANA, 10, 2, &all, &[]);
    let items = world.derive();
    assert!(items.iter().all(|item| item.settled.is_some()), "{items:#?}");
}

#[test]
fn a_drop_off_that_moved_in_part_and_was_then_cancelled_too_late_is_asked_about_where_it_was_done() {
    let mut world = World::default();
    world.add(ANA, 1, StopKind::Pickup, &[5]);
    world.add(ANA, 2, StopKind::DropOff, &[5]);
    // Parcel 6 of the same drop-off went to Bob.
    let from = Some((round(ANA), stop_id(2)));
    world.plan(BOB, 4, PlanRecord::StopAdded(StopAdded { from, ..added(StopKind::DropOff, &[6]) }));
    let delivered = world.deliver(ANA, 51, 2, &[5], &[]);
    let withdrawal = world.withdraw(ANA, 2, WithdrawReason::Cancelled);
    let item = only(&world.derive());
    assert_eq!(
        (item.kind, item.round, item.stop),
        (ItemKind::WithdrawnTooLate, round(ANA), Some(stop_id(2)))
    );
    assert_eq!(evidence(&item), [delivered, withdrawal].into());
}
