//! A reply that is lost, repeated, late, reordered or cut harms nothing: the phone believes only what fits its
//! log, and asking again is always safe.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::sync::engine::{Effect, Input};
use courier_session::client::{Client, Said};
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::cut_link::{CutLink, WHOLE};
use crate::harness::phone::Phone;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::World;

/// Runs a wake up to its request, and gives the request's bytes.
async fn request(phone: &mut Phone) -> Vec<u8> {
    let mut effect = phone.next_effect(Input::Wanted { now: true });
    loop {
        match effect {
            Effect::Post(bytes) => return bytes,
            other => {
                let report = phone.session().carry_out(other).await.unwrap();
                effect = phone.next_effect(report);
            }
        }
    }
}

/// Posts a request as the phone's client would.
async fn post(world: &World, request: Vec<u8>) -> Vec<u8> {
    match Client::new(&world.address).unwrap().sync(request).await.unwrap() {
        Said::Answer(bytes) => bytes,
        Said::Error(code) => panic!("the server said {}", code.code()),
    }
}

/// Gives the phone a reply and runs the wake to its end.
async fn receive(phone: &mut Phone, reply: Input) {
    let mut effect = phone.next_effect(reply);
    while !matches!(effect, Effect::Wait(_) | Effect::Rest | Effect::Post(_)) {
        let report = phone.session().carry_out(effect).await.unwrap();
        effect = phone.next_effect(report);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_is_asked_for_again() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(2).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    let first = request(&mut phone).await;
    let lost = post(&world, first).await;
    assert!(!lost.is_empty());
    receive(&mut phone, Input::Unanswered).await;
    assert_eq!(phone.session().queue().unwrap().len(), 1, "not confirmed, so still queued");
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(phone.session().queue().unwrap().is_empty());
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_arrives_twice_is_one_act_and_a_reply_that_comes_twice_is_one_answer() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(2).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    let before = world.board().await.cursor.position;
    let bytes = request(&mut phone).await;
    let first = post(&world, bytes.clone()).await;
    let second = post(&world, bytes).await;
    assert_eq!(world.board().await.cursor.position, before + 1);
    receive(&mut phone, Input::Answer(first)).await;
    // The doubled reply comes as the answer to the next request: its rows are behind the cursor by now.
    phone.tap(round, &CourierCommand::Arrive(stops[1]));
    let _ = request(&mut phone).await;
    receive(&mut phone, Input::Answer(second)).await;
    assert_eq!(phone.session().queue().unwrap().len(), 1, "an old reply confirms nothing new");
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_and_reordered_replies_are_not_believed_for_other_requests() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(2).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    let first = request(&mut phone).await;
    let late = post(&world, first).await;
    receive(&mut phone, Input::Unanswered).await;
    phone.tap(round, &CourierCommand::Arrive(stops[1]));
    let second = request(&mut phone).await;
    let in_time = post(&world, second).await;
    // The first reply overtakes the second: it fits the log as it is, so it may be taken; then the second
    // comes for a request that was answered already.
    receive(&mut phone, Input::Answer(late)).await;
    let _ = request(&mut phone).await;
    receive(&mut phone, Input::Answer(in_time)).await;
    assert!(phone.holds_all_saved());
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    assert!(phone.session().queue().unwrap().is_empty());
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_reply_writes_nothing() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(2).await;
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    let bytes = request(&mut phone).await;
    let reply = post(&world, bytes).await;
    for length in [0, 1, reply.len() / 2, reply.len() - 1] {
        receive(&mut phone, Input::Answer(reply[..length].to_vec())).await;
        assert_eq!(phone.session().queue().unwrap().len(), 1, "{length} bytes of a reply confirm nothing");
        let _ = request(&mut phone).await;
    }
    receive(&mut phone, Input::Answer(reply)).await;
    assert!(phone.session().queue().unwrap().is_empty());
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_breaks_at_every_hundredth_byte_of_a_reply_loses_nothing() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(2).await;
    let link = CutLink::to(&world.address).await;
    drop(std::mem::replace(&mut phone, Phone::open(world.folder.path().join("on-a-cut-link"), 5)));
    phone.set_clock(world.now().await);
    let code = world.code(ana).await;
    phone.enrol(&link.address, &code).await.unwrap();
    phone.sync().await;
    phone.tap(round, &CourierCommand::Start);
    phone.tap(round, &CourierCommand::Collect(stops[0], None));
    for bytes in (0..500).step_by(100) {
        phone.die_and_come_back();
        link.cut_replies_after(bytes);
        phone.sync().await;
        assert!(phone.holds_all_saved(), "{bytes}");
    }
    phone.die_and_come_back();
    link.cut_replies_after(WHOLE);
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}
