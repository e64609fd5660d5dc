//! Damage is found and named by its place, wherever it is: in a change, a lineage, a head, a card, a key, or a row
//! that is gone.

use std::path::Path;

use core_sync::domain::courier_command::CourierCommand;
use courier_session::session::SyncEnd;
use rusqlite::Connection;

use super::backup_and_restore::run;
use crate::harness::ready::{Ready, ready};

/// Opens the database of a folder without its own rules, as damage does.
fn open(folder: &Path) -> Connection {
    #[allow(clippy::disallowed_methods, reason = "a test damages the file from outside")]
    let database = Connection::open(folder.join("tournee.sqlite3")).unwrap();
    database.pragma_update(None, "foreign_keys", false).unwrap();
    database
}

/// Flips a bit of a blob of one row.
fn flip(folder: &Path, table: &str, column: &str, which: &str) {
    let database = open(folder);
    let found = format!("SELECT {column} FROM {table} WHERE {which} LIMIT 1");
    let before: Vec<u8> = database.query_row(&found, [], |row| row.get(0)).unwrap();
    let mut after = before.clone();
    let middle = after.len() / 2;
    after[middle] ^= 4;
    let put = format!("UPDATE {table} SET {column} = ?1 WHERE {which} AND {column} = ?2");
    assert!(database.execute(&put, (after, before)).unwrap() >= 1);
}

/// Takes rows away.
fn delete(folder: &Path, table: &str, which: &str) {
    assert!(open(folder).execute(&format!("DELETE FROM {table} WHERE {which}"), []).unwrap() >= 1);
}

/// What was done to a folder, and the codes that must name it.
type Damage = (&'static str, fn(&Path), &'static [&'static str]);

const DAMAGES: &[Damage] = &[
    ("a change", |data| flip(data, "change", "bytes", "1"), &["change_hash"]),
    ("a signature", |data| flip(data, "change", "signature", "1"), &["signature"]),
    ("a delegation", |data| flip(data, "change", "delegation", "delegation IS NOT NULL"), &["delegation"]),
    ("a device's key", |data| flip(data, "device", "public_key", "member IS NOT NULL"), &["delegation"]),
    ("an operation number", |data| sql(data, "UPDATE change SET max_op = max_op + 1"), &["max_op"]),
    ("a lineage", |data| flip(data, "log", "lineage", "position = 2"), &["lineage"]),
    ("a lineage of the co-op", |data| flip(data, "co_op_log", "lineage", "position = 2"), &["lineage"]),
    ("a head", |data| flip(data, "head", "hash", "1"), &["heads"]),
    ("a card", |data| flip(data, "card", "bytes", "1"), &["card_hash"]),
    ("a record's hash", |data| flip(data, "record", "hash", "1"), &["records"]),
    ("a row", |data| delete(data, "log", "position = 2"), &["gap", "content_missing"]),
    ("the last row", |data| delete(data, "log", "position = (SELECT max(position) FROM log)"), &["end"]),
    ("a row of the co-op", |data| delete(data, "co_op_log", "position = 2"), &["gap"]),
    ("a change's row", |data| delete(data, "change", "rowid = 2"), &["content_missing"]),
    ("a card's row", |data| delete(data, "card", "rowid = 1"), &["content_missing"]),
    ("a record's row", |data| delete(data, "record", "position = 2"), &["records"]),
    ("the heads", |data| delete(data, "head", "1"), &["heads"]),
    ("a round's row", |data| delete(data, "document", "1"), &["foreign_keys"]),
    ("a key file", flip_key, &["key"]),
    ("a page", flip_page, &["database", "integrity", "unreadable", "change_hash", "card_hash"]),
];

fn sql(folder: &Path, sql: &str) {
    assert!(open(folder).execute(sql, []).unwrap() >= 1);
}

fn flip_key(folder: &Path) {
    let file = folder.join("keys/server.key");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[3] ^= 1;
    std::fs::write(file, bytes).unwrap();
}

/// Overwrites the middle of the file, as a bad disk does.
fn flip_page(folder: &Path) {
    let file = folder.join("tournee.sqlite3");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    std::fs::write(file, bytes).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for name in ["tournee.sqlite3", "manifest.json"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
    for key in std::fs::read_dir(from.join("keys")).unwrap() {
        let key = key.unwrap();
        std::fs::copy(key.path(), to.join("keys").join(key.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_damage_is_named() {
    let Ready { world, round, mut phone, stops, .. } = ready(1).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    let backup = world.folder.path().join("backup");
    assert_eq!(run(&["backup"], &[&world.data(), &backup]).0, 0);
    let (code, whole) = run(&["verify"], &[&backup]);
    assert_eq!((code, &whole["faults"]), (0, &serde_json::json!([])), "{whole}");
    let checked = &whole["checked"];
    for number in ["files", "keys", "entries", "rounds", "rows", "changes", "records", "cards", "trials"] {
        assert!(checked[number].as_u64().unwrap() > 0, "{number}: {checked}");
    }

    for (number, (what, damage, codes)) in DAMAGES.iter().enumerate() {
        let damaged = world.folder.path().join(format!("damaged-{number}"));
        copy(&backup, &damaged);
        damage(&damaged);
        let (code, report) = run(&["verify"], &[&damaged]);
        let found: Vec<&str> = report["faults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault["code"].as_str().unwrap())
            .collect();
        assert_eq!(code, 1, "{what}: {report}");
        assert!(found.contains(&"file_changed"), "{what}, by the manifest: {found:?}");
        assert!(codes.iter().any(|code| found.contains(code)), "{what}, by itself: {report}");
        // Nothing of who lives where.
        assert!(!report.to_string().contains("Maison"), "{report}");
    }
}
