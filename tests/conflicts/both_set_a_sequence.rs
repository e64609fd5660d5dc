//! Coordinator and courier both set a sequence: two registers, and a named rule says which is ridden.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ParcelId, RoundId, StopId};
use core_sync::domain::reasons::StopKind;

use super::harness::world::service_time;
use super::order::EVERY_ORDER;
use super::people::People;
use super::side::Side;

const ANA: usize = 0;

/// The coordinator's sequence, decided on the courier's as the board shows it now.
async fn wanted(people: &mut People, round: RoundId, stops: &[StopId]) -> Side {
    let saw = people.world.round(round).await.courier_sequence;
    people.decides(round, CoordinatorCommand::Sequence { stops: stops.to_vec(), saw }).await
}

/// A round that Ana started, as everybody knows.
async fn started(people: &mut People) -> (RoundId, Vec<StopId>) {
    let (round, stops) = people.round(ANA, 2).await;
    people.tap(ANA, round, &CourierCommand::Start);
    people.all_hear().await;
    (round, stops)
}

#[tokio::test(flavor = "multi_thread")]
async fn not_started_the_plans_is_shown() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, s) = people.round(ANA, 2).await;
        let mut plan = wanted(&mut people, round, &[s[2], s[0], s[1], s[3]]).await;
        people.tap(ANA, round, &CourierCommand::Arrive(s[0]));
        people.interleave(order, &mut Side::Phone(ANA), &mut plan).await;
        plan.assert_taken();
        let seen = people.meet(&[round]).await;
        let ridden = [
            "Ana",
            "3 pickup b: planned",
            "1 pickup a: arrived",
            "2 drop_off a: planned",
            "4 drop_off b: planned",
        ];
        assert_eq!(seen, ridden, "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_started_with_is_hers_and_a_plan_made_meanwhile_falls() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, s) = people.round(ANA, 2).await;
        let mut plan = wanted(&mut people, round, &[s[2], s[0], s[1], s[3]]).await;
        people.tap(ANA, round, &CourierCommand::Start);
        people.tap(ANA, round, &CourierCommand::Collect(s[0], None));
        people.interleave(order, &mut Side::Phone(ANA), &mut plan).await;
        // A stop that was done meanwhile makes the list no worse.
        plan.assert_taken();
        let seen = people.meet(&[round]).await;
        let ridden = [
            "Ana; sequence_fallen",
            "1 pickup a: collected",
            "2 drop_off a: planned",
            "3 pickup b: planned",
            "4 drop_off b: planned",
        ];
        assert_eq!(seen, ridden, "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn started_the_couriers_is_ridden_and_the_plan_that_did_not_know_it_falls() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, s) = started(&mut people).await;
        let mut plan = wanted(&mut people, round, &[s[0], s[2], s[1], s[3]]).await;
        people.tap(ANA, round, &CourierCommand::Reorder(vec![s[2], s[3], s[0], s[1]]));
        people.interleave(order, &mut Side::Phone(ANA), &mut plan).await;
        plan.assert_taken();
        let seen = people.meet(&[round]).await;
        let ridden = [
            "Ana; sequence_fallen",
            "3 pickup b: planned",
            "4 drop_off b: planned",
            "1 pickup a: planned",
            "2 drop_off a: planned",
        ];
        assert_eq!(seen, ridden, "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_knows_hers_waits_for_her_answer() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, s) = started(&mut people).await;
        let mut plan = wanted(&mut people, round, &[s[2], s[3], s[0], s[1]]).await;
        people.tap(ANA, round, &CourierCommand::Pause(true));
        people.interleave(order, &mut Side::Phone(ANA), &mut plan).await;
        plan.assert_taken();
        let seen = people.meet(&[round]).await;
        let ridden = [
            "Ana; sequence_asked",
            "1 pickup a: planned",
            "2 drop_off a: planned",
            "3 pickup b: planned",
            "4 drop_off b: planned",
        ];
        assert_eq!(seen, ridden, "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_stands_to_the_request_it_saw_and_not_to_one_made_meanwhile() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, s) = started(&mut people).await;
        let asked = vec![s[2], s[3], s[0], s[1]];
        let saw = people.world.round(round).await.courier_sequence;
        people.world.command(round, CoordinatorCommand::Sequence { stops: asked.clone(), saw }).await;
        people.all_hear().await;
        let mut again = wanted(&mut people, round, &[s[2], s[0], s[3], s[1]]).await;
        people.tap(ANA, round, &CourierCommand::Reorder(asked));
        people.interleave(order, &mut Side::Phone(ANA), &mut again).await;
        again.assert_taken();
        let seen = people.meet(&[round]).await;
        let ridden = [
            "Ana; sequence_fallen",
            "3 pickup b: planned",
            "4 drop_off b: planned",
            "1 pickup a: planned",
            "2 drop_off a: planned",
        ];
        assert_eq!(seen, ridden, "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_list_is_taken_another_is_kept() {
    let mut people = People::with(&["Ana"]).await;
    for (index, order) in EVERY_ORDER.into_iter().chain(EVERY_ORDER).enumerate() {
        let taken = index < EVERY_ORDER.len();
        let (round, s) = started(&mut people).await;
        let asked = vec![s[2], s[3], s[0], s[1]];
        let kept = vec![s[2], s[0], s[1], s[3]];
        let saw = people.world.round(round).await.courier_sequence;
        people.world.command(round, CoordinatorCommand::Sequence { stops: asked.clone(), saw }).await;
        people.all_hear().await;
        // Meanwhile the plan changes elsewhere; the request stays the latest.
        let change = service_time(s[1], 600);
        let mut amended = people.decides(round, change).await;
        people.tap(ANA, round, &CourierCommand::Reorder(if taken { asked } else { kept }));
        people.interleave(order, &mut Side::Phone(ANA), &mut amended).await;
        amended.assert_taken();
        let seen = people.meet(&[round]).await;
        let (head, last) = if taken {
            ("Ana; sequence_taken", ["3", "4", "1", "2"])
        } else {
            ("Ana; sequence_kept", ["3", "1", "2", "4"])
        };
        assert_eq!(seen[0], head, "{order:?}");
        let numbers: Vec<_> = seen[1..].iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(numbers, last, "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_stop_goes_after_its_nearest_predecessor_and_moves_for_its_pickup() {
    let mut people = People::with(&["Ana"]).await;
    for order in EVERY_ORDER {
        let (round, s) = people.round(ANA, 2).await;
        let plan = CoordinatorCommand::Sequence { stops: vec![s[0], s[2], s[1], s[3]], saw: None };
        people.world.command(round, plan).await;
        people.all_hear().await;
        people.tap(ANA, round, &CourierCommand::Start);
        people.all_hear().await;
        // The plan takes the new pickup after 3 and before the drop-off that needs it; she meanwhile does that drop-off
        // before 3.
        let view = people.world.round(round).await;
        let parcel = view.stops.iter().find(|stop| stop.id == s[1]).unwrap().parcels[0];
        let mut stop = people.world.new_stop(StopKind::Pickup, 9, parcel).await;
        stop.parcels.push(ParcelId::random(&mut people.world.random));
        let mut added = people.decides(round, CoordinatorCommand::AddStop(Box::new(stop))).await;
        people.tap(ANA, round, &CourierCommand::Reorder(vec![s[0], s[1], s[2], s[3]]));
        people.interleave(order, &mut Side::Phone(ANA), &mut added).await;
        added.assert_taken();
        let seen = people.meet(&[round]).await;
        let ridden = [
            "Ana; sequence_fallen",
            "1 pickup a: planned",
            "5 pickup ac: planned",
            "2 drop_off a: planned",
            "3 pickup b: planned",
            "4 drop_off b: planned",
        ];
        assert_eq!(seen, ridden, "{order:?}");
    }
}
