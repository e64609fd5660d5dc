//! SIGTERM drains: what was accepted is answered and on disk, the exit is clean, and the folder opens again.

use core_sync::domain::courier_command::CourierCommand;
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::ready::{Ready, ready};

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_cleanly_while_phones_are_syncing_and_loses_nothing() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    for _ in 0..20 {
        phone.tap(round, &CourierCommand::Arrive(stops[0]));
    }
    let server = world.server.take().unwrap();
    let (end, status) = tokio::join!(phone.sync(), tokio::task::spawn_blocking(move || server.terminate()));
    assert!(status.unwrap().success());
    assert!(matches!(end, SyncEnd::Synced | SyncEnd::NoAnswer));
    assert!(phone.holds_all_saved());
    world.start_server();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}
