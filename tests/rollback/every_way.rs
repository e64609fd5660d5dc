//! The same day for every way back: several phones, several couriers, people who planned on before anybody noticed.

use std::collections::BTreeMap;

use core_sync::domain::coordinator_command::CoordinatorCommand;
use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{MemberId, ParcelId, RoundId, StopId};
use core_sync::domain::reasons::StopKind;
use core_sync::domain::stop::StopStatus;
use core_sync::view::sync_badge::BadgeState;
use core_sync::wire::members::{Members, Role};
use core_sync::wire::round::StopView;
use courier_session::session::SyncEnd;

use crate::account::{Account, holdings};
use crate::harness::board::everything_is_there_once;
use crate::harness::phone::Phone;
use crate::harness::world::World;
use crate::way_back::Way;

/// A courier of the day, with a phone.
struct Rider {
    name: &'static str,
    member: MemberId,
    phone: Phone,
}

impl Rider {
    /// Syncs until nothing is left, as one wake does.
    async fn sync(&mut self) {
        assert_eq!(self.phone.sync().await, SyncEnd::Synced, "{}", self.name);
    }

    fn has_everything_on_the_server(&mut self) {
        let badge = self.phone.session().badge().unwrap();
        let told = (badge.state, badge.unsent, badge.set_aside, badge.to_give_back);
        assert_eq!(told, (BadgeState::AllSent, 0, 0, 0), "{}", self.name);
    }
}

async fn rider(world: &mut World, name: &'static str, member: MemberId) -> Rider {
    let mut rider = Rider { name, member, phone: world.phone(member).await };
    rider.sync().await;
    rider
}

async fn add_pickup(world: &mut World, round: RoundId, place: usize) {
    let parcel = ParcelId::random(&mut world.random);
    let stop = world.new_stop(StopKind::Pickup, place, parcel).await;
    world.command(round, CoordinatorCommand::AddStop(Box::new(stop))).await;
}

/// What the board says of every stop, without the time at which this server had things, and its number, which a stop
/// that was planned since may share by its count.
async fn board(world: &World) -> BTreeMap<StopId, StopView> {
    let stops = world.board().await.rounds.into_iter().flat_map(|round| round.stops);
    stops.map(|stop| (stop.id, StopView { received_ms: None, number: 0, ..stop })).collect()
}

async fn a_day(way: Way) {
    let mut world = World::new();
    let (ana, bilal) = (world.member("Ana", Role::Courier).await, world.member("Bilal", Role::Courier).await);
    let hers = world.round_of_pairs(ana, 2).await;
    let his = world.round_of_pairs(bilal, 1).await;
    let mut first = rider(&mut world, "Ana's first", ana).await;
    let mut second = rider(&mut world, "Ana's second", ana).await;
    let mut other = rider(&mut world, "Bilal's", bilal).await;
    let stops = first.phone.stops(hers);
    first.phone.tap(hers, &CourierCommand::Start);
    first.phone.tap(hers, &CourierCommand::Collect(stops[0], None));
    first.sync().await;

    let moment = way.remember(&mut world, "before");

    // What the server will lose: plan, cards, acts of three phones, a round; and with a folder a person and a phone.
    add_pickup(&mut world, hers, 7).await;
    world.amend(hers, stops[2], 900).await;
    world.withdraw(hers, stops[3]).await;
    let later = world.round_of_pairs(ana, 1).await;
    let chloe = world.member("Chloé", Role::Courier).await;
    let new_round = world.round_of_pairs(chloe, 1).await;
    let mut newcomer = rider(&mut world, "Chloé's", chloe).await;
    let new_stops = newcomer.phone.stops(new_round);
    newcomer.phone.tap(new_round, &CourierCommand::Collect(new_stops[0], None));
    newcomer.sync().await;
    first.phone.deliver(hers, stops[1]);
    first.sync().await;
    second.sync().await;
    second.phone.tap(hers, &CourierCommand::Arrive(stops[2]));
    second.sync().await;
    first.sync().await;
    let his_stops = other.phone.stops(his);
    other.phone.tap(his, &CourierCommand::Collect(his_stops[0], None));
    other.phone.deliver(his, his_stops[1]);
    other.sync().await;
    let before = (holdings(&world.data()), board(&world).await);

    moment.put_back(&mut world);
    // Nobody noticed: a coordinator plans on, and a courier rides on.
    let lost = (holdings(&world.data()), board(&world).await);
    assert_ne!(lost, before, "{way:?} lost nothing");
    let mut account = Account::begin(before.0, &world.data());
    add_pickup(&mut world, hers, 8).await;
    account.heard("planned since", &world.data());
    first.phone.tap(hers, &CourierCommand::Collect(stops[2], None));

    for rider in [&mut other, &mut first, &mut second, &mut newcomer] {
        rider.sync().await;
        rider.has_everything_on_the_server();
        account.heard(rider.name, &world.data());
    }
    println!("{}", account.table(&format!("{way:?}: what came from whom")));
    account.nothing_is_lost();
    assert_eq!(account.from("Bilal's", "record: delivered"), 1);
    assert_eq!(account.from("Ana's first", "rounds"), 1, "the round that was made since");
    assert_eq!(account.from("Ana's first", "cards"), 1 + 2);
    assert_eq!(account.from("Ana's first", "record: stop_withdrawn"), 1);
    assert_eq!(account.from("Ana's second", "record: arrived"), 0, "her first phone held that too");
    assert_eq!(account.from("Chloé's", "rounds"), 1);

    // Everybody meets; then all is as before, and what was done since stands beside it.
    for rider in [&mut first, &mut second] {
        rider.sync().await;
    }
    let after = board(&world).await;
    for (id, stop) in before.1.into_iter().filter(|(id, _)| *id != stops[2]) {
        assert_eq!(after.get(&id), Some(&stop), "{way:?}");
    }
    assert_eq!(after[&stops[2]].status, StopStatus::Collected);
    assert_eq!(after[&stops[2]].service_seconds, 900);
    assert_eq!(first.phone.stops(hers).len(), 4 + 2);
    assert_eq!(first.phone.records(hers).len(), second.phone.records(hers).len());
    assert_eq!(first.phone.stops(later).len(), 2);

    let (status, members) = world.get("/v1/members", &world.admin_token).await;
    assert_eq!(status, 200);
    let members: Members = serde_json::from_value(members).unwrap();
    let chloe_is = members.members.iter().find(|member| member.member == chloe).unwrap();
    let stands_in = chloe_is.name.reveal().starts_with("? ");
    assert_eq!(stands_in, way != Way::CutTail, "a person who was lost stands in the list by her id");

    for mut rider in [first, other, newcomer] {
        everything_is_there_once(&mut world, rider.member, &mut rider.phone).await;
    }
    everything_is_there_once(&mut world, ana, &mut second.phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_folder_swapped_in_gets_everything_back() {
    a_day(Way::CopiedFolder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_taken_while_running_and_resumed_gets_everything_back() {
    a_day(Way::ResumedSnapshot).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_gets_everything_back() {
    a_day(Way::Backup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_whose_tail_was_cut_gets_everything_back() {
    a_day(Way::CutTail).await;
}
