//! The power goes: what a phone called saved and what the server acknowledged is on the disk, and with a pragma that
//! promises less it is not, which shows that these tests see a loss.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, RecordId, RoundId};
use courier_session::session::SyncEnd;
use power_loss::Watch;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::harness::phone::Phone;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::{World, service_time};
use crate::in_process::InProcess;
use crate::size::cuts;
use crate::stored::{on_phone, on_server};

/// Taps on each half of the way: before and after a restart, which moves the log into the file.
const TAPS: usize = 12;
/// A sync after so many taps, a command after so many syncs.
const TAPS_PER_SYNC: usize = 2;

/// A promise: from this number of operations on, this is on the disk.
type Promises<T> = Vec<(usize, T)>;

/// A way that was recorded.
struct Way {
    _world: World,
    data: std::path::PathBuf,
    round: RoundId,
    server: Watch,
    phone: Watch,
    acknowledged: Promises<RecordId>,
    saved: Promises<(RecordId, Vec<u8>)>,
    /// Acts of commands: a record's id begins with its act's.
    commanded: Promises<ActId>,
}

async fn ride(normal: bool) -> Way {
    let Ready { mut world, round, mut phone, stops, .. } = ready(2).await;
    world.kill_server();
    phone.turn_off();
    let (data, at) = (world.data(), world.address.clone());
    let (server, watch) = (Watch::begin(&data, normal), Watch::begin(&phone.folder, normal));
    let (mut acknowledged, mut saved, mut commanded) = (Vec::new(), Vec::new(), Vec::new());
    for _half in 0..2 {
        let served = InProcess::start(&data, &at).await;
        phone.turn_on();
        for tap in 1..=TAPS {
            tap_somewhere(&mut phone, round, stops[tap % stops.len()], tap);
            let (_, record, bytes) = phone.saved.last().unwrap().clone();
            saved.push((watch.operations(), (record, bytes)));
            if tap % TAPS_PER_SYNC == 0 {
                assert_eq!(phone.sync().await, SyncEnd::Synced);
                assert!(phone.session().queue().unwrap().is_empty());
                let known = acknowledged.len();
                let now = server.operations();
                acknowledged.extend(phone.saved[known..].iter().map(|(_, record, _)| (now, *record)));
                let act = ActId::random(&mut world.random);
                let version = world.round(round).await.plan_version;
                let command = service_time(stops[0], 60 + u32::try_from(commanded.len()).unwrap());
                assert_eq!(world.send(act, round, Some(version), command).await.0, 200);
                commanded.push((server.operations(), act));
            }
        }
        served.stop().await.unwrap();
        phone.turn_off();
    }
    assert_eq!(server.pragmas_changed() > 0, normal);
    assert_eq!(watch.pragmas_changed() > 0, normal);
    Way { _world: world, data, round, server, phone: watch, acknowledged, saved, commanded }
}

fn tap_somewhere(phone: &mut Phone, round: RoundId, stop: core_sync::domain::ids::StopId, n: usize) {
    match n % 3 {
        0 => phone.tap(round, &CourierCommand::Pause(n.is_multiple_of(2))),
        1 => phone.tap(round, &CourierCommand::Arrive(stop)),
        _ => phone.tap(round, &CourierCommand::SeePlan),
    };
}

/// What cuts came to.
#[derive(Default, Clone, Copy)]
struct Tally {
    cuts: u64,
    acknowledged: u64,
    found: u64,
}

impl Tally {
    fn lost(self) -> u64 {
        self.acknowledged - self.found
    }

    fn add<T>(&mut self, promises: &[(usize, T)], cut: usize, found: impl Fn(&T) -> bool) {
        for (_, promised) in promises.iter().filter(|(from, _)| *from <= cut) {
            self.acknowledged += 1;
            self.found += u64::from(found(promised));
        }
    }
}

/// Where the power goes: half of the cuts anywhere, half right after a sync, where the next promise begins.
fn places(watch: &Watch, seed: u64) -> Vec<(usize, u64)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (operations, syncs) = (watch.operations(), watch.syncs());
    (0..cuts())
        .map(|n| {
            let anywhere = random.next_u64() as usize;
            let place = if n % 2 == 0 { anywhere % (operations + 1) } else { syncs[anywhere % syncs.len()] };
            (place, random.next_u64())
        })
        .collect()
}

fn cut_server(way: &Way) -> Tally {
    let mut tally = Tally::default();
    for (cut, seed) in places(&way.server, 1) {
        let found = on_server(&way.server.cut(cut, seed), &way.data);
        tally.cuts += 1;
        tally.add(&way.acknowledged, cut, |record| found.contains(record));
        tally.add(&way.commanded, cut, |act| found.iter().any(|record| record.0.starts_with(&act.0)));
    }
    tally
}

fn cut_phone(way: &Way) -> Tally {
    let mut tally = Tally::default();
    for (cut, seed) in places(&way.phone, 2) {
        let found = on_phone(&way.phone.cut(cut, seed), way.round);
        tally.cuts += 1;
        tally.add(&way.saved, cut, |act| found.contains(act));
        // What is there of an act that was never called saved is all of it.
        for (record, bytes) in &found {
            let tapped = way.saved.iter().find(|(_, (id, _))| id == record);
            assert!(tapped.is_none_or(|(_, (_, whole))| whole == bytes), "{record} is there in part");
        }
    }
    tally
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_power_cuts_and_would_not_with_less_syncing() {
    power_loss::install();
    println!(
        "\n{:<8} {:<7} {:>6} {:>13} {:>9} {:>6}",
        "store", "mode", "cuts", "acknowledged", "found", "lost"
    );
    let mut lost = Vec::new();
    for normal in [false, true] {
        let way = ride(normal).await;
        for (store, tally) in [("server", cut_server(&way)), ("phone", cut_phone(&way))] {
            let mode = if normal { "NORMAL" } else { "FULL" };
            let Tally { cuts, acknowledged, found } = tally;
            println!("{store:<8} {mode:<7} {cuts:>6} {acknowledged:>13} {found:>9} {:>6}", tally.lost());
            assert!(acknowledged > 0);
            lost.push((store, normal, tally.lost()));
        }
    }
    for (store, normal, lost) in lost {
        assert_eq!(lost > 0, normal, "{store}, NORMAL {normal}: {lost} lost");
    }
}
