//! The command `add_stop`: a stop enters the round. Its id is the act's.

use core_sync::domain::card::Card;
use core_sync::domain::coordinator_command::NewStop;
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::plan_record::{PlanRecord, StopAdded, StopTerms};
use core_sync::domain::round_state::RoundState;
use rand_core::Rng;

use super::error::AppError;
use super::planned::{Planned, new_card};

/// Plans the record and the stop's first card.
pub fn add_stop(plan: &RoundState, stop: &NewStop, random: &mut impl Rng) -> Result<Planned, AppError> {
    // Withdrawn stops count: a round's sequence records must be able to name whatever was ever in it.
    if plan.stops.len() >= STOPS_PER_ROUND_MAX {
        return Err(AppError::RoundFull);
    }
    stop_added(stop, random)
}

/// The record of a new stop and its first card.
pub fn stop_added(stop: &NewStop, random: &mut impl Rng) -> Result<Planned, AppError> {
    let card = new_card(&Card::new(stop.card.clone(), None, random), "command.add_stop.card")?;
    let terms = StopTerms {
        window: stop.window,
        service_seconds: stop.service_seconds,
        parcels: stop.parcels.clone(),
        card: card.hash,
    };
    let added = StopAdded { kind: stop.kind, terms, order: stop.order, from: None };
    Ok(Planned { record: PlanRecord::StopAdded(added), card: Some(card) })
}
