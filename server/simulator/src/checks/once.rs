//! Nothing is doubled, and nothing is there that nobody did: each tap is one fact, each command one stop, and what is
//! written under an id stays what it is.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{ParcelId, RecordId, RoundId};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::record::{ActBody, Record};
use core_sync::round_doc::change::ReadChange;

use crate::courier::short;
use crate::halt::{Played, found};
use crate::inventory::Inventory;
use crate::world::World;

pub(super) fn nothing_is_doubled(world: &World, inventory: &Inventory) -> Played<()> {
    each_tap_stands_once(world, inventory)?;
    let mut planned: BTreeMap<ParcelId, usize> = BTreeMap::new();
    for log in inventory.rounds.values() {
        for (id, _) in log.records.iter() {
            if log.records.bytes_of(id).count() > 1 {
                let round = short(&log.document.round.0);
                return Err(found(
                    "a record is written once",
                    format!("record {} of round {round} stands under several values", short(&id.0)),
                ));
            }
        }
        let honest = log.document.holder != world.hostile.member;
        for (id, entry) in log.records.iter() {
            let Record::Act { body, .. } = &entry.record else { continue };
            match body {
                ActBody::Fact(_) if honest => {
                    if !world.ledger.taps.contains_key(&id) {
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
    match planned.iter().find(|(_, times)| **times > 1) {
        None => Ok(()),
        Some((parcel, times)) => Err(found(
            "one command is one stop",
            format!("the stop of parcel {} stands {times} times", short(&parcel.0)),
        )),
    }
}

/// Each tap stands in one round, under one value. It also came in one change, where nothing excuses a second: a server
/// that went back, a phone that was copied or shut out since it was tapped.
fn each_tap_stands_once(world: &World, inventory: &Inventory) -> Played<()> {
    let mut rounds: BTreeMap<RecordId, BTreeSet<(RoundId, Vec<u8>)>> = BTreeMap::new();
    let mut changes: BTreeMap<RecordId, usize> = BTreeMap::new();
    for log in inventory.rounds.values() {
        for envelope in &log.changes {
            let Ok(change) = ReadChange::read(&envelope.change) else { continue };
            for (id, bytes) in change.records(&log.document) {
                if world.ledger.taps.contains_key(&id) {
                    *changes.entry(id).or_default() += 1;
                    rounds.entry(id).or_default().insert((log.document.round, bytes.to_vec()));
                }
            }
        }
    }
    for (id, times) in &changes {
        let (ledger, device) = (&world.ledger, id.device());
        let values = rounds.get(id).map_or(0, BTreeSet::len);
        let excused = ledger.taps.get(id) != Some(&ledger.put_backs)
            || ledger.copied.contains(&device)
            || ledger.ever_revoked.contains(&device);
        if values > 1 || (*times > 1 && !excused) {
            let seen = format!("fact {} stands under {values} values in {times} changes", short(&id.0));
            return Err(found("nothing is doubled", seen));
        }
    }
    Ok(())
}
