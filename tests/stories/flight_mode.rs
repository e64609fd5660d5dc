//! With the link down nothing is tried: no request, no connection, no busy retry. Everything else goes on.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::sync::engine::{Effect, Input};
use core_sync::view::sync_badge::BadgeState;
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::cut_link::CutLink;
use crate::harness::phone::Phone;
use crate::harness::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn flight_mode_opens_no_connection_and_a_whole_round_is_ridden() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 3).await;
    let link = CutLink::to(&world.address).await;
    let mut phone = Phone::open(world.folder.path().join("flying"), 3);
    phone.set_clock(world.now().await);
    let code = world.code(ana).await;
    phone.enrol(&link.address, &code).await.unwrap();
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::NeverSynced);
    phone.sync().await;
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::AllSent);

    phone.session().set_link(false).unwrap();
    let before = link.connections();
    phone.tap(round, &CourierCommand::Start);
    for (index, stop) in phone.stops(round).into_iter().enumerate() {
        if index % 2 == 0 {
            phone.tap(round, &CourierCommand::Collect(stop, None));
        } else {
            phone.deliver(round, stop);
        }
        assert_eq!(phone.sync().await, SyncEnd::LinkDown);
        assert!(matches!(phone.next_effect(Input::Wanted { now: false }), Effect::Rest));
        // The switch is the courier's: it survives the process.
        phone.die_and_come_back();
    }
    phone.tap(round, &CourierCommand::Finish);
    assert_eq!(link.connections(), before, "not one connection");
    let badge = phone.session().badge().unwrap();
    assert_eq!((badge.state, badge.unsent), (BadgeState::Offline, 8));
    assert!(phone.session().today().unwrap()[0].next.is_none());

    phone.session().set_link(true).unwrap();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::AllSent);
    assert!(world.round(round).await.finished);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}
