//! A phone's folder is copied and both go on: nothing is lost, and both are told until one is enrolled anew.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::view::sync_badge::BadgeState;
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::phone::Phone;
use crate::harness::ready::{Ready, ready};

#[tokio::test(flavor = "multi_thread")]
async fn two_phones_with_one_folder_lose_nothing_and_are_both_told() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    phone.tap(round, &CourierCommand::Start);
    phone.sync().await;
    let folder = world.folder.path().join("copy");
    std::fs::create_dir(&folder).unwrap();
    for name in ["phone.sqlite3", "phone.sqlite3-wal"] {
        if phone.folder.join(name).exists() {
            std::fs::copy(phone.folder.join(name), folder.join(name)).unwrap();
        }
    }
    let mut copy = Phone::open(folder, 99);
    copy.set_clock(world.now().await);
    copy.saved = phone.saved.clone();

    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    copy.tap(round, &CourierCommand::Arrive(stops[0]));
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::AllSent, "nobody knows yet");
    assert_eq!(copy.sync().await, SyncEnd::Synced);
    assert_eq!(copy.session().badge().unwrap().state, BadgeState::Cloned);
    // The other is told as well, and a restart of the server does not make it forgotten.
    world.kill_server();
    world.start_server();
    for _ in 0..2 {
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        assert_eq!(phone.session().badge().unwrap().state, BadgeState::Cloned);
        assert_eq!(copy.sync().await, SyncEnd::Synced);
    }
    assert!(phone.session().queue().unwrap().is_empty() && copy.session().queue().unwrap().is_empty());
    assert_eq!(phone.records(round), copy.records(round));
    let (_, body) = world.get("/v1/devices", &world.admin_token).await;
    assert!(body["devices"][0]["cloned_ms"].is_i64(), "{body}");

    // A person makes one of them enrol again: that one is free of it.
    let code = world.code(ana).await;
    copy.enrol(&world.address, &code).await.unwrap();
    copy.deliver(round, stops[1]);
    for _ in 0..2 {
        assert_eq!(copy.sync().await, SyncEnd::Synced);
        assert_eq!(copy.session().badge().unwrap().state, BadgeState::AllSent);
    }
    phone.sync().await;
    everything_is_there_once(&mut world, ana, &mut phone).await;
    everything_is_there_once(&mut world, ana, &mut copy).await;
}
