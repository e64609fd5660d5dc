//! The command `amend_stop`: new terms for a stop. The record is complete, so that whichever amendment
//! stands says everything; what the coordinator left out is copied from how the stop is now.

use core_sync::domain::card::Card;
use core_sync::domain::coordinator_command::{FieldError, StopChange};
use core_sync::domain::ids::StopId;
use core_sync::domain::plan_record::{PlanRecord, StopAmended, StopTerms};
use core_sync::domain::reasons::StopKind;
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::Stop;
use rand_core::Rng;

use super::error::AppError;
use super::planned::{Planned, new_card};

/// Plans the record and, if the card changes, its new version.
pub fn amend_stop(
    plan: &RoundState,
    change: &StopChange,
    random: &mut impl Rng,
) -> Result<Planned, AppError> {
    let stop = planned(plan, change.stop)?;
    check_parcels(stop, change)?;
    let card = change.card.clone().map(|text| Card::new(text, Some(stop.terms.card), random));
    let card = card.map(|card| new_card(&card, "command.amend_stop.card")).transpose()?;
    let terms = StopTerms {
        window: change.window.unwrap_or(stop.terms.window),
        service_seconds: change.service_seconds.unwrap_or(stop.terms.service_seconds),
        parcels: change.parcels.clone().unwrap_or_else(|| stop.terms.parcels.clone()),
        card: card.as_ref().map_or(stop.terms.card, |card| card.hash),
    };
    let amended = StopAmended { stop: stop.id, base: stop.amendment, terms };
    Ok(Planned { record: PlanRecord::StopAmended(amended), card })
}

/// The stop, if it is still in the plan.
pub fn planned(plan: &RoundState, stop: StopId) -> Result<&Stop, AppError> {
    let stop = plan.stops.get(&stop).ok_or(AppError::NotFound)?;
    if stop.withdrawal.is_some() { Err(AppError::StopWithdrawn) } else { Ok(stop) }
}

/// What the command could not check by itself, because it does not say what kind of stop this is.
fn check_parcels(stop: &Stop, change: &StopChange) -> Result<(), FieldError> {
    let none = change.parcels.as_ref().is_some_and(Vec::is_empty);
    match stop.kind {
        StopKind::Pickup | StopKind::DropOff if none => Err(FieldError::new(
            "command.amend_stop.parcels",
            "a pickup or drop-off names at least one parcel; withdraw the stop to take it out",
        )),
        StopKind::Pickup | StopKind::DropOff | StopKind::Hub | StopKind::Pause => Ok(()),
    }
}
