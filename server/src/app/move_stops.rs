//! The command `move_stops`: stops that remain go to another round, in one act over both documents.
//!
//! A drop-off exists in each round for the parcels that the round holds: if its pickup moves and it does not, it
//! is split. What moves is decided per parcel, before anybody has collected; what crosses is for the rules.

use std::collections::BTreeSet;

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{ParcelId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::plan_record::{PlanRecord, StopAmended, StopTerms};
use core_sync::domain::reasons::{StopKind, WithdrawReason};
use core_sync::domain::round_state::RoundState;
use core_sync::domain::stop::Stop;

use super::acting::Acting;
use super::amend_stop::planned;
use super::error::AppError;
use super::placement::placement;
use super::planned::{Planned, write};
use crate::board::read_round::ReadRound;

/// Moves the stops; both plans are those that the coordinator saw.
pub fn move_stops(
    acting: &Acting<'_>,
    from: &ReadRound,
    to: &ReadRound,
    stops: &[StopId],
) -> Result<(), AppError> {
    let (from_round, to_round) = (from.document.name.round, to.document.name.round);
    if from_round == to_round {
        return Err(FieldError::new("command.move_stops.to", "another round than the one they are in").into());
    }
    let moved = moved(&from.state, stops)?;
    let mut leaving = Vec::new();
    let mut coming = Vec::new();
    for stop in &moved {
        leaving.push(withdrawn(stop));
        coming.push(placement(acting, from_round, stop, stop.terms.parcels.clone())?);
    }
    for (drop_off, taken) in split_drop_offs(&from.state, &moved) {
        leaving.push(without(drop_off, &taken));
        coming.push(placement(acting, from_round, drop_off, taken)?);
    }
    if to.state.stops.len() + coming.len() > STOPS_PER_ROUND_MAX {
        return Err(AppError::RoundFull);
    }
    write(acting, from_round, leaving)?;
    write(acting, to_round, coming)
}

/// The stops named, in the sequence they would have been ridden.
fn moved<'s>(state: &'s RoundState, stops: &[StopId]) -> Result<Vec<&'s Stop>, AppError> {
    for stop in stops {
        to_be_done(state, *stop)?;
    }
    let named: BTreeSet<&StopId> = stops.iter().collect();
    Ok(state
        .remaining
        .iter()
        .filter(|stop| named.contains(stop))
        .filter_map(|stop| state.stops.get(stop))
        .collect())
}

/// The stop, if it is in the plan and nothing final happened there.
fn to_be_done(state: &RoundState, stop: StopId) -> Result<&Stop, AppError> {
    let stop = planned(state, stop)?;
    if stop.status.remains() { Ok(stop) } else { Err(AppError::StopDone) }
}

/// The drop-offs that stay behind while parcels of theirs go, with those parcels.
fn split_drop_offs<'s>(state: &'s RoundState, moved: &[&Stop]) -> Vec<(&'s Stop, Vec<ParcelId>)> {
    let pickups = moved.iter().filter(|stop| stop.kind == StopKind::Pickup);
    let going: BTreeSet<ParcelId> = pickups.flat_map(|stop| stop.terms.parcels.iter().copied()).collect();
    let staying = state.remaining.iter().filter_map(|stop| state.stops.get(stop));
    staying
        .filter(|stop| stop.kind == StopKind::DropOff && moved.iter().all(|moved| moved.id != stop.id))
        .filter_map(|stop| {
            let parcels = stop.terms.parcels.iter().copied();
            let taken: Vec<ParcelId> = parcels.filter(|parcel| going.contains(parcel)).collect();
            (!taken.is_empty()).then_some((stop, taken))
        })
        .collect()
}

fn withdrawn(stop: &Stop) -> Planned {
    Planned::bare(PlanRecord::StopWithdrawn { stop: stop.id, reason: WithdrawReason::Moved })
}

/// What is left of a drop-off when these parcels are gone.
fn without(stop: &Stop, taken: &[ParcelId]) -> Planned {
    let rest: Vec<ParcelId> =
        stop.terms.parcels.iter().copied().filter(|parcel| !taken.contains(parcel)).collect();
    if rest.is_empty() {
        return withdrawn(stop);
    }
    let terms = StopTerms { parcels: rest, ..stop.terms.clone() };
    Planned::bare(PlanRecord::StopAmended(StopAmended { stop: stop.id, base: stop.amendment, terms }))
}
