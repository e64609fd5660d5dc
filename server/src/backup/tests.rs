//! What a backup leaves behind, and what a restore brings back and keeps away.

use std::fs;
use std::path::Path;

use core_sync::domain::ids::{CardHash, DeviceId};
use core_sync::domain::time::Milliseconds;

use super::restore::{Restore, RestoreError, restore};
use super::{BackupError, backup, manifest, unfinished};
use crate::db::error::DbError;
use crate::db::{card, erased_card, open, revocation};
use crate::folder::{Folder, FolderError, database_in};
use crate::revocations::{self, Line, Revocations};
use crate::testing::{MORNING, Riding};

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn asked(backup: &Path, data: &Path) -> Restore {
    let (backup, data) = (backup.to_owned(), data.to_owned());
    Restore { backup, data, replace: false, force: false, revocations: None }
}

#[test]
fn a_backup_holds_database_keys_configuration_and_manifest_and_nothing_else() {
    let (riding, place) = (Riding::with_stops(1), tempfile::tempdir().unwrap());
    let (data, out) = (riding.coop.folder.path(), place.path().join("backup"));
    fs::write(data.join("tournee.toml"), "behind_proxy = true\n").unwrap();
    Revocations::in_folder(data).append(&[]).unwrap();
    fs::write(data.join(revocations::FILE_NAME), "").unwrap();
    let made = backup(data, &out, MORNING).unwrap();
    assert_eq!(names(&out), ["keys", "manifest.json", "tournee.sqlite3", "tournee.toml"]);
    assert_eq!(names(place.path()), ["backup"]);
    assert_eq!(manifest::read(&out).unwrap(), made);
    assert_eq!((made.co_ops[0].rounds, made.last_row_ms), (1, Some(riding.coop.now)));
    assert!(matches!(backup(data, &out, MORNING), Err(BackupError::AlreadyThere { .. })));
    assert_eq!(super::last::read(data).unwrap().made_ms, MORNING);
}

#[test]
#[cfg(unix)]
fn nobody_else_reads_a_backup() {
    use std::os::unix::fs::PermissionsExt as _;
    let (riding, place) = (Riding::with_stops(1), tempfile::tempdir().unwrap());
    let out = place.path().join("backup");
    backup(riding.coop.folder.path(), &out, MORNING).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&out), mode(&out.join("keys"))), (0o700, 0o700));
    for file in ["tournee.sqlite3", "manifest.json", "keys/server.key"] {
        assert_eq!(mode(&out.join(file)), 0o600, "{file}");
    }
}

#[test]
fn what_a_killed_backup_left_is_taken_away_and_a_running_one_is_not() {
    let (riding, place) = (Riding::with_stops(1), tempfile::tempdir().unwrap());
    let out = place.path().join("backup");
    fs::create_dir_all(unfinished(&out).join("keys")).unwrap();
    fs::write(unfinished(&out).join("tournee.sqlite3"), "half").unwrap();
    let held = Folder::hold(&unfinished(&out)).unwrap();
    let refused = backup(riding.coop.folder.path(), &out, MORNING);
    assert!(matches!(refused, Err(BackupError::Folder(FolderError::InUse { .. }))), "{refused:?}");
    assert!(unfinished(&out).join("tournee.sqlite3").exists());
    drop(held);
    backup(riding.coop.folder.path(), &out, MORNING).unwrap();
    assert_eq!(names(place.path()), ["backup"]);
    assert!(crate::verify::verify(&out, &mut |_| ()).unwrap().is_whole());
}

#[test]
fn a_failed_backup_leaves_nothing() {
    let (riding, place) = (Riding::with_stops(1), tempfile::tempdir().unwrap());
    let (data, out) = (riding.coop.folder.path(), place.path().join("backup"));
    fs::remove_dir_all(data.join("keys")).unwrap();
    assert!(backup(data, &out, MORNING).is_err());
    assert_eq!(names(place.path()), Vec::<String>::new());
}

#[test]
fn a_restore_does_again_what_the_file_says_and_keeps_the_file() {
    let (mut riding, place) = (Riding::with_stops(2), tempfile::tempdir().unwrap());
    let (out, data) = (place.path().join("backup"), place.path().join("data"));
    backup(riding.coop.folder.path(), &out, MORNING).unwrap();
    let (co_op, round, by) = (riding.coop.id, riding.round.id, None);
    let hash = riding.coop.write(|tx, world| Ok(card::all(tx, world.id, round)?[0].0)).unwrap();
    let (device, at_ms) = (DeviceId([5; 8]), MORNING);
    let unknown = Line::Erased { co_op, card: CardHash([9; 32]), by, at_ms };
    let lines =
        [Line::Revoked { co_op, device, by, at_ms }, Line::Erased { co_op, card: hash, by, at_ms }, unknown];
    let elsewhere = Revocations::in_folder(place.path());
    elsewhere.append(&lines).unwrap();
    let asked = Restore { revocations: Some(elsewhere.path().to_owned()), ..asked(&out, &data) };
    let later = MORNING.plus(Milliseconds::hours(1));
    let done = restore(&asked, later, &mut |_| ()).unwrap();
    assert_eq!((done.revoked, done.erased, done.damaged_lines, done.since), (1, 2, 0, riding.coop.now));
    assert!(done.lost.is_none() && done.moved_aside.is_none() && done.revocations_found);
    let mut read = open::open_beside(&database_in(&data)).unwrap();
    read.read(|snapshot| {
        assert_eq!(card::all(snapshot, co_op, round)?.len(), 1);
        assert!(erased_card::exists(snapshot, co_op, hash)?);
        assert!(revocation::find(snapshot, co_op, device)?.is_some());
        Ok::<_, DbError>(())
    })
    .unwrap();
    assert!(crate::verify::verify(&data, &mut |_| ()).unwrap().is_whole());
    // One that was cut after it moved the old folder aside left the file there alone.
    let cut = Restore { revocations: None, data: place.path().join("cut"), ..asked.clone() };
    fs::create_dir(place.path().join("cut.before-20261122T080000000Z")).unwrap();
    let left = place.path().join("cut.before-20261122T080000000Z").join(revocations::FILE_NAME);
    fs::copy(data.join(revocations::FILE_NAME), left).unwrap();
    let done = restore(&cut, later, &mut |_| ()).unwrap();
    assert_eq!((done.revoked, done.erased, done.revocations_found), (1, 2, true));
    // The next restore, over this folder, knows it still.
    let again = Restore { replace: true, revocations: None, ..asked };
    let done = restore(&again, later, &mut |_| ()).unwrap();
    assert_eq!((done.revoked, done.erased), (1, 2));
    assert!(done.moved_aside.is_some());
}

#[test]
fn a_restore_is_refused_over_a_folder_that_is_held_or_not_empty_and_changes_nothing() {
    let (riding, place) = (Riding::with_stops(1), tempfile::tempdir().unwrap());
    let (out, data) = (place.path().join("backup"), place.path().join("data"));
    backup(riding.coop.folder.path(), &out, MORNING).unwrap();
    fs::create_dir(&data).unwrap();
    fs::write(data.join("somebodys"), "file").unwrap();
    let refused = restore(&asked(&out, &data), MORNING, &mut |_| ());
    assert!(matches!(refused, Err(RestoreError::NotEmpty { .. })), "{refused:?}");
    let held = Folder::hold(&data).unwrap();
    let forced = Restore { replace: true, ..asked(&out, &data) };
    assert!(matches!(restore(&forced, MORNING, &mut |_| ()), Err(RestoreError::Copy(_))));
    drop(held);
    assert!(data.join("somebodys").exists());
    assert_eq!(names(place.path()), ["backup", "data"]);
    let missing = Restore { backup: place.path().to_owned(), ..forced.clone() };
    assert!(matches!(restore(&missing, MORNING, &mut |_| ()), Err(RestoreError::NoBackup { .. })));
    let nowhere = Restore { revocations: Some(place.path().join("nowhere")), ..forced };
    assert!(matches!(restore(&nowhere, MORNING, &mut |_| ()), Err(RestoreError::NoRevocations { .. })));
}

#[test]
fn a_restore_into_an_empty_folder_moves_nothing_aside() {
    let (riding, place) = (Riding::with_stops(1), tempfile::tempdir().unwrap());
    let (out, data) = (place.path().join("backup"), place.path().join("data"));
    backup(riding.coop.folder.path(), &out, MORNING).unwrap();
    fs::create_dir(&data).unwrap();
    let done = restore(&asked(&out, &data), MORNING, &mut |_| ()).unwrap();
    assert!(done.moved_aside.is_none());
    assert!(Folder::hold(&data).is_ok(), "free for a server");
    assert!(open::open(&database_in(&data)).is_ok());
}
