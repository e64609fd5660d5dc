//! Twenty couriers who ride their rounds: real sessions, the same ones for the same seed.

use core_sync::domain::courier_command::CourierCommand;
use core_sync::domain::ids::{RoundId, StopId};
use core_sync::domain::kind::MapName;
use core_sync::domain::reasons::HandedTo;
use core_sync::round_doc::DocumentName;
use core_sync::round_doc::change::ReadChange;
use core_sync::wire::members::Role;
use courier_session::session::SyncEnd;

use crate::attacker::MORNING;
use crate::harness::phone::Phone;
use crate::harness::world::World;
use crate::log::Database;

/// Couriers.
pub const RIDERS: usize = 20;
/// Acts of each while the attack goes on.
const ACTS: usize = 12;

pub struct Rider {
    pub phone: Phone,
    pub document: DocumentName,
    stops: Vec<StopId>,
}

/// Makes the couriers, each with a round and a phone whose clock begins where everybody's does.
pub async fn riders(world: &mut World) -> Vec<Rider> {
    let mut riders = Vec::new();
    for n in 1..=RIDERS {
        let member = world.member(&format!("Rider {n:02}"), Role::Courier).await;
        let round = world.round_of_pairs(member, 1).await;
        let mut phone = world.phone(member).await;
        phone.set_clock(MORNING);
        assert_eq!(phone.sync().await, SyncEnd::Synced);
        let stops = phone.stops(round);
        riders.push(Rider { phone, document: DocumentName { round, holder: member, schema: 1 }, stops });
    }
    riders
}

impl Rider {
    /// Rides: acts, each sent at once.
    pub async fn ride(&mut self) {
        for n in 0..ACTS {
            self.act(n).await;
        }
    }

    /// One act, which is on the server when this returns.
    pub async fn act(&mut self, n: usize) {
        let stop = self.stops[n % self.stops.len()];
        let round: RoundId = self.document.round;
        if n == ACTS - 1 {
            self.phone.tap(round, &CourierCommand::Deliver(self.stops[1], None, HandedTo::Recipient));
        } else {
            self.phone.tap(round, &CourierCommand::Arrive(stop));
        }
        assert_eq!(self.phone.sync().await, SyncEnd::Synced);
        assert!(self.phone.records(round).values().all(|confirmed| *confirmed), "every act is committed");
    }
}

/// What stands in a courier's log, without what every server makes anew: its own ids, cards and times.
pub fn picture(database: &Database, document: &DocumentName) -> Vec<String> {
    let devices = database.devices();
    let changes = database.changes(document.round);
    let facts = changes.iter().map(|bytes| {
        let change = ReadChange::read(bytes).unwrap();
        let puts = change.puts(document);
        let puts = puts.iter().flatten();
        let content = puts.map(|put| match put.map {
            MapName::Plan => "plan".to_owned(),
            MapName::Facts => {
                let id: core_sync::domain::ids::RecordId = put.key.parse().unwrap();
                format!("{} {:02x?}", id.act(), without(put.bytes, &devices))
            }
        });
        content.collect::<Vec<_>>().join(", ")
    });
    facts.collect()
}

/// The bytes with every device's id blanked.
fn without(bytes: &[u8], devices: &[[u8; 8]]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(7) {
        if devices.iter().any(|device| bytes[at..].starts_with(device)) {
            bytes[at..at + 8].fill(0);
        }
    }
    bytes
}
