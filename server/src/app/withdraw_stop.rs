//! The command `withdraw_stop`: a stop leaves the plan, once and for ever. What the courier did there stands.

use core_sync::domain::ids::StopId;
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::reasons::WithdrawReason;
use core_sync::domain::round_state::RoundState;

use super::amend_stop::planned;
use super::error::AppError;
use super::planned::Planned;

/// Plans the record.
pub fn withdraw_stop(plan: &RoundState, stop: StopId, reason: WithdrawReason) -> Result<Planned, AppError> {
    let stop = planned(plan, stop)?.id;
    Ok(Planned::bare(PlanRecord::StopWithdrawn { stop, reason }))
}
