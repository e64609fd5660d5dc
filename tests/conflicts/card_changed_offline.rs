//! A card changes while the courier is offline: the newest shows, with what changed; when she saw it goes back.

use core_sync::domain::coordinator_command::{CoordinatorCommand, StopChange};
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::view::stop_card::StopCard;

use super::harness::world::card;
use super::order::EVERY_ORDER;
use super::people::People;
use super::side::Side;

const ANA: usize = 0;

fn new_card(stop: StopId, name: &str) -> CoordinatorCommand {
    let card = Some(card(name));
    let change = StopChange { stop, window: None, service_seconds: None, parcels: None, card };
    CoordinatorCommand::AmendStop(Box::new(change))
}

/// What Ana's phone shows of a stop, and whether it is named among what changed.
fn shown(people: &mut People, round: RoundId, stop: StopId) -> (StopCard, bool) {
    let today = people.couriers[ANA].phone.session().today().unwrap();
    let today = today.into_iter().find(|today| today.round == round).unwrap();
    let changed = today.plan_diff.amended.contains(&stop);
    (today.stops.into_iter().find(|card| card.stop == stop).unwrap(), changed)
}

fn name(card: &StopCard) -> &str {
    card.card.as_ref().unwrap().name.reveal()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_shows_with_what_changed_and_when_she_saw_it_goes_back() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, stops) = people.round(ANA, 1).await;
        people.tap(ANA, round, &CourierCommand::Start);
        people.world.command(round, new_card(stops[1], "Zéphyrine")).await;
        people.all_hear().await;
        people.tap(ANA, round, &CourierCommand::SeePlan);
        people.all_hear().await;
        let earlier = people.world.round(round).await;
        assert!(earlier.plan_seen);

        let mut changed = people.decides(round, new_card(stops[1], "Melaine")).await;
        people.tap(ANA, round, &CourierCommand::Collect(stops[0], None));
        // Offline she sees what she has, and nothing has changed for her.
        let (card, is_new) = shown(&mut people, round, stops[1]);
        assert_eq!((name(&card), is_new), ("Zéphyrine", false));
        people.interleave(order, &mut Side::Phone(ANA), &mut changed).await;
        changed.assert_taken();
        let seen = people.meet(&[round]).await;
        assert_eq!(seen, ["Ana", "1 pickup a: collected", "2 drop_off a: planned"], "{order:?}");

        let (card, is_new) = shown(&mut people, round, stops[1]);
        assert_eq!((name(&card), is_new), ("Melaine", true), "{order:?}");
        let before = people.world.round(round).await;
        assert_eq!((before.plan_seen, before.plan_seen_ms), (false, earlier.plan_seen_ms), "{order:?}");
        people.tap(ANA, round, &CourierCommand::SeePlan);
        people.meet(&[round]).await;
        let (_, is_new) = shown(&mut people, round, stops[1]);
        assert!(!is_new, "{order:?}");
        let after = people.world.round(round).await;
        assert!(after.plan_seen, "{order:?}");
        let state = people.couriers[ANA].phone.session().round(round).unwrap();
        assert_eq!(after.plan_seen_ms, state.seen_plan_at, "by her phone's clock");
        assert!(after.plan_seen_ms > earlier.plan_seen_ms);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_did_by_the_old_card_stands_and_says_so() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, stops) = people.round(ANA, 1).await;
        let mut changed = people.decides(round, new_card(stops[1], "Melaine")).await;
        people.tap(ANA, round, &CourierCommand::Collect(stops[0], None));
        people.couriers[ANA].phone.deliver(round, stops[1]);
        people.interleave(order, &mut Side::Phone(ANA), &mut changed).await;
        changed.assert_taken();
        let seen = people.meet(&[round]).await;
        assert_eq!(
            seen,
            ["Ana", "1 pickup a: collected", "2 drop_off a: delivered; amended_unseen"],
            "{order:?}"
        );
        assert_eq!(name(&shown(&mut people, round, stops[1]).0), "Melaine", "{order:?}");
    }
}
