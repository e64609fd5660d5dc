//! A row damaged behind the server's back: the alarm is raised off the request, the board goes on, and the alarm is
//! taken back when the round is right again.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{RoundId, StopId};
use courier_session::session::SyncEnd;

use crate::harness::phone::Phone;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::World;

/// Changes the bytes of the first change of a round in the database's file.
fn rewrite(world: &World, round: RoundId, bytes: Option<Vec<u8>>) -> Vec<u8> {
    #[allow(clippy::disallowed_methods, reason = "a test goes behind the server's back")]
    let database = rusqlite::Connection::open(world.data().join("tournee.sqlite3")).unwrap();
    let hash: Vec<u8> = database
        .query_row(
            "SELECT hash FROM log WHERE document = ?1 AND kind = 0 ORDER BY position",
            [round.0],
            |row| row.get(0),
        )
        .unwrap();
    let was: Vec<u8> =
        database.query_row("SELECT bytes FROM change WHERE hash = ?1", [&hash], |row| row.get(0)).unwrap();
    let now = bytes.unwrap_or_else(|| {
        let mut damaged = was.clone();
        let last = damaged.len() - 1;
        damaged[last] ^= 1;
        damaged[last / 2] ^= 0x55;
        damaged
    });
    let updated = database.execute("UPDATE change SET bytes = ?2 WHERE hash = ?1", (&hash, now)).unwrap();
    assert_eq!(updated, 1);
    was
}

/// Asks for the server's health until it counts so many alarms.
async fn alarms(world: &World, count: u64) {
    let asked = async {
        while world.get("/v1/health", "").await.1["alarms"] != count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), asked).await.unwrap();
}

async fn arrive(phone: &mut Phone, round: RoundId, stop: StopId) {
    phone.tap(round, &CourierCommand::Arrive(stop));
    assert_eq!(phone.sync().await, SyncEnd::Synced);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_raises_an_alarm_the_board_goes_on_and_a_later_success_clears_it() {
    let Ready { world, round, mut phone, stops, .. } = ready(1).await;
    arrive(&mut phone, round, stops[0]).await;
    alarms(&world, 0).await;
    let was = rewrite(&world, round, None);
    arrive(&mut phone, round, stops[0]).await;
    alarms(&world, 1).await;
    assert!(world.log().contains("does not pass its trial"), "the operator is told");
    // What the courier does is still there for the coordinator to see.
    let before = world.round(round).await.acts_since;
    arrive(&mut phone, round, stops[0]).await;
    assert_eq!(world.round(round).await.acts_since, before + 1);
    rewrite(&world, round, Some(was));
    arrive(&mut phone, round, stops[0]).await;
    alarms(&world, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_outlives_a_restart_and_is_looked_at_again() {
    let Ready { mut world, round, mut phone, stops, .. } = ready(1).await;
    let was = rewrite(&world, round, None);
    arrive(&mut phone, round, stops[0]).await;
    alarms(&world, 1).await;
    world.kill_server();
    world.start_server();
    alarms(&world, 1).await;
    world.kill_server();
    rewrite(&world, round, Some(was));
    world.start_server();
    alarms(&world, 0).await;
}
