//! Opening: damage is found and named, never half-read; one program at a time; only what this version wrote.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, RecordId};

use crate::store::{Store, StoreError};
use crate::testing::{DOCUMENT, PHONE, moment, phone_with_three_stops, stop_id, tap};

const FILE: &str = "phone.sqlite3";

/// Why a folder cannot be opened: its damaged file and what was said.
fn damage(folder: &Path) -> (std::path::PathBuf, String) {
    match Store::open(folder) {
        Err(StoreError::Damaged { file, said }) => (file, said),
        other => panic!("{other:?}"),
    }
}

/// A folder with a full store in it, closed, all of it in the one file.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = phone_with_three_stops(folder.path());
    for n in 1..=40 {
        tap(&mut store, n, &CourierCommand::Arrive(stop_id(n % 3 + 1)));
    }
    drop(store);
    folder
}

fn overwrite(file: &Path, at: u64, bytes: &[u8]) {
    let mut file = std::fs::OpenOptions::new().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_folder_is_made_for_its_owner_alone() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("phones/ana");
    drop(Store::open(&folder).unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o077, 0);
    }
    assert!(folder.join(FILE).is_file());
}

#[test]
fn a_store_that_another_has_open_is_in_use_until_that_one_closes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    match Store::open(folder.path()) {
        Err(StoreError::InUse { folder: named }) => assert_eq!(named, folder.path()),
        other => panic!("{other:?}"),
    }
    drop(store);
    assert!(Store::open(folder.path()).is_ok());
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), "not a database at all, but long enough to be read".repeat(20))
        .unwrap();
    assert_eq!(damage(folder.path()).0, folder.path().join(FILE));
}

#[test]
fn a_damaged_page_anywhere_is_found_at_open_and_the_file_named() {
    let whole = std::fs::read(filled().path().join(FILE)).unwrap();
    let pages = whole.len() / 4096;
    assert!(pages > 10, "{pages} pages");
    // Page 1 holds the schema; a page's first bytes say what it is and where its cells are.
    for page in 1..pages {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, &whole).unwrap();
        overwrite(&path, u64::try_from(page).unwrap() * 4096, &[0xff; 64]);
        assert_eq!(damage(folder.path()).0, path, "page {page}");
    }
}

#[test]
fn a_file_cut_short_is_found_at_open() {
    let folder = filled();
    let path = folder.path().join(FILE);
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    drop(file);
    assert_eq!(damage(folder.path()).0, path);
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_as_it_is() {
    let folder = filled();
    let path = folder.path().join(FILE);
    // The schema's version stands at byte 60 of the file, big endian.
    overwrite(&path, 60, &3_u32.to_be_bytes());
    let before = std::fs::read(&path).unwrap();
    match Store::open(folder.path()) {
        Err(StoreError::Newer { file, schema: 3 }) => assert_eq!(file, path),
        other => panic!("{other:?}"),
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// A store of version 1, with two acts in its queue, of which the earlier came back, and seven taps behind it.
#[test]
fn a_store_of_version_1_keeps_its_acts_in_their_sequence_and_counts_on() {
    let folder = tempfile::tempdir().unwrap();
    #[allow(clippy::disallowed_methods, reason = "a store as the version before made it")]
    let old = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    old.execute_batch(include_str!("../schema.sql")).unwrap();
    old.execute_batch(
        "PRAGMA application_id = 1416785488; PRAGMA user_version = 1; UPDATE phone SET taps = 7;",
    )
    .unwrap();
    let [round, holder] = [DOCUMENT.round.0, DOCUMENT.holder.0];
    let lineage = [0_u8; 32];
    old.execute(
        "INSERT INTO round (round, holder, schema, position, lineage) VALUES (?1, ?2, 1, 0, ?3)",
        rusqlite::params![round, holder, lineage],
    )
    .unwrap();
    for (place, act) in [(4, 0xb2_u8), (2, 0xa1)] {
        let record = RecordId::new(ActId([act; 16]), PHONE);
        old.execute(
            "INSERT INTO queue (place, round, record, bytes) VALUES (?1, ?2, ?3, ?4)",
            rusqlite::params![place, round, record.0, vec![act]],
        )
        .unwrap();
    }
    drop(old);
    for opening in 0..2 {
        let mut store = Store::open(folder.path()).unwrap();
        let queue = store.queue().unwrap();
        let bytes: Vec<u8> = queue.iter().map(|act| act.bytes[0]).collect();
        assert_eq!(bytes.get(..2), Some(&[0xa1, 0xb2][..]), "opening {opening}");
        let record = RecordId::new(ActId([opening; 16]), PHONE);
        let saved = store
            .save_act::<StoreError>(DOCUMENT.round, record, moment(1), 0, |stamp| {
                Ok(vec![u8::try_from(stamp.n).unwrap()])
            })
            .unwrap();
        assert_eq!(saved.n, 8 + u64::from(opening));
        assert_eq!(store.queue().unwrap().last().unwrap().bytes, saved.bytes);
    }
}

#[test]
fn another_program_s_database_is_refused() {
    let folder = filled();
    // The application's id stands at byte 68.
    overwrite(&folder.path().join(FILE), 68, &[1, 2, 3, 4]);
    assert!(damage(folder.path()).1.contains("another program"));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let outer = tempfile::tempdir().unwrap();
    let file = outer.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    match Store::open(&file.join("phone")) {
        Err(StoreError::Folder { folder, .. }) => assert_eq!(folder, file.join("phone")),
        other => panic!("{other:?}"),
    }
}
