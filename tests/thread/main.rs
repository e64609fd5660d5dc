//! The thread as the README runs it: `tournee demo --thread`, on the invented town, on another town, and on a
//! folder with bad lines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so by panicking"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn demo(words: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tournee"));
    command.args(words).current_dir(folder).env("TOURNEE_LANGUAGE", "en").output().unwrap()
}

fn account(output: &Output) -> Value {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn holds(account: &Value) {
    assert_eq!(account["acts"], 28, "start, arrived and done at 12 stops, seen, a second try, finish");
    assert_eq!((&account["missing"], &account["order_kept"]), (&Value::from(0), &Value::from(true)));
    for row in account["rows"].as_array().unwrap() {
        assert!(row["received_ms"].is_i64() && row["saved"]["tapped_ms"].is_i64(), "both times: {row}");
        let stop = row["saved"]["stop"].as_u64();
        assert_eq!(row["board"].is_string(), stop.is_some(), "the board shows every stop: {row}");
    }
    let last = |stop: u64| {
        account["rows"].as_array().unwrap().iter().rfind(|row| row["saved"]["stop"] == stop).unwrap()["board"]
            .clone()
    };
    assert_eq!(last(12), "delivered", "nobody at first, then a neighbour");
    assert_eq!(last(1), "collected");
}

#[test]
fn port_brume_is_ridden_and_nothing_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    holds(&account(&demo(&["--json", "demo", "--thread"], folder.path())));
}

#[test]
fn another_town_with_the_same_columns_works() {
    let folder = tempfile::tempdir().unwrap();
    let (mut shops, mut addresses) = (
        "id,name,address,postcode,category,services,lat,lon\n".to_owned(),
        "id,number,suffix,street,postcode,lat,lon\n".to_owned(),
    );
    for place in 0..40 {
        let (latitude, longitude) = (45.0 + f64::from(place % 7) * 0.001, 3.0 + f64::from(place / 7) * 0.001);
        writeln!(
            shops,
            "s{place},\"Chez n° {place}, dit l’Île\",{place} rue Haute,63000,x,y,{latitude},{longitude}"
        )
        .unwrap();
        writeln!(addresses, "a{place},{place},,rue Basse,63000,{},{longitude}", latitude + 0.0005).unwrap();
    }
    std::fs::write(folder.path().join("shops.csv"), shops).unwrap();
    std::fs::write(folder.path().join("addresses.csv"), addresses).unwrap();
    let words = ["--json", "demo", "--thread", "--places", ".", "--keep", "kept"];
    holds(&account(&demo(&words, folder.path())));
    assert!(folder.path().join("kept/data/tournee.sqlite3").exists(), "kept to go on by hand");
}

#[test]
fn every_bad_line_is_listed_and_nothing_starts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("shops.csv"),
        "id,name,address,postcode,lat,lon\ns1,,1 rue A,1,95,3\n\ns1,B,2 rue A,1,45,x\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("addresses.csv"), "id,number,suffix,street,lat,lon\na1,1,,rue,45,3\n")
        .unwrap();
    let output = demo(&["demo", "--thread", "--places", ".", "--keep", "kept"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    for needle in ["shops.csv", "line 2", "line 4", "addresses.csv", "postcode"] {
        assert!(said.contains(needle), "{needle} in: {said}");
    }
    assert!(!folder.path().join("kept").exists());
}

#[test]
fn the_story_is_told_in_french_too() {
    let folder = tempfile::tempdir().unwrap();
    let output = demo(&["--language", "fr", "demo", "--thread", "--seed", "3"], folder.path());
    let told = text(&output.stdout);
    assert!(output.status.success(), "{told}{}", text(&output.stderr));
    for words in ["SIGKILL", "ordre des gestes gardé", "0 manquants", "Reçu au serveur"] {
        assert!(told.contains(words), "{words} in: {told}");
    }
    assert!(!told.contains("demo."), "a text is missing: {told}");
}
