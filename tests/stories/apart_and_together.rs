//! Courier and coordination act apart; when they meet, nothing either did is lost and everybody sees the same.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::ParcelId;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::remark::Remark;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::StopStatus;
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn delivered_stands_when_the_stop_was_withdrawn_meanwhile() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    world.withdraw(round, stops[1]).await;
    phone.deliver(round, stops[1]);
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    let view = world.round(round).await;
    let stop = view.stops.iter().find(|stop| stop.id == stops[1]).unwrap();
    assert_eq!((stop.status, &stop.remarks[..]), (StopStatus::Delivered, &[Remark::WithdrawnTooLate][..]));
    let today = phone.session().today().unwrap();
    let card = today[0].stops.iter().find(|card| card.stop == stops[1]).unwrap();
    assert_eq!((card.status, &card.remarks[..]), (StopStatus::Delivered, &[Remark::WithdrawnTooLate][..]));
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_the_courier_saw_is_told_apart() {
    let Ready { mut world, round, mut phone, stops, .. } = ready(1).await;
    world.withdraw(round, stops[1]).await;
    phone.sync().await;
    phone.deliver(round, stops[1]);
    phone.sync().await;
    let view = world.round(round).await;
    let stop = view.stops.iter().find(|stop| stop.id == stops[1]).unwrap();
    assert_eq!(stop.remarks, [Remark::DoneThoughWithdrawn]);
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_changes_come_as_a_short_list_and_the_board_sees_that_they_were_seen() {
    let Ready { mut world, round, mut phone, stops, .. } = ready(2).await;
    phone.tap(round, &CourierCommand::Start);
    let parcel = ParcelId::random(&mut world.random);
    let stop = world.new_stop(StopKind::Pickup, 9, parcel).await;
    world.command(round, CoordinatorCommand::AddStop(Box::new(stop))).await;
    world.amend(round, stops[1], 600).await;
    world.withdraw(round, stops[3]).await;
    phone.sync().await;
    let today = phone.session().today().unwrap();
    let diff = &today[0].plan_diff;
    assert_eq!((diff.added.len(), &diff.amended[..], &diff.withdrawn[..]), (1, &stops[1..2], &stops[3..4]));
    assert!(!world.round(round).await.plan_seen);
    phone.tap(round, &CourierCommand::SeePlan);
    assert!(phone.session().today().unwrap()[0].plan_diff.is_empty());
    phone.sync().await;
    assert!(world.round(round).await.plan_seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_set_a_sequence_and_the_couriers_stands_once_she_started() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 2).await;
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    let planned = phone.session().round(round).unwrap().remaining;
    phone.tap(round, &CourierCommand::Start);
    let (a, b, c, d) = (planned[0], planned[1], planned[2], planned[3]);
    phone.tap(round, &CourierCommand::Reorder(vec![c, d, a, b]));
    let saw = world.round(round).await.courier_sequence;
    world.command(round, CoordinatorCommand::Sequence { stops: vec![a, c, b, d], saw }).await;
    phone.sync().await;
    let (seen_by_ana, seen_by_board) = (phone.session().round(round).unwrap(), world.round(round).await);
    assert_eq!(seen_by_ana.remaining, [c, d, a, b]);
    assert_eq!(seen_by_board.stops.iter().map(|stop| stop.id).collect::<Vec<_>>(), [c, d, a, b]);
    assert_eq!(seen_by_board.remarks, [Remark::SequenceFallen], "asked without knowing hers: ask again");

    // Now coordination has seen hers: a request, which she answers.
    let saw = world.round(round).await.courier_sequence;
    world.command(round, CoordinatorCommand::Sequence { stops: vec![a, b, c, d], saw }).await;
    phone.sync().await;
    assert_eq!(world.round(round).await.remarks, [Remark::SequenceAsked]);
    phone.tap(round, &CourierCommand::Reorder(vec![a, b, c, d]));
    phone.sync().await;
    let view = world.round(round).await;
    assert_eq!(view.remarks, [Remark::SequenceTaken]);
    assert_eq!(view.stops.iter().map(|stop| stop.id).collect::<Vec<_>>(), [a, b, c, d]);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_phones_of_one_courier_and_the_board_come_to_the_same_round() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 2).await;
    let (mut one, mut other) = (world.phone(ana).await, world.phone(ana).await);
    one.sync().await;
    other.sync().await;
    let stops = one.stops(round);
    one.tap(round, &CourierCommand::Start);
    one.tap(round, &CourierCommand::Collect(stops[0], None));
    other.tap(round, &CourierCommand::Collect(stops[2], None));
    other.deliver(round, stops[3]);
    for phone in [&mut one, &mut other] {
        assert_eq!(phone.sync().await, SyncEnd::Synced);
    }
    one.sync().await;
    let state = |phone: &mut crate::harness::phone::Phone| {
        RoundState::of(&phone.session().records(round).unwrap().records)
    };
    assert_eq!(state(&mut one), state(&mut other));
    let statuses: Vec<_> = world.round(round).await.stops.iter().map(|stop| stop.status).collect();
    assert_eq!(statuses.iter().filter(|status| !status.remains()).count(), 3);
    everything_is_there_once(&mut world, ana, &mut one).await;
    everything_is_there_once(&mut world, ana, &mut other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_courier_who_changes_phone_in_the_middle_of_a_round_goes_on_counting() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let mut old = world.phone(ana).await;
    old.sync().await;
    let stops = old.stops(round);
    old.tap(round, &CourierCommand::Start);
    old.tap(round, &CourierCommand::Collect(stops[0], None));
    old.tap(round, &CourierCommand::Pause(true));
    old.sync().await;
    let mut next = world.phone(ana).await;
    next.sync().await;
    next.tap(round, &CourierCommand::Pause(false));
    next.deliver(round, stops[1]);
    next.tap(round, &CourierCommand::Finish);
    next.sync().await;
    let state = next.session().round(round).unwrap();
    assert!(state.finished && !state.paused, "the later phone's taps are the later taps");
    assert!(world.round(round).await.finished);
    everything_is_there_once(&mut world, ana, &mut next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_acts_offline_go_in_one_exchange_and_stay_in_sequence() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    for _ in 0..300 {
        phone.tap(round, &CourierCommand::Arrive(stops[0]));
    }
    let before = world.board().await.cursor.position;
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(world.board().await.cursor.position - before, 6, "fifty to a change");
    let state = phone.session().round(round).unwrap();
    assert_eq!(state.facts, 300);
    assert_eq!(state.stops[&stops[0]].decided_by.as_ref().unwrap().stamp.n, 300, "the last tap decides");
    everything_is_there_once(&mut world, ana, &mut phone).await;
}
