//! Stops move between rounds, a round is given away, a draft is taken: both phones learn their side, an act sent
//! across a kill is done once, and what the first courier did meanwhile stands.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, ParcelId, RoundId};
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::stop::StopStatus;
use core_sync::wire::command::CommandAnswer;
use core_sync::wire::members::Role;

use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_moves_to_another_bike_once_even_across_a_kill() {
    let mut world = World::new();
    let (ana, bo) = (world.member("Ana", Role::Courier).await, world.member("Bo", Role::Courier).await);
    let (a, b) = (world.round_of_pairs(ana, 2).await, world.round_of_pairs(bo, 1).await);
    let mut phone_a = world.phone(ana).await;
    let mut phone_b = world.phone(bo).await;
    phone_a.sync().await;
    phone_b.sync().await;
    let (seen_a, seen_b) = (world.round(a).await, world.round(b).await);
    let moved = seen_a.stops.iter().find(|stop| stop.number == 1).unwrap().id;
    let command =
        CoordinatorCommand::MoveStops { stops: vec![moved], to: b, to_plan_version: seen_b.plan_version };
    let act = ActId::random(&mut world.random);
    let (status, body) = world.send(act, a, Some(seen_a.plan_version), command.clone()).await;
    assert_eq!(status, 200, "{body}");
    world.kill_server();
    world.start_server();
    let (status, body) = world.send(act, a, Some(seen_a.plan_version), command).await;
    assert_eq!(status, 200, "{body}");
    phone_a.sync().await;
    phone_b.sync().await;
    let state = phone_a.session().round(a).unwrap();
    assert_eq!(state.remaining.len(), 2, "the pickup went, and its drop-off with it");
    assert_eq!(state.stops[&moved].withdrawal.map(|(_, reason)| reason), Some(WithdrawReason::Moved));
    let state = phone_b.session().round(b).unwrap();
    assert_eq!(state.remaining.len(), 4);
    let cards = phone_b.session().today().unwrap();
    assert!(cards[0].stops.iter().all(|stop| stop.card.is_some()), "a card follows its stop");
    phone_a.trial(a);
    phone_b.trial(b);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_first_courier_delivers_after_her_round_was_given_away_stands() {
    let mut world = World::new();
    let (ana, bo) = (world.member("Ana", Role::Courier).await, world.member("Bo", Role::Courier).await);
    let a = world.round_of_pairs(ana, 1).await;
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    let stops = phone.stops(a);
    phone.tap(a, &CourierCommand::Collect(stops[0], None));
    let given = RoundId::random(&mut world.random);
    world.command(a, CoordinatorCommand::GiveRound { to: bo, round: given }).await;
    phone.deliver(a, stops[1]);
    phone.sync().await;
    let round = world.round(a).await;
    let statuses: Vec<StopStatus> = round.stops.iter().map(|stop| stop.status).collect();
    assert_eq!(statuses, [StopStatus::Collected, StopStatus::Delivered]);
    let mut other = world.phone(bo).await;
    other.sync().await;
    assert!(other.session().round(given).is_ok());
    assert_eq!(world.round(given).await.courier, bo);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_courier_takes_a_draft_when_nobody_coordinates() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let token = world.token(ana).await;
    let draft = RoundId::random(&mut world.random);
    let act = ActId::random(&mut world.random);
    let (status, body) = world.send(act, draft, None, CoordinatorCommand::MakeDraft {}).await;
    assert_eq!(status, 200, "{body}");
    let mut version = drafted(body);
    for (place, kind) in [StopKind::Pickup, StopKind::DropOff].into_iter().enumerate() {
        let stop = world.new_stop(kind, place, ParcelId([5; 16])).await;
        let act = ActId::random(&mut world.random);
        let command = CoordinatorCommand::AddStop(Box::new(stop));
        let (status, body) = world.send(act, draft, Some(version), command).await;
        assert_eq!(status, 200, "{body}");
        version = drafted(body);
    }
    let (status, body) = world.get("/v1/drafts", &token).await;
    assert_eq!(status, 200);
    assert!(!body.to_string().contains("Embruns"), "no address before it is hers: {body}");
    let take = serde_json::json!({
        "act": ActId::random(&mut world.random), "round": draft, "plan_version": version,
        "command": { "take_draft": { "courier": ana } },
    });
    let (status, body) = world.post("/v1/commands", &token, &take).await;
    assert_eq!(status, 200, "{body}");
    world.kill_server();
    world.start_server();
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    let stops = phone.stops(draft);
    phone.tap(draft, &CourierCommand::Collect(stops[0], None));
    phone.deliver(draft, stops[1]);
    phone.sync().await;
    assert!(phone.session().today().unwrap()[0].stops.iter().all(|stop| stop.card.is_some()));
    assert_eq!(world.round(draft).await.stops[1].status, StopStatus::Delivered);
}

fn drafted(body: serde_json::Value) -> core_sync::domain::ids::PlanVersion {
    match serde_json::from_value(body).unwrap() {
        CommandAnswer::Draft(draft) => draft.plan_version,
        CommandAnswer::Round(round) => panic!("{round:?}"),
    }
}
