//! A stop is withdrawn, and the courier delivered it without having seen that.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::reasons::WithdrawReason;

use super::items::{holds, of_kind};
use super::order::{EVERY_ORDER, Order};
use super::people::{Laid, People};
use super::side::Side;

const ANA: usize = 0;
/// Ana's second phone, left in a bag.
const IN_THE_BAG: usize = 1;

const COLLECTED: &str = "1 pickup a: collected";

/// Ana delivers while the stop is withdrawn.
async fn apart(people: &mut People, order: Order) -> Laid {
    let laid = people.round_of_parcels(ANA, 1).await;
    let stop = laid.drop_off;
    let withdrawal = CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Cancelled };
    let mut withdrawn = people.decides(laid.round, withdrawal).await;
    people.tap(ANA, laid.round, &CourierCommand::Collect(laid.pickup, None));
    people.couriers[ANA].phone.deliver(laid.round, stop);
    people.interleave(order, &mut Side::Phone(ANA), &mut withdrawn).await;
    withdrawn.assert_taken();
    laid
}

#[tokio::test(flavor = "multi_thread")]
async fn delivered_stands_and_the_withdrawal_is_marked_too_late() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let Laid { round, .. } = apart(&mut people, order).await;
        let seen = people.meet(&[round]).await;
        let delivered = "2 drop_off a: delivered; cancelled, withdrawn_too_late";
        assert_eq!(seen, ["Ana", COLLECTED, delivered], "{order:?}");
        let asked = people.asked(&[round]).await;
        let item = "withdrawn_too_late Ana 2 a: Ana delivered, board stop_withdrawn; holds delivered, holds stop_withdrawn";
        assert_eq!(asked, [item], "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn either_holds_once_somebody_says_so() {
    let mut people = People::with(&["Ana"]).await;
    for (order, kind, stop) in [
        (EVERY_ORDER[0], "delivered", "2 drop_off a: delivered; cancelled"),
        (EVERY_ORDER[5], "stop_withdrawn", "2 drop_off a: withdrawn; cancelled"),
    ] {
        let Laid { round, .. } = apart(&mut people, order).await;
        people.meet(&[round]).await;
        let item = people.only_item(&[round]).await;
        let seen = people.settle(&item, holds(&item, of_kind(kind)), &[round]).await;
        assert_eq!(seen, ["Ana", COLLECTED, stop]);
        assert!(people.asked(&[round]).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_to_light_afterwards_is_asked_anew() {
    let mut people = People::with(&["Ana", "Ana"]).await;
    let laid = apart_with_a_phone_in_the_bag(&mut people).await;
    let rounds = [laid.round];
    let item = people.only_item(&rounds).await;
    people.settle(&item, holds(&item, of_kind("delivered")), &rounds).await;
    // The phone in the bag says that she brought the parcel back, and knows nothing of the withdrawal either.
    people.couriers[IN_THE_BAG].away = false;
    people.meet(&rounds).await;
    let anew = people.only_item(&rounds).await;
    assert_ne!(anew.id, item.id);
    let asked = people.asked(&rounds).await;
    let item = "withdrawn_too_late Ana 2 a: Ana returned, board stop_withdrawn; holds returned, holds stop_withdrawn";
    assert_eq!(asked, [item]);
}

/// As [`apart`] and met, but for what a second phone says and has not sent.
async fn apart_with_a_phone_in_the_bag(people: &mut People) -> Laid {
    let laid = people.round_of_parcels(ANA, 1).await;
    let Laid { round, pickup, drop_off, ref parcels } = laid;
    people.tap(IN_THE_BAG, round, &CourierCommand::Return(drop_off, parcels.clone()));
    people.couriers[IN_THE_BAG].away = true;
    people.tap(ANA, round, &CourierCommand::Collect(pickup, None));
    people.couriers[ANA].phone.deliver(round, drop_off);
    people.world.withdraw(round, drop_off).await;
    people.meet(&[round]).await;
    laid
}
