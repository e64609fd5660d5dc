//! What is found in a store that the product's own code opened again.

use std::collections::BTreeSet;
use std::path::Path;

use core_sync::domain::ids::{RecordId, RoundId};
use courier_session::session::CourierSession;
use power_loss::Disk;

use crate::in_process;

/// A folder in memory if the system has one: what is written here has lost its power already.
pub fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// The ids of all records of a server whose power went. Opening must succeed, and everything that the folder says
/// must follow from what it holds.
pub fn on_server(disk: &Disk, data: &Path) -> BTreeSet<RecordId> {
    let folder = scratch();
    disk.write_into(folder.path());
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    for key in std::fs::read_dir(data.join("keys")).unwrap() {
        let key = key.unwrap();
        std::fs::copy(key.path(), folder.path().join("keys").join(key.file_name())).unwrap();
    }
    drop(in_process::open(folder.path()).unwrap());
    records_of_server(folder.path())
}

/// The same of a folder that nobody serves.
pub fn records_of_server(data: &Path) -> BTreeSet<RecordId> {
    let report = server::verify::verify(data, &mut |_| {}).unwrap();
    assert!(report.is_whole(), "{:?}", report.faults);
    let database = rusqlite::Connection::open(data.join("tournee.sqlite3")).unwrap();
    let mut read = database.prepare("SELECT record FROM record").unwrap();
    read.query_map([], |row| row.get(0).map(RecordId)).unwrap().map(Result::unwrap).collect()
}

/// The records of a round on a phone whose power went, with their bytes.
pub fn on_phone(disk: &Disk, round: RoundId) -> BTreeSet<(RecordId, Vec<u8>)> {
    let folder = scratch();
    disk.write_into(folder.path());
    records_of_phone(folder.path(), round)
}

/// The same of a folder that nobody has open.
pub fn records_of_phone(folder: &Path, round: RoundId) -> BTreeSet<(RecordId, Vec<u8>)> {
    let stored = CourierSession::open(folder).unwrap().records(round).unwrap();
    assert_eq!(stored.unreadable, 0);
    let database = rusqlite::Connection::open(folder.join("phone.sqlite3")).unwrap();
    let said: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(said, "ok");
    let ids: Vec<RecordId> = stored.records.iter().map(|(id, _)| id).collect();
    let each = ids.iter().flat_map(|id| stored.records.bytes_of(*id).map(|bytes| (*id, bytes.to_vec())));
    each.collect()
}
