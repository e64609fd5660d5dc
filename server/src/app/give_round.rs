//! The command `give_round`: every stop that remains goes to another courier, in a round made for it.
//!
//! A document belongs to its holder for ever, so giving a round away is moving what is left of it. What the
//! first courier does meanwhile stands in her own document.

use core_sync::domain::coordinator_command::FieldError;
use core_sync::domain::ids::{MemberId, RoundId, StopId};
use core_sync::domain::plan_record::{PlanRecord, Sequence};
use core_sync::domain::reasons::WithdrawReason;

use super::acting::Acting;
use super::error::AppError;
use super::make_round::make_round_of;
use super::placement::placement;
use super::planned::{Planned, part_of, write};
use crate::board::read_round::ReadRound;

/// Gives what remains of a round to `to`, as the round `round`, in the sequence it would have been ridden.
pub fn give_round(
    acting: &Acting<'_>,
    from: &ReadRound,
    to: MemberId,
    round: RoundId,
) -> Result<(), AppError> {
    let name = from.document.name;
    if to == name.holder {
        return Err(FieldError::new("command.give_round.to", "another courier than its holder").into());
    }
    if from.state.remaining.is_empty() {
        return Err(FieldError::new("command.give_round", "a round in which a stop remains").into());
    }
    let mut leaving = Vec::new();
    let mut coming = Vec::new();
    for stop in from.state.remaining.iter().filter_map(|stop| from.state.stops.get(stop)) {
        let reason = WithdrawReason::Given;
        leaving.push(Planned::bare(PlanRecord::StopWithdrawn { stop: stop.id, reason }));
        coming.push(placement(acting, name.round, stop, stop.terms.parcels.clone())?);
    }
    let stops = (0..coming.len()).map(|index| StopId(part_of(acting.request.act, index).0)).collect();
    coming.push(Planned::bare(PlanRecord::Sequence(Sequence { base: None, saw: None, stops })));
    make_round_of(acting, round, to)?;
    write(acting, name.round, leaving)?;
    write(acting, round, coming)
}
