//! The command `settle`: a person answers an item, and every round that it concerns is told in one transaction.
//!
//! What is settled is exactly what disagreed: the records that the person saw. If there is more evidence now, or it was
//! settled meanwhile, the item she saw is no more, and nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use core_sync::domain::ids::{ParcelId, RecordId, StopId};
use core_sync::domain::item::{Choice, Item};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::plan_record::{PlanRecord, StopAdded, StopTerms};
use core_sync::domain::reasons::{Answer, StopKind};
use core_sync::domain::records::Records;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::rules::parcels_in_hand::held;
use core_sync::domain::time::{Milliseconds, Window};
use core_sync::domain::together::together;

use super::acting::Acting;
use super::error::AppError;
use super::planned::{Planned, write};
use super::react::{as_given, together_or_alone};
use crate::db::document;

/// How long a return to the shop may take: until the shop closes, about.
const RETURN_WITHIN: Milliseconds = Milliseconds::hours(4);

/// Settles the open item of the round that has exactly these records, with an answer that it offers.
pub fn settle(acting: &Acting<'_>, records: &[RecordId], choice: Choice) -> Result<(), AppError> {
    let round = acting.request.round;
    let document = document::find(acting.tx, acting.caller.co_op, round)?.ok_or(AppError::NotFound)?;
    let rounds = together_or_alone(acting.tx, document)?;
    let records: BTreeSet<RecordId> = records.iter().copied().collect();
    let is_it = |item: &Item| {
        let evidence: BTreeSet<RecordId> = item.evidence.iter().map(|evidence| evidence.record).collect();
        item.round == round && item.settled.is_none() && evidence == records && item.choices.contains(&choice)
    };
    let items = together(&as_given(&rounds)).items;
    let item = items.into_iter().find(is_it).ok_or(AppError::NotToSettle)?;
    for (document, stands) in rounds.iter().filter(|(row, _)| item.rounds.contains(&row.name.round)) {
        let settled = PlanRecord::Settled {
            records: records.iter().copied().collect(),
            answer: choice.answer,
            holds: choice.holds,
        };
        let mut planned = vec![Planned::bare(settled)];
        if choice.answer == Answer::ReturnToShop {
            planned.extend(returns(acting, stands, &item)?);
        }
        write(acting, document.name.round, planned)?;
    }
    Ok(())
}

/// A stop back at the pickup for the item's parcels that are on this round's bike.
fn returns(acting: &Acting<'_>, records: &Records, item: &Item) -> Result<Vec<Planned>, AppError> {
    let in_hand = held(records);
    let state = RoundState::of(records);
    let mut by_pickup: BTreeMap<StopId, Vec<ParcelId>> = BTreeMap::new();
    for parcel in item.parcels.iter().filter(|parcel| in_hand.contains_key(parcel)) {
        let pickup = state
            .stops
            .values()
            .find(|stop| stop.kind == StopKind::Pickup && stop.terms.parcels.contains(parcel));
        if let Some(pickup) = pickup {
            by_pickup.entry(pickup.id).or_default().push(*parcel);
        }
    }
    if state.stops.len() + by_pickup.len() > STOPS_PER_ROUND_MAX {
        return Err(AppError::RoundFull);
    }
    let now = acting.at.time;
    let window = Window { from_ms: now, until_ms: now.plus(RETURN_WITHIN) };
    let stops = by_pickup.into_iter().filter_map(|(pickup, parcels)| {
        let pickup = state.stops.get(&pickup)?;
        // The pickup's card is in this round already, under the same version.
        let terms = StopTerms { window, parcels, ..pickup.terms.clone() };
        let added = StopAdded { kind: StopKind::DropOff, terms, order: pickup.order, from: None };
        Some(Planned::bare(PlanRecord::StopAdded(added)))
    });
    Ok(stops.collect())
}
