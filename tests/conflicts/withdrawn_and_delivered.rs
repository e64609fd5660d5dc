//! A stop is withdrawn, and the courier delivered it without having seen that.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::RoundId;
use core_sync::domain::reasons::WithdrawReason;

use super::order::{EVERY_ORDER, Order};
use super::people::People;
use super::side::Side;

const ANA: usize = 0;

/// Ana delivers while the stop is withdrawn.
async fn apart(people: &mut People, order: Order) -> RoundId {
    let (round, stops) = people.round(ANA, 1).await;
    let withdrawal = CoordinatorCommand::WithdrawStop { stop: stops[1], reason: WithdrawReason::Cancelled };
    let mut withdrawn = people.decides(round, withdrawal).await;
    people.tap(ANA, round, &CourierCommand::Collect(stops[0], None));
    people.couriers[ANA].phone.deliver(round, stops[1]);
    people.interleave(order, &mut Side::Phone(ANA), &mut withdrawn).await;
    withdrawn.assert_taken();
    round
}

#[tokio::test(flavor = "multi_thread")]
async fn delivered_stands_and_the_withdrawal_is_marked_too_late() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let round = apart(&mut people, order).await;
        let seen = people.meet(&[round]).await;
        assert_eq!(
            seen,
            ["Ana", "1 pickup a: collected", "2 drop_off a: delivered; cancelled, withdrawn_too_late",],
            "{order:?}"
        );
    }
}
