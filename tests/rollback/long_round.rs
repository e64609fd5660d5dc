//! A round with more changes and cards than one request gives back, on a link that breaks meanwhile.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::RoundId;
use core_sync::wire::members::Role;
use courier_session::error::SessionError;
use courier_session::session::SyncEnd;

use crate::account::{Account, holdings};
use crate::harness::board::everything_is_there_once;
use crate::harness::cut_link::{CutLink, WHOLE};
use crate::harness::phone::Phone;
use crate::harness::world::World;
use crate::way_back::Way;

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_round_comes_back_from_one_phone_in_several_requests_though_answers_are_lost() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let moment = Way::CopiedFolder.remember(&mut world, "before");
    let round: RoundId = world.round_of_pairs(ana, 20).await;
    let link = CutLink::to(&world.address).await;
    let mut phone = Phone::open(world.folder.path().join("on-a-bad-link"), 9);
    phone.set_clock(world.now().await);
    let code = world.code(ana).await;
    phone.enrol(&link.address, &code).await.unwrap();
    phone.sync().await;
    let stops = phone.stops(round);
    phone.tap(round, &CourierCommand::Start);
    for pair in stops.chunks(2).take(3) {
        phone.tap(round, &CourierCommand::Collect(pair[0], None));
        phone.deliver(round, pair[1]);
        phone.sync().await;
    }
    let before = holdings(&world.data());
    moment.put_back(&mut world);
    let mut account = Account::begin(before.clone(), &world.data());

    // Every answer but the last is cut somewhere; what the server did of it stays done.
    for cut in [0, 300, 1_000] {
        link.cut_replies_after(cut);
        assert_eq!(phone.sync().await, SyncEnd::NoAnswer);
        phone.die_and_come_back();
        assert!(phone.holds_all_saved());
    }
    // The last of these answers told it: now it does not let the only copy be thrown away.
    let told = phone.session().badge().unwrap();
    assert!(told.to_give_back >= 40 && told.state.code() != "all_sent", "{told:?}");
    let at = phone.moment();
    let refused = phone.session().log_out(false, at);
    assert!(
        matches!(refused, Err(SessionError::Unsent { .. } | SessionError::OnlyHere { .. })),
        "{refused:?}"
    );
    link.cut_replies_after(WHOLE);
    let connections = link.connections();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(link.connections() > connections);
    account.heard("Ana's", &world.data());
    println!("{}", account.table("a whole round from one phone: what came from whom"));
    account.nothing_is_lost();
    assert_eq!(holdings(&world.data()), before, "nothing more than there was");
    assert_eq!(account.from("Ana's", "cards"), 40);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}
