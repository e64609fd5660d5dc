//! Logging out never loses an act silently: it is refused, or the acts are sealed and the next phone sends them.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::wire::members::Role;
use courier_session::error::SessionError;
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_is_refused_while_acts_are_not_sent_and_forced_seals_them_for_the_next_phone() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    phone.deliver(round, stops[1]);

    let moment = phone.moment();
    let refused = phone.session().log_out(false, moment);
    assert!(matches!(refused, Err(SessionError::Unsent { count: 2 })), "{refused:?}");
    assert!(phone.holds_all_saved());

    let moment = phone.moment();
    let sealed = phone.session().log_out(true, moment).unwrap().unwrap();
    assert!(sealed.exists());
    assert!(phone.session().today().unwrap().is_empty());
    assert!(matches!(phone.session().enrolled(), Err(SessionError::NotEnrolled)));
    let sealed_bytes = std::fs::read(&sealed).unwrap();
    assert!(!contains(&sealed_bytes, b"Maison"), "a sealed queue holds no card");

    let mut next = world.phone(ana).await;
    next.sync().await;
    assert_eq!(next.session().unseal(&sealed).unwrap(), 2);
    assert_eq!(next.session().unseal(&sealed).unwrap(), 0, "unsealing twice is unsealing once");
    assert_eq!(next.sync().await, SyncEnd::Synced);
    assert!(next.session().queue().unwrap().is_empty(), "accepted under the new device's key");
    next.saved = phone.saved.clone();
    everything_is_there_once(&mut world, ana, &mut next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_queue_is_nobody_elses_and_not_changed() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let bilal = world.member("Bilal", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let mut phone = world.phone(ana).await;
    phone.sync().await;
    phone.tap(round, &CourierCommand::Start);
    let moment = phone.moment();
    let sealed = phone.session().log_out(true, moment).unwrap().unwrap();

    let mut other = world.phone(bilal).await;
    assert!(matches!(other.session().unseal(&sealed), Err(SessionError::Sealed { .. })));
    let mut bytes = std::fs::read(&sealed).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let changed = sealed.with_extension("changed");
    std::fs::write(&changed, bytes).unwrap();
    let mut next = world.phone(ana).await;
    assert!(matches!(next.session().unseal(&changed), Err(SessionError::Sealed { .. })));
    assert!(next.session().queue().unwrap().is_empty());
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
