//! A drop-off is withdrawn while its parcel is on the courier's bike.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::reasons::{Answer, WithdrawReason};

use super::items::says;
use super::order::{EVERY_ORDER, Order};
use super::people::{Laid, People};
use super::side::Side;

const ANA: usize = 0;

const COLLECTED: &str = "1 pickup a: collected";
const WITHDRAWN: &str = "2 drop_off a: withdrawn; cancelled";

/// Ana collects while the drop-off is withdrawn.
async fn apart(people: &mut People, order: Order) -> Laid {
    let laid = people.round_of_parcels(ANA, 1).await;
    let withdrawal =
        CoordinatorCommand::WithdrawStop { stop: laid.drop_off, reason: WithdrawReason::Cancelled };
    let mut withdrawn = people.decides(laid.round, withdrawal).await;
    people.tap(ANA, laid.round, &CourierCommand::Collect(laid.pickup, None));
    people.interleave(order, &mut Side::Phone(ANA), &mut withdrawn).await;
    withdrawn.assert_taken();
    laid
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parcel_stays_the_couriers_and_a_return_is_proposed() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let Laid { round, .. } = apart(&mut people, order).await;
        assert_eq!(people.meet(&[round]).await, ["Ana", COLLECTED, WITHDRAWN], "{order:?}");
        let asked = people.asked(&[round]).await;
        let item = "parcels_in_hand Ana 2 a: Ana collected, board stop_withdrawn; noted, return_to_shop";
        assert_eq!(asked, [item], "{order:?}");
        let item = people.only_item(&[round]).await;
        assert_eq!(item.choices[0].answer, Answer::ReturnToShop, "the proposal comes first");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_puts_a_stop_at_the_shop_into_the_round() {
    let mut people = People::with(&["Ana"]).await;
    let laid = apart(&mut people, EVERY_ORDER[1]).await;
    let rounds = [laid.round];
    people.meet(&rounds).await;
    let item = people.only_item(&rounds).await;
    let seen = people.settle(&item, says(&item, Answer::ReturnToShop), &rounds).await;
    assert_eq!(seen, ["Ana", COLLECTED, "3 drop_off a: planned", WITHDRAWN]);
    assert!(people.asked(&rounds).await.is_empty());
    // She rides to where she collected it, and brings it back.
    let today = people.couriers[ANA].phone.session().today().unwrap();
    let cards = &today.iter().find(|today| today.round == laid.round).unwrap().stops;
    let card = |number| cards.iter().find(|card| card.number == number).unwrap().card.clone().unwrap();
    assert_eq!(card(3), card(1));
    let back = people.couriers[ANA].phone.stops(laid.round)[2];
    people.tap(ANA, laid.round, &CourierCommand::Return(back, laid.parcels));
    assert_eq!(people.meet(&rounds).await, ["Ana", COLLECTED, "3 drop_off a: returned", WITHDRAWN]);
    assert!(people.asked(&rounds).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn noted_changes_nothing_until_more_comes_to_light() {
    let mut people = People::with(&["Ana"]).await;
    let laid = apart(&mut people, EVERY_ORDER[4]).await;
    let rounds = [laid.round];
    people.meet(&rounds).await;
    let item = people.only_item(&rounds).await;
    let seen = people.settle(&item, says(&item, Answer::Noted), &rounds).await;
    assert_eq!(seen, ["Ana", COLLECTED, WITHDRAWN]);
    assert!(people.asked(&rounds).await.is_empty());
    people.tap(ANA, laid.round, &CourierCommand::Collect(laid.pickup, None));
    people.meet(&rounds).await;
    assert_ne!(people.only_item(&rounds).await.id, item.id, "other evidence is another item");
}
