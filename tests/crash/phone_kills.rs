//! A phone's process is killed at every write and every sync of its store: what it had called saved is there, and the
//! act it was at is there whole or not at all.
//!
//! The process is this test again, told by a variable that it is the phone. Half of the write that it dies at is done.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{MemberId, RecordId, RoundId};
use core_sync::domain::time::Timestamp;
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;
use power_loss::{Fault, Orders, Watch};

use crate::harness::phone::Phone;
use crate::harness::world::World;

/// Tells the process that it is the phone: its folder, round, time, and the number of the call to die at.
const ORDERS: &str = "CRASH_PHONE_ORDERS";
/// Phones of one round. Each adds its acts, and a long round is slow.
const PHONES_PER_ROUND: usize = 20;
/// More calls than the script makes; only a script without an end reaches it.
const CALLS_MAX: usize = 5_000;

/// What the phone says before it goes on.
fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    // A line of its own, whatever the runner of tests wrote before.
    writeln!(output, "\n{line}").unwrap();
    output.flush().unwrap();
}

/// The phone: a round with two syncs.
async fn be_the_phone(orders: &str) {
    let words: Vec<&str> = orders.split(' ').collect();
    let [folder, round, time, call] = words[..] else { panic!("{orders}") };
    let (round, call): (RoundId, u64) = (round.parse().unwrap(), call.parse().unwrap());
    power_loss::install();
    let folder = PathBuf::from(folder);
    let watch = Watch::begin(&folder, false);
    watch.order(Orders::Once(Fault::Kill, call));
    // Another seed for each: no two phones draw one act's id.
    let mut phone = Phone::open(folder, 1_000_000 + call);
    phone.set_clock(Timestamp(time.parse().unwrap()));
    let stops = phone.stops(round);
    let script = [
        vec![
            CourierCommand::Start,
            CourierCommand::Arrive(stops[0]),
            CourierCommand::Collect(stops[0], None),
        ],
        vec![CourierCommand::Pause(true), CourierCommand::Pause(false), CourierCommand::SeePlan],
    ];
    for commands in script {
        for command in commands {
            let record = phone.tap(round, &command);
            say(&format!("saved {record}"));
        }
        assert_eq!(phone.sync().await, SyncEnd::Synced);
    }
    assert!(phone.session().queue().unwrap().is_empty());
    say(&format!("end after {} calls", watch.calls()));
}

/// What a phone said before it died, or at its end.
struct Said {
    saved: Vec<RecordId>,
    /// The calls that the whole script makes, if it came to its end.
    calls: Option<usize>,
}

fn run_the_phone(folder: &Path, round: RoundId, time: Timestamp, call: usize) -> Said {
    let test = "phone_kills::a_phone_killed_at_every_write_has_what_it_called_saved";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(ORDERS, format!("{} {round} {} {call}", folder.display(), time.0))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let saved = said.lines().filter_map(|line| line.strip_prefix("saved ")).map(|id| id.parse().unwrap());
    let saved = saved.collect();
    let end = said.lines().find_map(|line| line.strip_prefix("end after ")?.strip_suffix(" calls"));
    let killed = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(9);
    assert!(killed != output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(killed || end.is_some(), "{said}");
    // It also dies after its last word, while it closes its store.
    let calls = end.filter(|_| !killed).map(|calls| calls.parse().unwrap());
    Said { saved, calls }
}

/// A courier with a phone that is off, and what stands on it.
struct Courier {
    member: MemberId,
    round: RoundId,
    phone: PathBuf,
    before: BTreeSet<RecordId>,
    time: Timestamp,
    saved: Vec<RecordId>,
}

async fn courier(world: &mut World, n: usize) -> Courier {
    let member = world.member(&format!("Courier {n}"), Role::Courier).await;
    let round = world.round_of_pairs(member, 1).await;
    let mut phone = world.phone(member).await;
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    let before = phone.records(round).into_keys().map(|(record, _)| record).collect();
    phone.turn_off();
    Courier { member, round, phone: phone.folder.clone(), before, time: world.now().await, saved: Vec::new() }
}

/// A copy of a phone that is off, as if it was the one there is.
fn copy_of(phone: &Path, n: usize) -> PathBuf {
    let copy = phone.with_extension(format!("copy-{n}"));
    std::fs::create_dir(&copy).unwrap();
    std::fs::copy(phone.join("phone.sqlite3"), copy.join("phone.sqlite3")).unwrap();
    copy
}

/// Kills a phone at a call, opens it again as a new process does, and lets it send the rest.
async fn kill_at(courier: &mut Courier, call: usize) -> Option<usize> {
    let folder = copy_of(&courier.phone, call);
    let Said { saved, calls } = run_the_phone(&folder, courier.round, courier.time, call);
    let mut phone = Phone::open(folder, 2_000_000 + call as u64);
    phone.set_clock(Timestamp(courier.time.0 + 60_000));
    let stored = phone.session().records(courier.round).unwrap();
    assert_eq!(stored.unreadable, 0);
    let device = phone.session().enrolled().unwrap().identity.device;
    let here: BTreeSet<RecordId> = stored.records.iter().map(|(id, _)| id).collect();
    assert!(saved.iter().all(|record| here.contains(record)), "killed at {call}: saved and not there");
    // Acts of copies that came before are there as well once they were sent: this run's alone are counted.
    let queued = phone.session().queue().unwrap();
    let unsaid =
        queued.iter().filter(|act| !saved.contains(&act.record) && act.record.0.ends_with(&device.0));
    assert!(unsaid.count() <= 1, "killed at {call}: more than the act under way was there");
    assert!(here.is_superset(&courier.before));
    courier.saved.extend(saved);
    assert_eq!(phone.sync().await, SyncEnd::Synced, "killed at {call}");
    assert!(phone.session().queue().unwrap().is_empty(), "killed at {call}");
    calls
}

/// What all phones of a courier had called saved is there for one that holds nothing.
async fn fetch(world: &mut World, courier: &Courier) {
    let mut empty = world.phone(courier.member).await;
    assert_eq!(empty.sync().await, SyncEnd::Synced);
    let found: BTreeSet<RecordId> =
        empty.records(courier.round).into_keys().map(|(record, _)| record).collect();
    for record in &courier.saved {
        assert!(found.contains(record), "{record} was called saved and sent, and is not on the server");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_killed_at_every_write_has_what_it_called_saved() {
    if let Ok(orders) = std::env::var(ORDERS) {
        return be_the_phone(&orders).await;
    }
    let mut world = World::new();
    let mut riding = courier(&mut world, 0).await;
    let (mut deaths, mut saved) = (0, 0);
    for call in 1..CALLS_MAX {
        if deaths > 0 && deaths % PHONES_PER_ROUND == 0 {
            fetch(&mut world, &riding).await;
            saved += riding.saved.len();
            riding = courier(&mut world, deaths).await;
        }
        if let Some(calls) = kill_at(&mut riding, call).await {
            fetch(&mut world, &riding).await;
            saved += riding.saved.len();
            assert!(call > calls, "it came to its end before the call to die at");
            println!(
                "\na phone killed at each of {deaths} writes and syncs: {saved} acts called saved, lost 0"
            );
            return;
        }
        deaths += 1;
    }
    panic!("the script has no end");
}
