//! Bits that turn over in what is stored: found by the change's hash, named, kept to its round, and mended by putting
//! a copy back, to which phones give back what came after it.

use std::path::Path;

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, RoundId, to_text};
use core_sync::domain::remark::Remark;
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;
use courier_session::session::SyncEnd;
use rusqlite::Connection;
use serde_json::Value;

use crate::harness::board::everything_is_there_once;
use crate::harness::phone::Phone;
use crate::harness::ready::{Ready, ready};
use crate::harness::server_process::binary;
use crate::harness::world::{World, service_time};

/// Longer than a scrub of a few rounds takes: only one that never comes takes it.
const HANG: std::time::Duration = std::time::Duration::from_secs(60);

fn open(world: &World) -> Connection {
    let database = Connection::open(world.data().join("tournee.sqlite3")).unwrap();
    database.pragma_update(None, "foreign_keys", false).unwrap();
    database
}

/// The hash and the bytes of a round's last change.
fn last_change(world: &World, round: RoundId) -> (Vec<u8>, Vec<u8>) {
    let sql = "SELECT log.hash, change.bytes FROM log JOIN change ON change.hash = log.hash
               WHERE log.document = ?1 AND log.kind = 0 ORDER BY log.position DESC LIMIT 1";
    open(world).query_row(sql, [round.0], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn put_change(world: &World, hash: &[u8], bytes: &[u8]) {
    assert_eq!(
        open(world).execute("UPDATE change SET bytes = ?2 WHERE hash = ?1", (hash, bytes)).unwrap(),
        1
    );
}

/// One bit of the last byte of the last record: the change still reads as one, and says something else.
fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = bytes.len() - 4;
    bytes[at] ^= 1;
    bytes
}

async fn alarms(world: &World, count: u64) {
    let asked = async {
        while world.get("/v1/health", "").await.1["alarms"] != count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(HANG, asked).await.unwrap_or_else(|_| panic!("no {count} alarms: {}", world.log()));
}

/// Whether a round by itself says that it is damaged.
async fn says_damaged(world: &World, round: RoundId) -> bool {
    let (status, view) = world.get(&format!("/v1/rounds/{round}"), &world.admin_token).await;
    assert_eq!(status, 200, "{view}");
    serde_json::from_value::<RoundView>(view).unwrap().remarks.contains(&Remark::Damaged)
}

/// Whether the board says it of the round.
async fn board_says_damaged(world: &World, round: RoundId) -> bool {
    world.round(round).await.remarks.contains(&Remark::Damaged)
}

/// Plans something in a round; gives status and code.
async fn plan(world: &mut World, round: RoundId, seconds: u32) -> (u16, Value) {
    let view = world.round(round).await;
    let act = ActId::random(&mut world.random);
    let command = service_time(view.stops[0].id, seconds);
    let (status, body) = world.send(act, round, Some(view.plan_version), command).await;
    (status, body["code"].clone())
}

async fn tap(phone: &mut Phone, round: RoundId) {
    phone.tap(round, &CourierCommand::Pause(phone.saved.len().is_multiple_of(2)));
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(phone.session().queue().unwrap().is_empty());
}

/// Runs a command; gives its exit code and its JSON.
fn run(words: &[&str], paths: &[&Path]) -> (i32, Value) {
    let output = binary().arg("--json").args(&words[..1]).args(paths).args(&words[1..]).output().unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (output.status.code().unwrap(), json)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turned_bit_is_named_kept_to_its_round_and_mended_by_a_copy_and_the_phones() {
    let Ready { mut world, ana, round, mut phone, .. } = ready(1).await;
    let whole = world.round_of_pairs(ana, 1).await;
    let bo = world.member("Bo", Role::Courier).await;
    let of_bo = world.round_of_pairs(bo, 1).await;
    let mut phone_of_bo = world.phone(bo).await;
    assert_eq!(phone_of_bo.sync().await, SyncEnd::Synced);
    let backup = world.folder.path().join("backup");
    assert_eq!(run(&["backup"], &[&world.data(), &backup]).0, 0);
    tap(&mut phone, round).await;
    assert!(!says_damaged(&world, round).await);

    let (hash, bytes) = last_change(&world, round);
    put_change(&world, &hash, &flipped(&bytes));
    let hash: [u8; 32] = hash.try_into().unwrap();
    // Nothing changes in the round any more: the scrub of the next start finds it.
    world.kill_server();
    world.start_server();
    alarms(&world, 1).await;
    let log = world.log();
    let line = log.lines().find(|line| line.contains("does not pass its trial")).unwrap();
    assert!(line.contains(&round.to_string()) && line.contains(&to_text(&hash)), "{line}");

    // The board says so of this round alone, nobody plans on it, and the others are served as before.
    assert!(says_damaged(&world, round).await);
    assert!(board_says_damaged(&world, round).await);
    assert!(!board_says_damaged(&world, whole).await && !board_says_damaged(&world, of_bo).await);
    assert_eq!(plan(&mut world, round, 60).await, (500, "round_damaged".into()));
    assert_eq!(plan(&mut world, of_bo, 60).await.0, 200);
    tap(&mut phone_of_bo, of_bo).await;
    assert_eq!(world.get("/v1/items", &world.admin_token).await.0, 200);
    // Who rides it sends on, and is heard; nobody else is handed what is damaged.
    tap(&mut phone, round).await;
    let mut empty = world.phone(ana).await;
    let _synced = empty.sync().await;
    assert!(empty.session().round(round).is_err(), "a damaged log was handed out");
    assert!(empty.session().round(whole).is_ok());

    let (code, report) = run(&["verify"], &[&world.data()]);
    let faults = report["faults"].as_array().unwrap();
    let named = faults.iter().find(|fault| fault["code"] == "change_hash").unwrap();
    assert!(code == 1 && named.to_string().contains(&round.to_string()), "{report}");

    world.kill_server();
    assert_eq!(run(&["restore", "--replace"], &[&backup, &world.data()]).0, 0);
    world.start_server();
    for phone in [&mut phone, &mut phone_of_bo] {
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        assert_eq!(phone.sync().await, SyncEnd::Synced);
    }
    alarms(&world, 0).await;
    assert!(!says_damaged(&world, round).await);
    assert_eq!(plan(&mut world, round, 90).await.0, 200);
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bit_turned_in_the_file_itself_is_found_at_the_next_start() {
    let Ready { mut world, round, mut phone, .. } = ready(1).await;
    tap(&mut phone, round).await;
    let (hash, bytes) = last_change(&world, round);
    assert!(world.server.take().unwrap().terminate().success());
    let path = world.data().join("tournee.sqlite3");
    let mut file = std::fs::read(&path).unwrap();
    let at = file.windows(bytes.len()).position(|window| window == bytes).unwrap();
    file[at + bytes.len() - 4] ^= 1;
    std::fs::write(&path, file).unwrap();
    world.start_server();
    alarms(&world, 1).await;
    assert!(world.log().contains(&to_text(&hash)));
    assert!(says_damaged(&world, round).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_damage_is_said_while_it_lasts_and_not_after() {
    let Ready { mut world, round, mut phone, .. } = ready(1).await;
    tap(&mut phone, round).await;
    assert!(!board_says_damaged(&world, round).await);
    let (hash, bytes) = last_change(&world, round);
    put_change(&world, &hash, &flipped(&bytes));
    assert!(says_damaged(&world, round).await, "a change");
    // The board has what it read before in memory, until somebody meets the damage.
    assert_eq!(plan(&mut world, round, 60).await, (500, "round_damaged".into()));
    assert!(board_says_damaged(&world, round).await, "a change");
    put_change(&world, &hash, &bytes);
    assert!(!says_damaged(&world, round).await && !board_says_damaged(&world, round).await);

    let database = open(&world);
    let card: Vec<u8> = database.query_row("SELECT bytes FROM card LIMIT 1", [], |row| row.get(0)).unwrap();
    let turned = flipped(&card);
    let put = "UPDATE card SET bytes = ?1 WHERE bytes = ?2";
    assert_eq!(database.execute(put, (&turned, &card)).unwrap(), 1);
    assert!(says_damaged(&world, round).await, "a card");
    // A wrong door is worse than none.
    let view = world.round(round).await;
    assert_eq!(view.stops.iter().filter(|stop| stop.card.is_none()).count(), 1);
    assert_eq!(database.execute(put, (&card, &turned)).unwrap(), 1);
    assert!(!says_damaged(&world, round).await);

    database.execute("CREATE TABLE kept AS SELECT * FROM change WHERE hash = ?1", [&hash]).unwrap();
    assert_eq!(database.execute("DELETE FROM change WHERE hash = ?1", [&hash]).unwrap(), 1);
    assert!(says_damaged(&world, round).await, "a row that is gone");
    database.execute("INSERT INTO change SELECT * FROM kept", []).unwrap();
    assert!(!says_damaged(&world, round).await);
}
