//! A refused act is kept on both sides until a person decides, or a mended guard does; then the phone sees its row.

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, ChangeHash, DeviceId};
use core_sync::sync::engine::{Effect, Input};
use core_sync::view::sync_badge::BadgeState;
use core_sync::wire::aside::{Aside, AsideState};
use courier_session::session::SyncEnd;
use rusqlite::Connection;
use serde_json::json;

use crate::harness::board::everything_is_there_once;
use crate::harness::phone::Phone;
use crate::harness::ready::{Ready, ready};
use crate::harness::server_process::binary;
use crate::harness::world::World;

#[allow(clippy::disallowed_methods, reason = "a test reaches into the files from outside")]
fn open(file: &std::path::Path) -> Connection {
    Connection::open(file).unwrap()
}

/// Has the server refuse what the phone minted: its signature is damaged on its way out. Gives the honest envelope.
async fn refused(phone: &mut Phone) -> Vec<u8> {
    let outbox = phone.next_effect(Input::Wanted { now: true });
    let Ok(input) = phone.session().carry_out(outbox).await else { panic!("no outbox") };
    let save = phone.next_effect(input);
    assert!(matches!(save, Effect::Save(_)), "{save:?}");
    phone.session().carry_out(save).await.unwrap();
    let database = open(&phone.folder.join("phone.sqlite3"));
    let honest: Vec<u8> = database.query_row("SELECT envelope FROM pending", [], |row| row.get(0)).unwrap();
    let value = core_sync::cbor::decode(&honest).unwrap();
    let mut envelope = core_sync::signing::envelope::Envelope::from_cbor(&value, "envelope").unwrap();
    envelope.signature.0[0] ^= 1;
    let damaged = core_sync::cbor::encode(&envelope.to_cbor());
    database.execute("UPDATE pending SET envelope = ?1", [damaged]).unwrap();
    drop(database);
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::SetAside);
    honest
}

/// Puts the honest change in the place of the damaged one, as if a fault of the guard had refused it.
fn mend(world: &mut World, honest: &[u8], guard: u64) {
    world.kill_server();
    let database = open(&world.data().join("tournee.sqlite3"));
    let changed = database
        .execute("UPDATE aside SET envelope = ?1, code = 'actor', guard = ?2", (honest, guard as i64))
        .unwrap();
    assert_eq!(changed, 1);
    drop(database);
    world.start_server();
}

async fn aside(world: &World) -> Aside {
    let (status, body) = world.get("/v1/aside", &world.admin_token).await;
    assert_eq!(status, 200, "{body}");
    let text = body.to_string();
    assert!(!text.contains("Maison") && !text.contains("quai"), "{text}");
    serde_json::from_value(body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mended_guard_takes_what_an_older_one_refused() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    let honest = refused(&mut phone).await;
    mend(&mut world, &honest, 0);
    assert!(aside(&world).await.changes.is_empty());
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::AllSent);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_releases_a_refused_act_and_the_phones_act_ends() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    let honest = refused(&mut phone).await;
    let listed = aside(&world).await;
    let [change] = listed.changes.as_slice() else { panic!("{listed:?}") };
    assert_eq!((change.code.as_str(), change.records[0].state), ("signature", AsideState::Open));
    // Nobody's signature: a person cannot let it in, but can leave it out.
    let release = |change: ChangeHash, device: DeviceId| CoordinatorCommand::Release {
        device,
        change,
        records: vec![],
    };
    let act = ActId::random(&mut world.random);
    let (status, body) = world.send(act, round, None, release(change.change, change.device)).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("not_releasable")), "{body}");

    mend(&mut world, &honest, 1);
    let token = world.folder.path().join("token");
    std::fs::write(&token, &world.admin_token).unwrap();
    let number = change.number.to_string();
    for (command, says) in
        [(vec!["aside"], "open"), (vec!["release", &number, "1"], ""), (vec!["aside"], "released")]
    {
        let ran = binary()
            .args(["coordinator", "--server", &world.address, "--token-file"])
            .arg(&token)
            .args(&command)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(
            ran.status.success() && text.contains(says),
            "{text}{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert_eq!(phone.session().badge().unwrap().state, BadgeState::AllSent);
    assert!(phone.session().queue().unwrap().is_empty());
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_held_is_released_per_act_and_what_goes_again_is_done() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    let device = json!({ "device": phone.session().enrolled().unwrap().identity.device });
    assert_eq!(world.post("/v1/devices/revoke", &world.admin_token, &device).await.0, 200);
    let first = phone.tap(round, &CourierCommand::Collect(stops[0], None));
    phone.deliver(round, stops[1]);
    phone.sync().await;
    let listed = aside(&world).await;
    let [change] = listed.changes.as_slice() else { panic!("{listed:?}") };
    assert_eq!((change.code.as_str(), change.until_ms, change.records.len()), ("held", None, 2));
    let command =
        CoordinatorCommand::Release { device: change.device, change: change.change, records: vec![first] };
    let act = ActId::random(&mut world.random);
    let (status, body) = world.send(act, round, None, command.clone()).await;
    assert_eq!(status, 200, "{body}");
    // Killed and asked again, it is done once.
    world.kill_server();
    world.start_server();
    assert_eq!(world.send(act, round, None, command).await.0, 200);
    assert_eq!(world.round(round).await.acts_since, 1);
    // The revoked phone hears of none of it; enrolled anew it sends the rest.
    phone.sync().await;
    assert_eq!(phone.session().queue().unwrap().len(), 2);
    let code = world.code(ana).await;
    phone.enrol(&world.address, &code).await.unwrap();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(phone.session().queue().unwrap().is_empty());
    let states: Vec<AsideState> =
        aside(&world).await.changes[0].records.iter().map(|record| record.state).collect();
    assert_eq!(states, [AsideState::Released, AsideState::Done]);
    // What was released had gone again before the phone knew: two changes, one act.
    let mut empty = world.phone(ana).await;
    assert_eq!(empty.sync().await, SyncEnd::Synced);
    assert_eq!(empty.records(round), phone.records(round));
    for (round, record, bytes) in phone.saved.clone() {
        assert!(empty.records(round).contains_key(&(record, bytes)), "{record}");
        empty.trial(round);
    }
}
