//! P1: what the phone shows as saved survives its process, wherever that dies.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::sync::engine::{Effect, Input};
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use crate::harness::board::everything_is_there_once;
use crate::harness::ready::{Ready, ready};
use crate::harness::world::World;

/// Effects of one wake: outbox, save, post, confirm. Fewer tried would prove less than the name says.
const EFFECTS_OF_A_WAKE: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_killed_after_every_tap_has_every_act() {
    let Ready { mut world, ana, round, mut phone, stops } = ready(2).await;
    phone.tap(round, &CourierCommand::Start);
    phone.die_and_come_back();
    for (index, stop) in stops.into_iter().enumerate() {
        phone.tap(round, &CourierCommand::Arrive(stop));
        phone.die_and_come_back();
        assert!(phone.holds_all_saved());
        if index % 2 == 0 {
            phone.tap(round, &CourierCommand::Collect(stop, None));
        } else {
            phone.deliver(round, stop);
        }
        phone.die_and_come_back();
        assert!(phone.holds_all_saved());
    }
    let counts: Vec<u64> = phone
        .session()
        .round(round)
        .unwrap()
        .stops
        .values()
        .map(|stop| stop.decided_by.as_ref().unwrap().stamp.n)
        .collect();
    assert_eq!(
        counts.iter().collect::<std::collections::BTreeSet<_>>().len(),
        4,
        "no tap count is used twice"
    );
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    everything_is_there_once(&mut world, ana, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_killed_after_every_effect_of_a_sync_has_every_act_and_sends_it_once() {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    for dies_after in 0..=EFFECTS_OF_A_WAKE {
        let round = world.round_of_pairs(ana, 1).await;
        let mut phone = world.phone(ana).await;
        phone.sync().await;
        let stops = phone.stops(round);
        phone.tap(round, &CourierCommand::Start);
        phone.tap(round, &CourierCommand::Collect(stops[0], None));
        phone.deliver(round, stops[1]);

        let mut effect = phone.next_effect(Input::Wanted { now: true });
        let mut carried_out = 0;
        while carried_out < dies_after && !matches!(effect, Effect::Wait(_) | Effect::Rest) {
            let report = phone.session().carry_out(effect).await.unwrap();
            carried_out += 1;
            effect = phone.next_effect(report);
        }
        assert_eq!(carried_out, dies_after, "the wake has that many effects");
        phone.die_and_come_back();

        assert!(phone.holds_all_saved(), "after {dies_after} effects");
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        assert!(phone.session().queue().unwrap().is_empty(), "after {dies_after} effects");
        assert!(phone.holds_all_saved());
        everything_is_there_once(&mut world, ana, &mut phone).await;
    }
}
