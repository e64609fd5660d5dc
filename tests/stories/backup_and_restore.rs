//! P5: a backup made while phones push holds everything that was acknowledged before it began; put back, the server
//! gets from the phones what came after.

use std::path::Path;

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{RecordId, RoundId};
use courier_session::session::SyncEnd;
use serde_json::Value;

use crate::harness::board::everything_is_there_once;
use crate::harness::ready::{Ready, ready};
use crate::harness::server_process::binary;

/// Runs a command and gives its exit code and its JSON.
pub fn run(words: &[&str], paths: &[&Path]) -> (i32, Value) {
    let output = binary().arg("--json").args(words).args(paths).output().unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (output.status.code().unwrap(), json)
}

/// Whether the database of a folder holds a record.
fn holds(folder: &Path, round: RoundId, record: RecordId) -> bool {
    #[allow(clippy::disallowed_methods, reason = "a test looks into the file from outside")]
    let database = rusqlite::Connection::open(folder.join("tournee.sqlite3")).unwrap();
    let sql = "SELECT count(*) FROM record WHERE document = ?1 AND record = ?2";
    database.query_row(sql, (round.0, record.0), |row| row.get::<_, i64>(0)).unwrap() == 1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_phones_push_is_whole_and_a_restore_loses_nothing_a_phone_held() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(2).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    phone.deliver(round, stops[1]);
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    let acknowledged = phone.saved.clone();

    let (data, backup) = (world.data(), world.folder.path().join("backup"));
    let mut backing_up =
        binary().arg("backup").arg(&data).arg(&backup).stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut pause = true;
    let ended = loop {
        phone.tap(round, &CourierCommand::Pause(pause));
        pause = !pause;
        assert_eq!(phone.sync().await, SyncEnd::Synced, "nobody waits for a backup");
        if let Some(ended) = backing_up.try_wait().unwrap() {
            break ended;
        }
    };
    assert!(ended.success());
    for (round, record, _) in &acknowledged {
        assert!(holds(&backup, *round, *record), "{record} was acknowledged before");
    }
    let (code, report) = run(&["verify"], &[&backup]);
    assert_eq!((code, &report["whole"], &report["backup"]), (0, &true.into(), &true.into()), "{report}");
    assert_eq!(run(&["verify"], &[&data]).0, 0, "beside the server");

    // What comes after the backup is only on the phone and in the folder that is put aside.
    phone.tap(round, &CourierCommand::Collect(stops[2], None));
    let later = phone.deliver(round, stops[3]);
    assert_eq!(phone.sync().await, SyncEnd::Synced);

    let (code, refused) = run(&["restore", "--replace"], &[&backup, &data]);
    assert_eq!((code, &refused["error"]["code"]), (2, &"in_use".into()), "{refused}");
    assert!(world.server.take().unwrap().terminate().success());
    let (code, refused) = run(&["restore"], &[&backup, &data]);
    assert_eq!((code, &refused["error"]["code"]), (2, &"not_empty".into()), "{refused}");
    let (code, restored) = run(&["restore", "--replace"], &[&backup, &data]);
    assert_eq!(code, 0, "{restored}");
    assert!(restored["lost"]["rows"].as_u64().unwrap() >= 1, "{restored}");
    assert_eq!(
        (&restored["lost"]["rounds"], &restored["lost"]["heard"]),
        (&1.into(), &serde_json::json!(["Ana"]))
    );
    assert!(holds(Path::new(restored["moved_aside"].as_str().unwrap()), round, later), "never deleted");
    assert!(!holds(&data, round, later));

    world.start_server();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(phone.session().queue().unwrap().is_empty());
    everything_is_there_once(&mut world, ana, &mut phone).await;
    let (code, report) = run(&["verify"], &[&data]);
    assert_eq!(code, 0, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_put_back_only_by_force() {
    let Ready { mut world, .. } = ready(1).await;
    let (backup, data) = (world.folder.path().join("backup"), world.folder.path().join("elsewhere"));
    assert_eq!(run(&["backup"], &[&world.data(), &backup]).0, 0);
    let (code, again) = run(&["backup"], &[&world.data(), &backup]);
    assert_eq!(code, 2, "a backup is never overwritten: {again}");
    assert!(world.server.take().unwrap().terminate().success());

    let key = std::fs::read_dir(backup.join("keys")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&key).unwrap();
    bytes[7] ^= 1;
    std::fs::write(&key, bytes).unwrap();
    let (code, refused) = run(&["restore"], &[&backup, &data]);
    assert_eq!((code, &refused["error"]["code"]), (2, &"backup_damaged".into()), "{refused}");
    assert!(!data.exists(), "nothing is left behind");
    let (code, forced) = run(&["restore", "--force"], &[&backup, &data]);
    assert_eq!(code, 0, "{forced}");
    assert_eq!(forced["moved_aside"], Value::Null);
    assert!(data.join("tournee.sqlite3").exists());
}
