//! P2: what the server acknowledged survives SIGKILL, and what it did not acknowledge is sent again, once.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::sync::engine::{Effect, Input};
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::cut_link::{CutLink, WHOLE};
use crate::harness::phone::Phone;
use crate::harness::world::World;

/// Where in the exchange the server dies.
#[derive(Debug, Clone, Copy)]
enum Dies {
    BeforeTheRequest,
    AfterTheCommitBeforeTheReply,
    InTheMiddleOfTheReply,
    AfterTheReplyBeforeThePhoneWroteIt,
    AfterThePhoneWroteIt,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_anywhere_in_an_exchange_loses_and_doubles_nothing() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    for dies in [
        Dies::BeforeTheRequest,
        Dies::AfterTheCommitBeforeTheReply,
        Dies::InTheMiddleOfTheReply,
        Dies::AfterTheReplyBeforeThePhoneWroteIt,
        Dies::AfterThePhoneWroteIt,
    ] {
        let round = world.round_of_pairs(ana, 1).await;
        let link = CutLink::to(&world.address).await;
        let mut phone = phone_on(&mut world, ana, &link).await;
        let stops = phone.stops(round);
        phone.tap(round, &CourierCommand::Collect(stops[0], None));
        phone.deliver(round, stops[1]);
        phone.die_and_come_back();

        let rows_before = world.board().await.cursor.position;
        exchange(&mut world, &mut phone, &link, dies).await;
        assert!(phone.holds_all_saved(), "{dies:?}");
        let committed = world.board().await.cursor.position - rows_before;
        match dies {
            Dies::BeforeTheRequest => assert_eq!(committed, 0, "{dies:?}"),
            _ => assert_eq!(committed, 1, "{dies:?}: committed although the phone may not know"),
        }

        link.cut_replies_after(WHOLE);
        phone.die_and_come_back();
        assert_eq!(phone.sync().await, SyncEnd::Synced, "{dies:?}");
        assert!(phone.session().queue().unwrap().is_empty(), "{dies:?}");
        assert_eq!(world.board().await.cursor.position - rows_before, 1, "{dies:?}: one change, once");
        everything_is_there_once(&mut world, ana, &mut phone).await;
    }
}

/// One exchange with the server killed at that point, and started again.
async fn exchange(world: &mut World, phone: &mut Phone, link: &CutLink, dies: Dies) {
    match dies {
        Dies::BeforeTheRequest => {
            world.kill_server();
            assert_eq!(phone.sync().await, SyncEnd::NoAnswer);
        }
        Dies::AfterTheCommitBeforeTheReply | Dies::InTheMiddleOfTheReply => {
            let halfway = matches!(dies, Dies::InTheMiddleOfTheReply);
            link.cut_replies_after(if halfway { 120 } else { 0 });
            assert_eq!(phone.sync().await, SyncEnd::NoAnswer);
            world.kill_server();
        }
        Dies::AfterTheReplyBeforeThePhoneWroteIt | Dies::AfterThePhoneWroteIt => {
            let writes = matches!(dies, Dies::AfterThePhoneWroteIt);
            let mut effect = phone.next_effect(Input::Wanted { now: true });
            while !matches!(effect, Effect::Wait(_)) && (writes || !matches!(effect, Effect::Confirm(_))) {
                let report = phone.session().carry_out(effect).await.unwrap();
                effect = phone.next_effect(report);
            }
            world.kill_server();
        }
    }
    world.start_server();
}

async fn phone_on(world: &mut World, member: core_sync::domain::ids::MemberId, link: &CutLink) -> Phone {
    let port = link.address.rsplit(':').next().unwrap();
    let folder = world.folder.path().join(format!("phone-on-{port}"));
    // A seed of its own: no two phones draw one key.
    let mut phone = Phone::open(folder, port.parse().unwrap());
    phone.set_clock(world.now().await);
    let code = world.code(member).await;
    phone.enrol(&link.address, &code).await.unwrap();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    phone
}
