//! Making a folder and opening it: what is there afterwards, and what is refused.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

use crate::folder::{FolderError, database_in, keys_in};
use crate::init::{InitError, Initialised, init};
use crate::keys::KeyError;
use crate::server::{OpenError, Server, open};
use crate::testing::{MORNING, clock};

fn random() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(5)
}

fn make(folder: &Path) -> Result<Initialised, InitError> {
    init(folder, "Les Vélos", "Europe/Paris", MORNING, &mut random())
}

fn try_open(folder: &Path) -> Result<Server, OpenError> {
    open(folder, clock(&Arc::new(AtomicI64::new(MORNING.0))), random())
}

/// The error of an open that must fail.
fn refusal(folder: &Path) -> OpenError {
    match try_open(folder) {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_folder_is_made_and_can_be_served() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a/b");
    let made = make(&folder).unwrap();
    assert_eq!(made.token.reveal().len(), 43);
    assert_eq!(names(&folder), ["keys", "lock", "tournee.sqlite3"]);
    assert_eq!(names(&keys_in(&folder)), [format!("co-op-{}.key", made.co_op), "server.key".to_owned()]);
    drop(try_open(&folder).unwrap());
}

#[test]
#[cfg(unix)]
fn nobody_else_can_look_into_a_new_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new");
    make(&folder).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&keys_in(&folder))), (0o700, 0o700));
    assert_eq!(mode(&database_in(&folder)), 0o600);
    for key in names(&keys_in(&folder)) {
        assert_eq!(mode(&keys_in(&folder).join(key)), 0o600);
    }
}

#[test]
fn a_folder_that_holds_a_co_op_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path()).unwrap();
    let before = fs::read(database_in(folder.path())).unwrap();
    assert!(matches!(make(folder.path()), Err(InitError::AlreadyThere { .. })));
    assert_eq!(fs::read(database_in(folder.path())).unwrap(), before);
    assert!(try_open(folder.path()).is_ok());
}

#[test]
fn keys_without_a_database_are_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path()).unwrap();
    fs::remove_file(database_in(folder.path())).unwrap();
    assert!(matches!(make(folder.path()), Err(InitError::KeysWithoutDatabase { .. })));
    assert_eq!(names(&keys_in(folder.path())).len(), 2);
}

#[test]
fn a_wrong_name_or_time_zone_makes_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new");
    for (name, zone, field) in
        [("", "Europe/Paris", "name"), ("Vélos", "Paris", "time_zone"), ("Vélos", "", "time_zone")]
    {
        match init(&folder, name, zone, MORNING, &mut random()) {
            Err(InitError::Field(error)) => assert_eq!(error.field, field),
            other => panic!("{other:?}"),
        }
        assert!(!folder.exists());
    }
}

#[test]
fn an_init_that_fails_leaves_nothing_and_one_that_was_killed_is_in_nobodys_way() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new");
    fs::create_dir(&folder).unwrap();
    // Left by a run that was killed while it built.
    fs::create_dir_all(folder.join("init-unfinished/keys")).unwrap();
    fs::write(folder.join("init-unfinished/keys/server.key"), [1; 32]).unwrap();
    // A file where the database shall be renamed to: moving into place fails.
    fs::create_dir_all(folder.join("keys")).unwrap();
    assert!(matches!(make(&folder), Err(InitError::KeysWithoutDatabase { .. })));
    assert_eq!(names(&folder), ["keys", "lock"]);
    fs::remove_dir(folder.join("keys")).unwrap();
    assert!(make(&folder).is_ok());
}

#[test]
fn a_folder_is_served_by_one_server() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path()).unwrap();
    let server = try_open(folder.path()).unwrap();
    assert!(matches!(refusal(folder.path()), OpenError::Folder(FolderError::InUse { .. })));
    assert!(matches!(make(folder.path()), Err(InitError::Folder(FolderError::InUse { .. }))));
    drop(server);
    assert!(try_open(folder.path()).is_ok());
}

#[test]
fn a_folder_that_nobody_made_is_refused_and_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let error = refusal(folder.path()).to_string();
    assert!(error.contains("tournee init"), "{error}");
    assert_eq!(names(folder.path()), ["lock"]);
}

#[test]
fn keys_that_are_missing_or_of_another_folder_are_named() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let made = make(folder.path()).unwrap();
    init(other.path(), "Other", "Europe/Paris", MORNING, &mut ChaCha8Rng::seed_from_u64(6)).unwrap();
    let server_key = keys_in(folder.path()).join("server.key");
    fs::copy(keys_in(other.path()).join("server.key"), &server_key).unwrap();
    assert!(matches!(refusal(folder.path()), OpenError::OtherKeys { .. }));
    fs::remove_file(keys_in(folder.path()).join(format!("co-op-{}.key", made.co_op))).unwrap();
    let error = refusal(folder.path());
    assert!(matches!(error, OpenError::Keys(KeyError::Missing { .. })), "{error}");
}

#[test]
fn a_damaged_database_is_named_and_nothing_is_served() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path()).unwrap();
    let mut bytes = fs::read(database_in(folder.path())).unwrap();
    bytes[100..120].fill(0xff);
    fs::write(database_in(folder.path()), bytes).unwrap();
    let error = refusal(folder.path()).to_string();
    assert!(error.contains("tournee.sqlite3") && error.contains("damaged"), "{error}");
}
