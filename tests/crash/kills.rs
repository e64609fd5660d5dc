//! The server is killed under load, again and again: what it acknowledged is there for a client that holds nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, MemberId, PlanVersion, RecordId, RoundId, StopId};
use core_sync::wire::command::CommandRequest;
use core_sync::wire::members::Role;
use core_sync::wire::round::RoundView;
use courier_session::client::http_client;
use courier_session::session::SyncEnd;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use tokio::sync::{mpsc, watch};

use crate::harness::board::{all_saved_is_there_once, each_record_came_once};
use crate::harness::phone::Phone;
use crate::harness::world::{World, service_time};
use crate::size::kills;
use crate::stored::records_of_server;

/// Phones that tap and send without a pause, each on a thread of its own, beside one coordinator.
const PHONES: usize = 4;
/// Acknowledgements between two kills, at least and at most; the seed says how many.
const BETWEEN_KILLS: std::ops::RangeInclusive<u64> = 1..=20;
/// Taps that go up together.
const TAPS_PER_SYNC: usize = 2;

/// Something that was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Acknowledged {
    /// A phone's record is in the confirmed log on that phone.
    Act(RecordId),
    /// A command was answered with 200.
    Command(ActId),
}

impl Acknowledged {
    fn is_in(&self, records: &BTreeSet<RecordId>) -> bool {
        match self {
            Self::Act(record) => records.contains(record),
            Self::Command(act) => records.iter().any(|record| record.0.starts_with(&act.0)),
        }
    }
}

/// What everybody who makes load holds.
#[derive(Clone)]
struct Load {
    said: mpsc::UnboundedSender<Acknowledged>,
    over: Arc<AtomicBool>,
    up: watch::Receiver<bool>,
}

impl Load {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }

    async fn until_up(&mut self) {
        self.up.wait_for(|up| *up).await.unwrap();
    }
}

/// Runs load on a thread with a runtime of its own.
fn on_a_thread<T: Send + 'static, F: Future<Output = T>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> JoinHandle<T> {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work())
    })
}

async fn ride(mut phone: Phone, round: RoundId, stop: StopId, mut load: Load) -> Phone {
    let mut known = 0;
    for turn in 0.. {
        if !load.goes_on() {
            break;
        }
        for tap in 0..TAPS_PER_SYNC {
            if (turn + tap) % 2 == 0 {
                phone.tap(round, &CourierCommand::Arrive(stop));
            } else {
                phone.tap(round, &CourierCommand::Pause(turn % 4 < 2));
            }
        }
        let synced = phone.sync().await;
        let queue: BTreeSet<RecordId> =
            phone.session().queue().unwrap().into_iter().map(|act| act.record).collect();
        while let Some((_, record, _)) =
            phone.saved.get(known).filter(|(_, record, _)| !queue.contains(record))
        {
            load.said.send(Acknowledged::Act(*record)).unwrap();
            known += 1;
        }
        match synced {
            SyncEnd::Synced => {}
            SyncEnd::NoAnswer => load.until_up().await,
            other => panic!("{other:?}"),
        }
    }
    phone
}

/// Sends one command after the other, each until it is answered.
async fn command(
    address: String,
    token: String,
    round: RoundId,
    first: PlanVersion,
    stop: StopId,
    mut load: Load,
) {
    let (http, mut random) = (http_client().unwrap(), ChaCha8Rng::seed_from_u64(77));
    let mut version = first;
    for turn in 0.. {
        let act = ActId::random(&mut random);
        let command = service_time(stop, 60 + turn % 600);
        let request = CommandRequest { act, round, plan_version: Some(version), command };
        let body = serde_json::to_vec(&request).unwrap();
        loop {
            if !load.goes_on() {
                return;
            }
            let post = http.post(format!("{address}/v1/commands")).bearer_auth(&token);
            let sent = post.header("content-type", "application/json").body(body.clone()).send().await;
            let Ok(answer) = sent else {
                load.until_up().await;
                continue;
            };
            let status = answer.status();
            let Ok(bytes) = answer.bytes().await else { continue };
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
            version = serde_json::from_slice::<RoundView>(&bytes).unwrap().plan_version;
            load.said.send(Acknowledged::Command(act)).unwrap();
            break;
        }
    }
}

/// Kills the server so many times, each after as many acknowledgements as the seed says. Gives all of them, and those
/// that its folder did not hold while it was dead: a phone would give them back later, and nobody would see it.
async fn kill_again_and_again(
    world: &mut World,
    up: &watch::Sender<bool>,
    said: &mut mpsc::UnboundedReceiver<Acknowledged>,
) -> (Vec<Acknowledged>, BTreeSet<Acknowledged>) {
    let mut random = ChaCha8Rng::seed_from_u64(50);
    let (mut acknowledged, mut lost) = (Vec::new(), BTreeSet::new());
    for _kill in 0..kills() {
        let width = BETWEEN_KILLS.end() - BETWEEN_KILLS.start() + 1;
        for _ in 0..BETWEEN_KILLS.start() + random.next_u64() % width {
            acknowledged.push(said.recv().await.unwrap());
        }
        up.send_replace(false);
        world.kill_server();
        while let Ok(more) = said.try_recv() {
            acknowledged.push(more);
        }
        let stored = records_of_server(&world.data());
        lost.extend(acknowledged.iter().filter(|said| !said.is_in(&stored)));
        world.start_server();
        up.send_replace(true);
    }
    (acknowledged, lost)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_under_load_survives_every_kill() {
    let mut world = World::new();
    let (said, mut heard) = mpsc::unbounded_channel();
    let (up, is_up) = watch::channel(true);
    let over = Arc::new(AtomicBool::new(false));
    let load = Load { said, over: Arc::clone(&over), up: is_up };
    let mut phones: Vec<(MemberId, RoundId, JoinHandle<Phone>)> = Vec::new();
    for n in 0..PHONES {
        let courier = world.member(&format!("Courier {n}"), Role::Courier).await;
        let round = world.round_of_pairs(courier, 1).await;
        let mut phone = world.phone(courier).await;
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        let stop = phone.stops(round)[0];
        let load = load.clone();
        phones.push((courier, round, on_a_thread(move || ride(phone, round, stop, load))));
    }
    let planned_for = world.member("Planned for", Role::Courier).await;
    let planned = world.round_of_pairs(planned_for, 1).await;
    let view = world.round(planned).await;
    let (address, token, stop) = (world.address.clone(), world.admin_token.clone(), view.stops[0].id);
    let commands = on_a_thread(move || command(address, token, planned, view.plan_version, stop, load));

    let (mut acknowledged, mut lost) = kill_again_and_again(&mut world, &up, &mut heard).await;
    let all = acknowledged.len();
    assert!(lost.is_empty(), "of {all} acknowledged, {} were not on the dead server's disk", lost.len());
    over.store(true, Ordering::SeqCst);
    commands.join().unwrap();
    let mut found: BTreeSet<RecordId> = BTreeSet::new();
    for (courier, round, phone) in phones {
        let mut phone = phone.join().unwrap();
        // Who was cut off goes on where it was: nothing is left over, nothing is there twice.
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        assert!(phone.session().queue().unwrap().is_empty());
        let mut empty = world.phone(courier).await;
        assert_eq!(empty.sync().await, SyncEnd::Synced);
        found.extend(empty.records(round).into_keys().map(|(record, _)| record));
        all_saved_is_there_once(&phone, &mut empty);
        each_record_came_once(&mut empty, round);
    }
    let mut empty = world.phone(planned_for).await;
    assert_eq!(empty.sync().await, SyncEnd::Synced);
    found.extend(empty.records(planned).into_keys().map(|(record, _)| record));

    // What was said after the last kill counts as well.
    while let Ok(more) = heard.try_recv() {
        acknowledged.push(more);
    }
    lost.extend(acknowledged.iter().filter(|said| !said.is_in(&found)));
    let commands = acknowledged.iter().filter(|said| matches!(said, Acknowledged::Command(_))).count();
    let (all, kept) = (acknowledged.len(), acknowledged.len() - lost.len());
    println!("\n{} SIGKILLs under load, {PHONES} phones, {commands} commands", kills());
    println!("acknowledged {all}, found {kept}, lost {}", all - kept);
    assert!(commands > 0 && commands < all);
    assert_eq!(all, kept);
}
