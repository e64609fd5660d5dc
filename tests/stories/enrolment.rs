//! A one-time code becomes one device: once, within ten minutes, and safely repeated after a lost answer.

use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::members::Role;
use courier_session::error::SessionError;
use courier_session::session::SyncEnd;

use crate::harness::cut_link::{CutLink, WHOLE};
use crate::harness::phone::Phone;
use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_and_a_lost_answer_is_asked_for_again() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let code = world.code(ana).await;
    let link = CutLink::to(&world.address).await;
    let mut phone = Phone::open(world.folder.path().join("enrolling"), 1);
    link.cut_replies_after(0);
    assert!(matches!(phone.enrol(&link.address, &code).await, Err(SessionError::Client(_))));
    phone.die_and_come_back();
    link.cut_replies_after(WHOLE);
    phone.enrol(&link.address, &code).await.expect("the same key with the same code");
    phone.set_clock(world.now().await);
    assert_eq!(phone.sync().await, SyncEnd::Synced);

    let mut thief = Phone::open(world.folder.path().join("thief"), 2);
    let refused = thief.enrol(&world.address, &code).await;
    assert!(matches!(refused, Err(SessionError::Server { code: ErrorCode::EnrolmentCode })), "{refused:?}");
    assert!(matches!(phone.enrol(&world.address, &code).await, Err(SessionError::AlreadyEnrolled)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_sees_its_own_couriers_rounds_and_no_other() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let bilal = world.member("Bilal", Role::Courier).await;
    let hers = world.round_of_pairs(ana, 1).await;
    world.round_of_pairs(bilal, 1).await;
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    let rounds: Vec<_> = phone.session().today().unwrap().into_iter().map(|today| today.round).collect();
    assert_eq!(rounds, [hers]);
}
