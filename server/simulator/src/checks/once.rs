//! Nothing is doubled, and nothing is there that nobody did: each tap is one fact, each command one stop.

use std::collections::BTreeMap;

use core_sync::domain::ids::{ParcelId, RecordId};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::record::{ActBody, Record};

use crate::courier::short;
use crate::halt::{Played, found};
use crate::inventory::Inventory;
use crate::world::World;

pub(super) fn nothing_is_doubled(world: &World, inventory: &Inventory) -> Played<()> {
    let mut seen: BTreeMap<RecordId, usize> = BTreeMap::new();
    let mut planned: BTreeMap<ParcelId, usize> = BTreeMap::new();
    for log in inventory.rounds.values() {
        let honest = log.document.holder != world.hostile.member;
        for (id, entry) in log.records.iter() {
            let Record::Act { body, .. } = &entry.record else { continue };
            match body {
                ActBody::Fact(_) if honest => {
                    *seen.entry(id).or_default() += 1;
                    if !world.ledger.taps.contains(&id) {
                        return Err(found(
                            "nothing is there that nobody did",
                            format!("fact {}", short(&id.0)),
                        ));
                    }
                }
                // Moved and given stops go on under `from`: planned once, they stand in several rounds.
                ActBody::Plan(PlanRecord::StopAdded(added)) if added.from.is_none() => {
                    // A pickup's own parcel is its first, a drop-off's its last: between them stand shared ones.
                    let parcels = &added.terms.parcels;
                    let own = if added.kind == StopKind::Pickup { parcels.first() } else { parcels.last() };
                    // The way back to a shop, which a settlement proposes, is of no order.
                    let asked = added.kind == StopKind::Pickup || added.order.is_some();
                    if let Some(own) = own.filter(|_| asked) {
                        *planned.entry(*own).or_default() += 1;
                    }
                }
                ActBody::Fact(_) | ActBody::Plan(_) | ActBody::ShopFact(_) => {}
            }
        }
    }
    if let Some((id, times)) = seen.iter().find(|(_, times)| **times > 1) {
        return Err(found("nothing is doubled", format!("fact {} stands {times} times", short(&id.0))));
    }
    match planned.iter().find(|(_, times)| **times > 1) {
        None => Ok(()),
        Some((parcel, times)) => Err(found(
            "one command is one stop",
            format!("the stop of parcel {} stands {times} times", short(&parcel.0)),
        )),
    }
}
