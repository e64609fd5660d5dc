//! How most stories begin: a co-op, a courier with an enrolled phone, and a round on it.

use core_sync::domain::ids::{MemberId, RoundId, StopId};
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use super::phone::Phone;
use super::world::World;

/// A courier ready to ride.
pub struct Ready {
    pub world: World,
    pub ana: MemberId,
    pub round: RoundId,
    pub phone: Phone,
    /// Pickup, its drop-off, the next pickup, its drop-off ..
    pub stops: Vec<StopId>,
}

/// Makes a courier with a round of so many pickups, each with its drop-off.
pub async fn ready(pairs: usize) -> Ready {
    let mut world = World::new();
    let ana = world.member("Ana", Role::Courier).await;
    let round = world.round_of_pairs(ana, pairs).await;
    let mut phone = world.phone(ana).await;
    assert_eq!(phone.sync().await, SyncEnd::Synced);
    let stops = phone.stops(round);
    Ready { world, ana, round, phone, stops }
}
