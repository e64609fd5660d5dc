//! Bad input gets an error that names the field and what would be right; exit codes tell yours from ours; a
//! damaged or occupied folder is named at start and never half-served.

use std::process::Output;

use core_sync::wire::members::Role;
use serde_json::{Value, json};

use crate::harness::server_process::binary;
use crate::harness::world::World;

fn run(words: &[&str], folder: &std::path::Path) -> Output {
    binary().args(words).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_of_a_command_is_named_with_what_would_be_right() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, 1).await;
    let view = world.round(round).await;
    let good = json!({
        "act": core_sync::domain::ids::ActId::random(&mut world.random), "round": round,
        "plan_version": view.plan_version,
        "command": { "add_stop": {
            "kind": "pickup", "window": { "from_ms": 1_795_000_000_000_i64, "until_ms": 1_795_000_060_000_i64 }, "service_seconds": 60,
            "parcels": [core_sync::domain::ids::ParcelId::random(&mut world.random)],
            "card": { "name": "N", "address": "A", "coordinate": { "latitude": 48.0, "longitude": 2.0 } },
        } },
    });
    let set = |path: &str, value: Value| {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap() = value;
        bad
    };
    for (bad, field) in [
        (set("/act", json!("short")), "act"),
        (set("/command/add_stop/kind", json!("picnic")), "command.add_stop.kind"),
        (set("/command/add_stop/window/until_ms", json!(1)), "command.add_stop.window"),
        (set("/command/add_stop/window/from_ms", json!(1)), "command.add_stop.window"),
        (set("/command/add_stop/window/until_ms", json!("noon")), "command.add_stop.window.until_ms"),
        (set("/command/add_stop/service_seconds", json!(999_999)), "command.add_stop.service_seconds"),
        (set("/command/add_stop/parcels", json!([])), "command.add_stop.parcels"),
        (set("/command/add_stop/card/name", json!("")), "command.add_stop.card.name"),
        (set("/command/add_stop/card/coordinate/latitude", json!(91)), "command.add_stop.card.coordinate"),
        (set("/command", json!({ "dance": {} })), "command"),
    ] {
        let (status, body) = world.post("/v1/commands", &world.admin_token, &bad).await;
        assert_eq!((status, body["code"].as_str()), (400, Some("bad_input")), "{field}: {body}");
        assert_eq!(body["field"].as_str(), Some(field), "{body}");
        assert!(body["expected"].as_str().is_some_and(|expected| !expected.is_empty()), "{body}");
    }
    assert_eq!(world.round(round).await, view, "nothing was written");
}

#[test]
fn your_input_exits_2_and_says_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    for (words, needle) in [
        (&["init", "data", "--co-op", "X", "--time-zone", "Europe/Brume"][..], "Europe/Paris"),
        (&["init", "data"], "--co-op"),
        (&["serve", "--data-dir", "nothing-here"], "nothing-here"),
        (&["nonsense"], "nonsense"),
        (&["courier", "--folder", "p", "offline", "maybe"], "on, off"),
        (&["demo", "--places", "no-such-folder"], "no-such-folder"),
    ] {
        let output = run(words, folder.path());
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", said(&output));
        assert!(said(&output).contains(needle), "{words:?}: {}", said(&output));
    }
    assert!(!folder.path().join("data").exists(), "nothing was half-made");
}

#[test]
fn an_unknown_setting_is_an_error_in_file_and_environment() {
    let world = World::new();
    let config = world.folder.path().join("tournee.toml");
    std::fs::write(&config, "listen = \"127.0.0.1:0\"\nlissen = \"x\"\n").unwrap();
    let output = run(&["serve", "--config", "tournee.toml", "--data-dir", "data"], world.folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("lissen"), "{}", said(&output));
    let output = binary()
        .args(["serve", "--data-dir"])
        .arg(world.data())
        .env("TOURNEE_LISSEN", "127.0.0.1:0")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("TOURNEE_LISSEN"), "{}", said(&output));
}

#[test]
fn an_address_for_the_world_needs_a_proxy() {
    let mut world = World::new();
    world.kill_server();
    let output = run(&["serve", "--data-dir", "data", "--listen", "0.0.0.0:0"], world.folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--behind-proxy"), "{}", said(&output));
}

#[test]
fn a_folder_that_another_server_has_open_is_refused() {
    let world = World::new();
    let output = run(&["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"], world.folder.path());
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("another server has the folder data open"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_found_at_start_and_named_on_both_sides() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    world.round_of_pairs(ana, 3).await;
    let phone = world.phone(ana).await;
    let phone_folder = phone.folder.clone();
    drop(phone);
    world.server.take().unwrap().terminate();
    for (file, words) in [
        (
            world.data().join("tournee.sqlite3"),
            vec!["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"],
        ),
        (
            phone_folder.join("phone.sqlite3"),
            vec!["courier", "--folder", phone_folder.to_str().unwrap(), "today"],
        ),
    ] {
        let mut bytes = std::fs::read(&file).unwrap();
        let page = 4096;
        for byte in bytes.iter_mut().skip(page).take(3 * page) {
            *byte ^= 0x5a;
        }
        std::fs::write(&file, bytes).unwrap();
        let output = run(&words, world.folder.path());
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains(file.file_name().unwrap().to_str().unwrap()), "{}", said(&output));
    }
}
