//! A wave planned by the product's server, over HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use core_sync::domain::ids::{BootId, OrderId};
use core_sync::domain::stamp::Moment;
use core_sync::wire::members::Role;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use tokio::net::TcpListener;

use super::super::cast::COURIERS;
use super::super::crossed::{MIDNIGHT, START, bases, crossed, day};
use super::super::opening::purpose;
use super::super::orders::Orders;
use super::super::quarter::Quarter;
use super::super::wave::Riding;
use super::*;
use crate::seed::Seed;

/// What came of a wave: the orders of each courier as her round on the board has them, and the minutes.
struct Came {
    orders: BTreeMap<usize, Vec<OrderId>>,
    riding: Riding,
}

/// Plans by a server of its own, in this process, whose clock stands as the town's does in a minute.
async fn served<T>(plans: impl AsyncFnOnce(Desk) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let (data, time) = (folder.path().join("data"), day().end_of(START));
    let mut random = ChaCha20Rng::seed_from_u64(1);
    let made = server::init::init(&data, "Port-Brume", "Europe/Paris", time, &mut random).unwrap();
    let clock: server::Clock = Arc::new(move || Moment { time, boot: BootId([1; 8]), monotonic_ms: 1 });
    let server = server::open(&data, clock, random).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let served = server::serve::serve(server, listener, None, std::future::pending());
    tokio::select! {
        served = served => panic!("{served:?}"),
        done = plans(Desk::new("admin", &address, made.token).unwrap()) => done,
    }
}

/// So many members who ride.
async fn hired(desk: &Desk, count: usize, ids: &mut ChaCha8Rng) -> Vec<MemberId> {
    let mut members = Vec::new();
    for number in 0..count {
        let member = MemberId::random(ids);
        desk.add_member(member, &format!("Courier {number}"), Role::Courier).await.unwrap();
        members.push(member);
    }
    members
}

async fn planned(wave: &Wave) -> Came {
    served(async |desk| laid_at(&desk, wave).await).await
}

async fn laid_at(desk: &Desk, wave: &Wave) -> Came {
    let mut ids = ChaCha8Rng::seed_from_u64(2);
    let members = hired(desk, 2, &mut ids).await;
    let mut waves = Waves::new(bases());
    let planning = WavePlanning { desk, day: &day(), members: &members, ids: &mut ids };
    let laid = planning.lay(wave, &mut waves).await.unwrap();
    let mut orders = BTreeMap::new();
    for (id, round) in laid {
        let view = desk.round(id).await.unwrap();
        assert_eq!(view.courier, members[round.courier]);
        let shown: Vec<_> = view.stops.iter().map(|stop| stop.id).collect();
        assert_eq!(shown, round.stops.iter().map(|stop| stop.id).collect::<Vec<_>>());
        orders.insert(round.courier, view.stops.iter().filter_map(|stop| stop.order).collect());
    }
    Came { orders, riding: waves.riding }
}

fn sorted(orders: &[OrderId]) -> Vec<u8> {
    let mut orders: Vec<u8> = orders.iter().map(|order| order.0[0]).collect();
    orders.sort_unstable();
    orders
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_the_same_way_rides_together_and_nothing_is_forgotten() {
    let Came { orders, riding } = planned(&crossed(120)).await;
    assert_eq!(sorted(&orders[&0]), [1, 1, 3, 3]);
    assert_eq!(sorted(&orders[&1]), [2, 2, 4, 4]);
    assert!(riding.planner * 10 < riding.nearest_first * 6, "{riding:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finds_no_room_stays_with_whom_it_came_to() {
    // Nobody is through a shop in a minute.
    let Came { orders, .. } = planned(&crossed(1)).await;
    assert_eq!(sorted(&orders[&0]), [1, 1, 2, 2]);
    assert_eq!(sorted(&orders[&1]), [3, 3, 4, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wave_of_nobody_is_nothing() {
    let nobody = Wave { begins: START, rounds: Vec::new(), nearest_first: 0 };
    let Came { orders, riding } = planned(&nobody).await;
    assert!(orders.is_empty());
    assert_eq!(riding, Riding::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_rides_in_a_day_and_all_of_them_less_than_nearest_first() {
    let places = crate::Places::port_brume().unwrap();
    // The seed of a day in which, by its plans for the others alone, somebody would never ride.
    let number = 3;
    let mut seed = Seed::new(Town::seed_of(number, purpose::PLACES, 0));
    let mut ids = ChaCha8Rng::seed_from_u64(Town::seed_of(number, purpose::IDS, 0));
    let quarter = Quarter::choose(&places, &mut seed).unwrap();
    let day = DayClock::new(MIDNIGHT, DayClock::HOURS_MAX);
    let orders = Orders::draw(&quarter, &day, &mut seed, &mut ids);
    let mut waves = Waves::new(orders.bases);
    let riding = served(async |desk| {
        let members = hired(&desk, COURIERS.len(), &mut ids).await;
        let mut ridden = BTreeSet::new();
        for wave in &orders.waves {
            let planning = WavePlanning { desk: &desk, day: &day, members: &members, ids: &mut ids };
            let laid = planning.lay(wave, &mut waves).await.unwrap();
            let stops: usize = laid.iter().map(|(_, round)| round.stops.len()).sum();
            assert_eq!(stops, wave.rounds.iter().map(|round| round.stops.len()).sum::<usize>());
            ridden.extend(laid.into_iter().map(|(_, round)| round.courier));
        }
        assert_eq!(ridden.len(), COURIERS.len());
        waves.riding
    });
    let Riding { planner, nearest_first } = riding.await;
    assert!(planner * 10 < nearest_first * 8, "{planner} of {nearest_first}");
}
