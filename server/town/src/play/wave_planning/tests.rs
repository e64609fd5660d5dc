//! A wave planned by the product's server, over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_sync::domain::ids::{BootId, OrderId};
use core_sync::domain::stamp::Moment;
use core_sync::wire::members::Role;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use tokio::net::TcpListener;

use super::super::crossed::{START, bases, crossed, day};
use super::super::wave::Riding;
use super::*;

/// What came of a wave: the orders of each courier as her round on the board has them, and the minutes.
struct Came {
    orders: BTreeMap<usize, Vec<OrderId>>,
    riding: Riding,
}

/// Plans a wave by a server of its own, in this process, whose clock stands as the town's does in a minute.
async fn planned(wave: &Wave) -> Came {
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
        came = laid_at(&address, made.token, wave) => came,
    }
}

async fn laid_at(address: &str, token: core_sync::domain::personal::Secret<String>, wave: &Wave) -> Came {
    let desk = Desk::new("admin", address, token).unwrap();
    let mut ids = ChaCha8Rng::seed_from_u64(2);
    let mut members = Vec::new();
    for name in ["Ana", "Bo"] {
        let member = MemberId::random(&mut ids);
        desk.add_member(member, name, Role::Courier).await.unwrap();
        members.push(member);
    }
    let mut waves = Waves::new(bases());
    let planning = WavePlanning { desk: &desk, day: &day(), members: &members, ids: &mut ids };
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
