//! A command posted twice is one act; a command on a plan that changed meanwhile is told so, with the plan.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::ids::{ActId, ParcelId, RoundId};
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;

use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_act_twice_is_one_act_even_across_a_kill() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let version = world.round(round).await.plan_version;
    let parcel = ParcelId::random(&mut world.random);
    let stop = world.new_stop(StopKind::Pickup, 5, parcel).await;
    let command = CoordinatorCommand::AddStop(Box::new(stop));
    let act = ActId::random(&mut world.random);
    let (status, _) = world.send(act, round, Some(version), command.clone()).await;
    assert_eq!(status, 200);
    world.kill_server();
    world.start_server();
    let before = world.board().await.cursor;
    let (status, body) = world.send(act, round, Some(version), command).await;
    assert_eq!(status, 200, "the answer was lost, the act was not: {body}");
    assert_eq!(world.board().await.cursor, before, "nothing was written again");
    assert_eq!(world.round(round).await.stops.len(), 3);

    let other = CoordinatorCommand::Sequence { stops: Vec::new(), saw: None };
    let (status, body) = world.send(act, round, Some(version), other).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("act_id_reused")), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_plan_version_gets_the_round_as_it_is_now() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let seen = world.round(round).await;
    world.withdraw(round, seen.stops[1].id).await;
    let act = ActId::random(&mut world.random);
    let command =
        CoordinatorCommand::WithdrawStop { stop: seen.stops[0].id, reason: WithdrawReason::Mistake };
    let (status, body) = world.send(act, round, Some(seen.plan_version), command.clone()).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("plan_version_stale")), "{body}");
    let now: RoundView = serde_json::from_value(body["round"].clone()).unwrap();
    assert_eq!(now, world.round(round).await);
    let (status, _) = world.send(act, round, Some(now.plan_version), command).await;
    assert_eq!(status, 200, "decided again on the plan as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_couriers_facts_make_no_command_stale() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    let seen = world.round(round).await;
    phone.tap(round, &core_sync::domain::courier_command::CourierCommand::Start);
    phone.sync().await;
    let act = ActId::random(&mut world.random);
    let command =
        CoordinatorCommand::WithdrawStop { stop: seen.stops[0].id, reason: WithdrawReason::Mistake };
    let (status, body) = world.send(act, round, Some(seen.plan_version), command).await;
    assert_eq!(status, 200, "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_board_is_not_sent_again() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let cursor = world.board().await.cursor;
    let path = format!("/v1/board?after={cursor}");
    assert_eq!(world.get(&path, &world.admin_token).await.0, 304);
    let round = RoundId::random(&mut world.random);
    let act = ActId::random(&mut world.random);
    world.send(act, round, None, CoordinatorCommand::MakeRound { courier: ana }).await;
    assert_eq!(world.get(&path, &world.admin_token).await.0, 200, "an empty round is news");
}
