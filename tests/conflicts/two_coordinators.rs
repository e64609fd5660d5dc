//! Two coordinators change one round: each act names the plan version it was decided on.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::StopId;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::wire::round::RoundView;

use super::order::{EVERY_ORDER, Move, Who, first};
use super::people::People;
use super::side::Side;

const ANA: usize = 0;

fn withdrawal(stop: StopId) -> CoordinatorCommand {
    CoordinatorCommand::WithdrawStop { stop, reason: WithdrawReason::Mistake }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_is_told_the_round_as_it_is_and_decides_again() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, stops) = people.round(ANA, 2).await;
        let mut one = people.decides(round, withdrawal(stops[0])).await;
        let mut two = people.decides(round, withdrawal(stops[2])).await;
        people.interleave(order, &mut one, &mut two).await;
        let (taken, stale) = match first(&order) {
            Who::One => (one, two),
            Who::Two => (two, one),
        };
        taken.assert_taken();
        let (status, body) = stale.said();
        assert_eq!((*status, body["code"].as_str()), (409, Some("plan_version_stale")), "{order:?}: {body}");
        let told: RoundView = serde_json::from_value(body["round"].clone()).unwrap();
        assert_eq!(told, people.world.round(round).await, "{order:?}");
        // Decided again on the round that was told: now both are there, whoever was first.
        let Side::Coordinator(mut again) = stale else { panic!("a coordinator") };
        again.seen = told.plan_version;
        let mut again = Side::Coordinator(again);
        again.moves(&mut people, Move::Push).await;
        again.assert_taken();
        let seen = people.meet(&[round]).await;
        assert_eq!(
            seen,
            [
                "Ana",
                "2 drop_off a: planned",
                "4 drop_off b: planned",
                "1 pickup a: withdrawn; mistake",
                "3 pickup b: withdrawn; mistake",
            ],
            "{order:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_courier_does_makes_no_decision_stale() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, stops) = people.round(ANA, 1).await;
        let mut withdrawn = people.decides(round, withdrawal(stops[1])).await;
        people.tap(ANA, round, &CourierCommand::Start);
        people.tap(ANA, round, &CourierCommand::Collect(stops[0], None));
        people.interleave(order, &mut Side::Phone(ANA), &mut withdrawn).await;
        withdrawn.assert_taken();
        people.meet(&[round]).await;
    }
}
