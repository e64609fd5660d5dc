//! The command `sequence`: the sequence that the coordinator wants for the stops that remain.
//!
//! It names the sequence of the plan that it replaces and the courier's that the coordinator saw, so that the
//! rules can tell a request from one that came too late.

use std::collections::BTreeSet;

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{RecordId, StopId};
use core_sync::domain::plan_record::{PlanRecord, Sequence};
use core_sync::domain::round_state::RoundState;

use super::error::AppError;
use super::planned::Planned;

/// Plans the record. A stop that was done since the coordinator looked is no reason to refuse the list.
pub fn sequence(plan: &RoundState, stops: &[StopId], saw: Option<RecordId>) -> Result<Planned, AppError> {
    let named: BTreeSet<&StopId> = stops.iter().collect();
    let once = named.len() == stops.len() && stops.iter().all(|stop| plan.stops.contains_key(stop));
    if !once || !plan.remaining.iter().all(|stop| named.contains(stop)) {
        let remaining = plan.remaining.len();
        let expected = format!("each of the {remaining} remaining stops of the round, no stop twice");
        return Err(FieldError::new("command.sequence.stops", expected).into());
    }
    let sequence = Sequence { base: plan.plan_sequence, saw, stops: stops.to_vec() };
    Ok(Planned::bare(PlanRecord::Sequence(sequence)))
}
