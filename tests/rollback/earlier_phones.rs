//! Acts of phones that a courier had before, after the server lost those phones too.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::wire::members::Role;
use courier_session::error::SessionError;
use courier_session::session::SyncEnd;

use crate::account::{Account, holdings};
use crate::harness::board::everything_is_there_once;
use crate::harness::world::World;
use crate::way_back::Way;

#[tokio::test(flavor = "multi_thread")]
async fn acts_of_a_phone_that_was_sealed_come_back_though_the_server_knows_neither_phone() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let moment = Way::CopiedFolder.remember(&mut world, "before");
    let mut old = world.phone(ana).await;
    old.sync().await;
    let stops = old.stops(round);
    old.tap(round, &CourierCommand::Collect(stops[0], None));
    let at = old.moment();
    let sealed = old.session().log_out(true, at).unwrap().unwrap();
    let mut next = world.phone(ana).await;
    next.sync().await;
    assert_eq!(next.session().unseal(&sealed).unwrap(), 1);
    next.deliver(round, stops[1]);
    let before = holdings(&world.data());

    moment.put_back(&mut world);
    let mut account = Account::begin(before, &world.data());
    assert_eq!(next.sync().await, SyncEnd::Synced);
    account.heard("Ana's next", &world.data());
    println!("{}", account.table("a phone that was sealed: what came from whom"));
    account.nothing_is_lost();
    assert_eq!(account.from("Ana's next", "enrolments"), 2, "herself, and the phone whose acts she brought");
    assert!(next.session().queue().unwrap().is_empty(), "none refused");
    next.saved.extend(old.saved.clone());
    everything_is_there_once(&mut world, ana, &mut next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_nobody_knows_syncs_at_once_and_is_not_told_to_enrol_again() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let moment = Way::ResumedSnapshot.remember(&mut world, "before");
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    phone.tap(round, &CourierCommand::Start);
    moment.put_back(&mut world);
    // It dies between being turned away and being taken in: whatever came of it, the next sync ends it.
    phone.die_and_come_back();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(!phone.session().badge().unwrap().state.code().contains("signed_out"));
    let code = world.code(ana).await;
    let again = phone.enrol(&world.address.clone(), &code).await;
    assert!(matches!(again, Err(SessionError::AlreadyEnrolled)), "{again:?}");
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_put_back_twice_and_forward_again_ends_with_everything_once() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 2).await;
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    let stops = phone.stops(round);
    let empty = Way::ResumedSnapshot.remember(&mut world, "early");
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    phone.sync().await;
    let half = Way::ResumedSnapshot.remember(&mut world, "half");
    phone.deliver(round, stops[1]);
    phone.sync().await;
    for moment in [&half, &empty, &half] {
        moment.put_back(&mut world);
        phone.tap(round, &CourierCommand::Arrive(stops[2]));
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        phone.die_and_come_back();
    }
    let badge = phone.session().badge().unwrap();
    assert_eq!((badge.state.code(), badge.unsent, badge.to_give_back), ("all_sent", 0, 0));
    everything_is_there_once(&mut world, ana, &mut phone).await;
}
