//! The command `sequence`: the sequence that the coordinator wants for the stops that remain.
//!
//! It names the sequence of the plan that it replaces and the courier's that the coordinator saw, so that the
//! rules can tell a request from one that came too late.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::StopId;
use core_sync::domain::plan_record::{PlanRecord, Sequence};
use core_sync::domain::round_state::RoundState;

use super::error::AppError;
use super::planned::Planned;

/// Plans the record.
pub fn sequence(plan: &RoundState, stops: &[StopId]) -> Result<Planned, AppError> {
    let (mut wanted, mut remaining) = (stops.to_vec(), plan.remaining.clone());
    wanted.sort_unstable();
    remaining.sort_unstable();
    if wanted != remaining {
        let expected = format!("each of the {} remaining stops of the round, once", remaining.len());
        return Err(FieldError::new("command.sequence.stops", expected).into());
    }
    let sequence = Sequence { base: plan.plan_sequence, saw: plan.courier_sequence, stops: stops.to_vec() };
    Ok(Planned::bare(PlanRecord::Sequence(sequence)))
}
