//! The real binary on a real disk that is too small: a `tmpfs` in a mount namespace of its own, filled to the last
//! byte and given room again.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use core_sync::domain::courier_command::CourierCommand;
use courier_session::session::SyncEnd;

use crate::harness::board::all_saved_is_there_once;
use crate::harness::ready::{Ready, ready};
use crate::harness::server_process::binary;
use crate::harness::world::service_time;
use crate::stored::{records_of_server, scratch};

/// Room for the database and its log several times over, and nothing to wait for when it is filled.
const DISK_BYTES: u64 = 4 << 20;

/// What is said once, and not by the one line of each job that met the full disk by the server's own clock.
const FULL_SAID: &str = "the disk is full: nothing is taken";

/// Where the disk is mounted, in its own namespace alone.
const MOUNTED_AT: &str = "/mnt";

/// Whether this system lets anybody make a mount namespace.
fn can_mount() -> bool {
    let tried = Command::new("unshare")
        .args(["-Urm", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", MOUNTED_AT])
        .stdin(Stdio::null())
        .output();
    tried.is_ok_and(|tried| tried.status.success())
}

/// A server on a disk of its own.
struct OnSmallDisk {
    child: Child,
    /// The disk as it is seen from here.
    disk: PathBuf,
}

impl OnSmallDisk {
    /// Mounts the disk, copies the folder onto it and serves it there at the address.
    fn start(data: &Path, address: &str, log: &Path) -> Self {
        let listen = address.trim_start_matches("http://");
        let script = "mount -t tmpfs -o size=$1 tmpfs $2 && cp -a $3 $2/data && exec $4 serve --data-dir $2/data \
                      --listen $5 --log-level trace";
        let program = binary().get_program().to_owned();
        let mut child = Command::new("unshare")
            .args(["-Urm", "sh", "-c", script, "sh"])
            .arg(DISK_BYTES.to_string())
            .arg(MOUNTED_AT)
            .arg(data)
            .arg(program)
            .arg(listen)
            .env("TOURNEE_LANGUAGE", "en")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log).unwrap())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut output, &mut first).unwrap();
        assert!(first.contains(address), "{first}{}", std::fs::read_to_string(log).unwrap());
        let disk = PathBuf::from(format!("/proc/{}/root{MOUNTED_AT}", child.id()));
        Self { child, disk }
    }

    /// Writes until there is no room for a byte more.
    fn fill(&self) {
        let mut ballast = File::create(self.disk.join("ballast")).unwrap();
        for block in [64 << 10, 512, 1] {
            while ballast.write(&vec![0; block]).is_ok_and(|written| written > 0) {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.disk.join("ballast")).unwrap();
    }
}

impl Drop for OnSmallDisk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn copy(from: &Path, to: &Path) {
    for name in ["tournee.sqlite3", "tournee.sqlite3-wal"] {
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
    std::fs::create_dir(to.join("keys")).unwrap();
    for key in std::fs::read_dir(from.join("keys")).unwrap() {
        let key = key.unwrap();
        std::fs::copy(key.path(), to.join("keys").join(key.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_really_full_is_said_once_and_room_is_enough_to_go_on() {
    if !can_mount() {
        println!("\nNOT RUN: this system gives no mount namespace, so there is no disk to fill");
        return;
    }
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    world.kill_server();
    let log = world.folder.path().join("small-disk.log");
    let server = OnSmallDisk::start(&world.data(), &world.address, &log);
    let arrive = CourierCommand::Arrive(stops[0]);
    phone.tap(round, &arrive);
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    server.fill();
    // The log has room of its own for a while: what it takes is acknowledged, until it takes no more.
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    for seconds in 60.. {
        let act = core_sync::domain::ids::ActId::random(&mut world.random);
        let version = world.round(round).await.plan_version;
        let (status, body) = world.send(act, round, Some(version), service_time(stops[0], seconds)).await;
        if status == 200 {
            acknowledged.push(act);
            continue;
        }
        assert_eq!((status, &body["code"]), (507, &"disk_full".into()), "{body}");
        refused += 1;
        if refused == 3 {
            break;
        }
    }
    phone.tap(round, &arrive);
    assert_eq!(phone.sync().await, SyncEnd::NoAnswer);
    assert_eq!(phone.session().queue().unwrap().len(), 1);
    assert_eq!(world.get("/v1/health", "").await.0, 200);
    let said = std::fs::read_to_string(&log).unwrap();
    assert_eq!(said.matches(FULL_SAID).count(), 1, "{said}");
    server.make_room();
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(std::fs::read_to_string(&log).unwrap().contains("there is room on the disk again"));
    let mut empty = world.phone(ana).await;
    assert_eq!(empty.sync().await, SyncEnd::Synced);
    all_saved_is_there_once(&phone, &mut empty);
    // As a kill leaves it, opened elsewhere.
    let found = scratch();
    copy(&server.disk.join("data"), found.path());
    drop(server);
    drop(crate::in_process::open(found.path()).unwrap());
    let found = records_of_server(found.path());
    assert!(acknowledged.iter().all(|act| found.iter().any(|record| record.0.starts_with(&act.0))));
}
