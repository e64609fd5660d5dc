//! A disk that is full or fails, at every call in turn: nothing is acknowledged that is not there, reading goes on,
//! the code says which it is, and once it is over writing works again without a restart.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{ActId, RoundId, StopId};
use courier_session::error::SessionError;
use courier_session::session::SyncEnd;
use power_loss::{Fault, Orders, Watch};
use serde_json::Value;

use crate::harness::board::all_saved_is_there_once;
use crate::harness::phone::Phone;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::{World, service_time};
use crate::in_process::InProcess;
use crate::stored::{on_phone, on_server, records_of_phone, records_of_server};

/// Power cuts after each sync that failed.
const CUTS_PER_FAILED_SYNC: u64 = 4;

/// A coordinator who gives a stop another service time, again and again.
struct Desk {
    round: RoundId,
    stop: StopId,
    acknowledged: Vec<ActId>,
}

impl Desk {
    /// Sends an act; gives status and code, and notes what was acknowledged.
    async fn send(&mut self, world: &World, act: ActId) -> (u16, Value) {
        let version = world.round(self.round).await.plan_version;
        let seconds = 60 + u32::try_from(self.acknowledged.len()).unwrap();
        let (status, body) =
            world.send(act, self.round, Some(version), service_time(self.stop, seconds)).await;
        if status == 200 {
            self.acknowledged.push(act);
        }
        (status, body["code"].clone())
    }

    fn all_in(&self, found: &std::collections::BTreeSet<core_sync::domain::ids::RecordId>) -> bool {
        self.acknowledged.iter().all(|act| found.iter().any(|record| record.0.starts_with(&act.0)))
    }
}

/// A world whose server is watched in this process, on its own folder and port.
async fn watched(pairs: usize) -> (Ready, Watch, InProcess, Desk) {
    power_loss::install();
    let mut ready = ready(pairs).await;
    ready.world.kill_server();
    let watch = Watch::begin(&ready.world.data(), false);
    let served = InProcess::start(&ready.world.data(), &ready.world.address).await;
    let desk = Desk { round: ready.round, stop: ready.stops[0], acknowledged: Vec::new() };
    (ready, watch, served, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_disk_fails_at_any_call_acknowledges_nothing_and_goes_on() {
    let (Ready { mut world, .. }, watch, served, mut desk) = watched(1).await;
    let mut refused = 0;
    for (fault, code) in [(Fault::Full, "disk_full"), (Fault::Io, "internal")] {
        for call in 1.. {
            let act = ActId::random(&mut world.random);
            watch.order(Orders::Once(fault, call));
            let (status, said) = desk.send(&world, act).await;
            let all_calls_done = watch.calls() < call;
            watch.order(Orders::None);
            if all_calls_done {
                assert_eq!(status, 200);
                break;
            }
            if status != 200 {
                refused += 1;
                assert_eq!(said, code, "call {call} failed with {fault:?}");
                // The same act again, and only once: it was not done.
                assert_eq!(desk.send(&world, act).await.0, 200);
            }
        }
    }
    // A sync that "there is no room" does not touch, and what is read, are all that went through.
    assert!(refused > 4, "{refused}");
    served.stop().await.unwrap();
    assert!(desk.all_in(&records_of_server(&world.data())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_writing_alone_and_room_is_enough_to_go_on() {
    let (Ready { mut world, ana, round, mut phone, stops }, watch, served, mut desk) = watched(1).await;
    watch.order(Orders::From(Fault::Full, 1));
    let before = world.round(round).await;
    for _again in 0..3 {
        let act = ActId::random(&mut world.random);
        assert_eq!(desk.send(&world, act).await, (507, "disk_full".into()));
        phone.tap(round, &CourierCommand::Arrive(stops[0]));
        assert_eq!(phone.sync().await, SyncEnd::NoAnswer);
    }
    assert_eq!(phone.session().queue().unwrap().len(), 3);
    // Reading goes on: the board, health, a round by itself.
    assert_eq!(world.round(round).await, before);
    assert_eq!(world.get("/v1/health", "").await.0, 200);
    assert_eq!(world.get(&format!("/v1/rounds/{round}"), &world.admin_token).await.0, 200);
    watch.order(Orders::None);
    let act = ActId::random(&mut world.random);
    assert_eq!(desk.send(&world, act).await.0, 200);
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(phone.session().queue().unwrap().is_empty());
    let mut empty = world.phone(ana).await;
    assert_eq!(empty.sync().await, SyncEnd::Synced);
    all_saved_is_there_once(&phone, &mut empty);
    served.stop().await.unwrap();
    assert!(desk.all_in(&records_of_server(&world.data())));
}

/// The system says once that a sync failed, and yes to the next one, which writes nothing of what was in its cache
/// before. Whoever only asks again has acknowledged what is not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_failed_is_not_asked_again_but_written_again() {
    let (Ready { mut world, .. }, watch, mut served, mut desk) = watched(1).await;
    let mut cuts = Vec::new();
    for turn in 0..6 {
        watch.order(Orders::OnceAtSync(1));
        let act = ActId::random(&mut world.random);
        assert_eq!(desk.send(&world, act).await, (500, "internal".into()), "turn {turn}");
        assert_eq!(desk.send(&world, act).await.0, 200);
        cuts.push((watch.operations(), desk.acknowledged.len()));
        let next = ActId::random(&mut world.random);
        assert_eq!(desk.send(&world, next).await.0, 200);
        cuts.push((watch.operations(), desk.acknowledged.len()));
        // A stop moves the log into the file: there, too, a sync fails, each time another one.
        watch.order(Orders::OnceAtSync(1 + turn / 2));
        let _checkpoint_failed = served.stop().await;
        watch.order(Orders::None);
        cuts.push((watch.operations(), desk.acknowledged.len()));
        served = InProcess::start(&world.data(), &world.address).await;
        cuts.push((watch.operations(), desk.acknowledged.len()));
    }
    served.stop().await.unwrap();
    let acknowledged = desk.acknowledged.clone();
    for (cut, known) in cuts {
        desk.acknowledged = acknowledged[..known].to_vec();
        for seed in 0..CUTS_PER_FAILED_SYNC {
            let found = on_server(&watch.cut(cut, seed), &world.data());
            assert!(desk.all_in(&found), "after {cut} operations, seed {seed}");
        }
    }
}

/// Taps; `None` if the phone said that it could not save.
fn try_to_tap(
    phone: &mut Phone,
    round: RoundId,
    stop: StopId,
) -> Option<(core_sync::domain::ids::RecordId, Vec<u8>)> {
    let moment = phone.moment();
    let mut random = phone.random.clone();
    let tapped = phone.session().tap(round, &CourierCommand::Arrive(stop), moment, &mut random);
    phone.random = random;
    match tapped {
        Ok(saved) => {
            phone.saved.push((round, saved.record, saved.bytes.clone()));
            Some((saved.record, saved.bytes))
        }
        Err(error @ SessionError::Store(_)) => {
            assert_eq!(error.code(), "store");
            None
        }
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_disk_fails_at_any_call_shows_nothing_as_saved_and_goes_on() {
    power_loss::install();
    let Ready { mut world, ana, round, mut phone, stops } = ready(1).await;
    phone.turn_off();
    let watch = Watch::begin(&phone.folder, false);
    phone.turn_on();
    let mut failed = 0;
    for fault in [Fault::Full, Fault::Io] {
        for call in 1.. {
            watch.order(Orders::Once(fault, call));
            let saved = try_to_tap(&mut phone, round, stops[0]);
            let all_calls_done = watch.calls() < call;
            watch.order(Orders::None);
            // Reading goes on, and the next tap is saved, without a restart.
            assert!(phone.holds_all_saved());
            if saved.is_none() {
                failed += 1;
                assert!(try_to_tap(&mut phone, round, stops[0]).is_some(), "{fault:?} at call {call}");
            }
            if all_calls_done {
                break;
            }
        }
        // What was acknowledged cannot be written down: it is fetched again.
        for call in 1.. {
            phone.tap(round, &CourierCommand::Pause(call % 2 == 0));
            watch.order(Orders::Once(fault, call));
            let moment = phone.moment();
            let mut random = phone.random.clone();
            let synced = phone.session().sync(moment, &mut random).await;
            let all_calls_done = watch.calls() < call;
            watch.order(Orders::None);
            if let Err(error) = synced {
                failed += 1;
                assert_eq!(error.code(), "store");
            }
            assert_eq!(phone.sync().await, SyncEnd::Synced, "{fault:?} at call {call}");
            assert!(phone.session().queue().unwrap().is_empty());
            if all_calls_done {
                break;
            }
        }
    }
    assert!(failed > 8, "{failed}");
    let mut empty = world.phone(ana).await;
    assert_eq!(empty.sync().await, SyncEnd::Synced);
    all_saved_is_there_once(&phone, &mut empty);
    phone.turn_off();
    let found = records_of_phone(&phone.folder, round);
    assert!(phone.saved.iter().all(|(_, record, bytes)| found.contains(&(*record, bytes.clone()))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_s_sync_that_failed_is_not_asked_again_but_written_again() {
    power_loss::install();
    let Ready { world: _world, round, mut phone, stops, .. } = ready(1).await;
    phone.turn_off();
    let watch = Watch::begin(&phone.folder, false);
    phone.turn_on();
    let mut cuts = Vec::new();
    for turn in 0..8 {
        watch.order(Orders::OnceAtSync(1));
        assert!(try_to_tap(&mut phone, round, stops[0]).is_none(), "turn {turn}");
        assert!(try_to_tap(&mut phone, round, stops[0]).is_some());
        cuts.push((watch.operations(), phone.saved.len()));
        if turn % 2 == 0 {
            watch.order(Orders::OnceAtSync(1 + turn / 4));
            phone.turn_off();
            watch.order(Orders::None);
            phone.turn_on();
            cuts.push((watch.operations(), phone.saved.len()));
        }
    }
    for (cut, known) in cuts {
        for seed in 0..CUTS_PER_FAILED_SYNC {
            let found = on_phone(&watch.cut(cut, seed), round);
            let saved = &phone.saved[..known];
            let there = saved.iter().all(|(_, record, bytes)| found.contains(&(*record, bytes.clone())));
            assert!(there, "after {cut} operations, seed {seed}");
        }
    }
}
