//! A stop that is void says that the parcels are with somebody else, so somebody must have said so: a void without
//! such a word would leave a parcel that nobody rides for.

use std::collections::BTreeSet;

use core_sync::domain::fact::Fact;
use core_sync::domain::ids::{ParcelId, RecordId, RoundId};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::record::{ActBody, Record};
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::StopStatus;

use crate::courier::short;
use crate::halt::{Played, found};
use crate::inventory::Inventory;

pub(super) fn every_void_has_a_word_for_it(inventory: &Inventory) -> Played<()> {
    for (round, log) in &inventory.rounds {
        let state = RoundState::of(&log.records);
        for stop in state.stops.values() {
            // A drop-off that went to another round, but for the parcels in this courier's hands: the withdrawal is the
            // word for the others.
            if matches!(stop.withdrawal, Some((_, WithdrawReason::Moved | WithdrawReason::Given))) {
                continue;
            }
            let void: BTreeSet<ParcelId> = if stop.status == StopStatus::Void {
                stop.terms.parcels.iter().copied().collect()
            } else {
                stop.void_parcels.clone()
            };
            let missing = void.into_iter().find(|parcel| !somebody_else_spoke(inventory, *round, *parcel));
            if let Some(parcel) = missing {
                return Err(found(
                    "a void has a word for it",
                    format!(
                        "stop {} of round {} is void for parcel {}, which nobody else has:{}",
                        short(&stop.id.0),
                        short(&round.0),
                        short(&parcel.0),
                        inventory.about(&parcel)
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// Whether a deed in another round that stands, a shop's word or a settlement speaks of the parcel.
fn somebody_else_spoke(inventory: &Inventory, round: RoundId, parcel: ParcelId) -> bool {
    let mut spoken: BTreeSet<RecordId> = BTreeSet::new();
    for (other, log) in &inventory.rounds {
        let taken_back: BTreeSet<RecordId> = amendments(log).map(|(amends, _)| amends).collect();
        let instead: BTreeSet<RecordId> = amendments(log).filter_map(|(_, instead)| instead).collect();
        for (id, entry) in log.records.iter() {
            let Record::Act { body, .. } = &entry.record else { continue };
            match body {
                ActBody::ShopFact(said) if said.parcels.contains(&parcel) => return true,
                ActBody::Fact(
                    Fact::Collected(custody) | Fact::Delivered(custody, _) | Fact::Returned(custody),
                ) if custody.parcels.contains(&parcel) => {
                    spoken.insert(id);
                    if *other != round && (!taken_back.contains(&id) || instead.contains(&id)) {
                        return true;
                    }
                }
                ActBody::Fact(_) | ActBody::ShopFact(_) | ActBody::Plan(_) => {}
            }
        }
    }
    let settled = |record: &Record| match record {
        Record::Act { body: ActBody::Plan(PlanRecord::Settled { records, .. }), .. } => {
            records.iter().any(|record| spoken.contains(record))
        }
        Record::Act { .. } | Record::Reaction(_) | Record::Unknown { .. } => false,
    };
    inventory.rounds.values().any(|log| log.records.iter().any(|(_, entry)| settled(&entry.record)))
}

fn amendments(log: &crate::inventory::RoundLog) -> impl Iterator<Item = (RecordId, Option<RecordId>)> {
    log.records.iter().filter_map(|(_, entry)| match &entry.record {
        Record::Act { body: ActBody::Fact(Fact::Amended { amends, instead }), .. } => {
            Some((*amends, *instead))
        }
        Record::Act { .. } | Record::Reaction(_) | Record::Unknown { .. } => None,
    })
}
