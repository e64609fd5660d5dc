//! The layer itself: what was synced is there, what was not need not be, and NORMAL is really NORMAL.
#![allow(clippy::disallowed_methods, reason = "there is no product here: the tests open the files")]

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::Connection;

use crate::disk::{Operation, chance};
use crate::{Disk, Fault, Orders, Watch, install};

fn open(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("a.sqlite3")).unwrap();
    connection.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL").unwrap();
    connection
}

fn mode(connection: &Connection) -> i64 {
    connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap()
}

fn numbers(disk: &Disk) -> Vec<i64> {
    let folder = tempfile::tempdir().unwrap();
    disk.write_into(folder.path());
    let connection = open(folder.path());
    let said: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(said, "ok");
    let mut read = connection.prepare("SELECT n FROM number ORDER BY n").unwrap();
    read.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Commits the numbers 0 to 19; gives what the disk has after each cut at a commit's end.
fn after_each_commit(normal: bool) -> Vec<Vec<i64>> {
    install();
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).execute_batch("CREATE TABLE number (n)").unwrap();
    let watch = Watch::begin(folder.path(), normal);
    let connection = open(folder.path());
    assert_eq!(mode(&connection), if normal { 1 } else { 2 });
    let mut commits = Vec::new();
    for n in 0..20 {
        connection.execute("INSERT INTO number VALUES (?1)", [n]).unwrap();
        commits.push(watch.operations());
    }
    commits.into_iter().enumerate().map(|(seed, cut)| numbers(&watch.cut(cut, seed as u64))).collect()
}

#[test]
fn what_was_synced_is_there_and_without_syncs_it_is_not() {
    for (n, found) in after_each_commit(false).into_iter().enumerate() {
        assert_eq!(found, (0..=n as i64).collect::<Vec<_>>());
    }
    let lost = after_each_commit(true).into_iter().enumerate().filter(|(n, found)| found.len() <= *n).count();
    assert!(lost > 5, "{lost} of 20 cuts lost something");
}

#[test]
fn a_write_that_was_not_synced_is_there_torn_or_not_there() {
    let begin = Disk::of([("f".to_owned(), vec![0; 4096])].into());
    let lengths: BTreeSet<usize> = (0..200)
        .map(|seed| {
            let (mut disk, mut random) = (begin.clone(), chance(seed));
            disk.follow("f", &Operation::Write(1024, vec![1; 2048]), &mut random);
            disk.lose(&mut random);
            let file = disk.file("f").unwrap();
            let written = file.iter().filter(|byte| **byte == 1).count();
            assert!(file[1024..1024 + written].iter().all(|byte| *byte == 1));
            written
        })
        .collect();
    assert_eq!(lengths, [0, 512, 1024, 1536, 2048].into());
}

#[test]
fn a_sync_that_failed_makes_a_later_one_write_nothing_of_before() {
    let lost = (0..100).filter(|seed| {
        let (mut disk, mut random) = (Disk::default(), chance(*seed));
        for operation in
            [Operation::Create, Operation::Write(0, vec![1]), Operation::SyncFailed, Operation::Sync]
        {
            disk.follow("f", &operation, &mut random);
        }
        disk.lose(&mut random);
        disk.file("f") != Some(&[1])
    });
    assert!(lost.count() > 20);
}

#[test]
fn a_call_fails_when_it_is_told_to_and_the_next_one_does_not() {
    install();
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).execute_batch("CREATE TABLE number (n)").unwrap();
    let watch = Watch::begin(folder.path(), false);
    let connection = open(folder.path());
    let insert = |n: i64| connection.execute("INSERT INTO number VALUES (?1)", [n]);
    insert(0).unwrap();
    for fault in [Fault::Full, Fault::Io] {
        watch.order(Orders::Once(fault, 1));
        let code = insert(1).unwrap_err().sqlite_error_code();
        let wanted = if fault == Fault::Full {
            rusqlite::ErrorCode::DiskFull
        } else {
            rusqlite::ErrorCode::SystemIoFailure
        };
        assert_eq!(code, Some(wanted));
        insert(2).unwrap();
    }
    watch.order(Orders::From(Fault::Io, 1));
    insert(3).unwrap_err();
    insert(3).unwrap_err();
    watch.order(Orders::OnceAtSync(1));
    insert(3).unwrap_err();
    insert(4).unwrap();
    assert_eq!(numbers(&watch.cut(watch.operations(), 1)), [0, 2, 2, 4]);
}
