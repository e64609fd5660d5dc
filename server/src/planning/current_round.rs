//! Which of a courier's rounds is the one that goes on.

use core_sync::domain::time::{Milliseconds, Timestamp};
use core_sync::wire::plan::PlanCourier;

use super::round_now::is_of_before;
use crate::app::authenticate::Caller;
use crate::app::error::AppError;
use crate::board::read_round::ReadRound;
use crate::board::snapshot::{Drawing, ROUND_SHOWN_FOR};
use crate::db::document;

/// Rounds of one courier that are looked through for the one that goes on.
const ROUNDS_MAX: usize = 8;

/// The round of a courier that goes on.
#[derive(Default)]
pub(super) struct Current {
    /// The one with stops left that she has begun, else the newest with stops left, else the newest.
    pub(super) read: Option<ReadRound>,
    /// Whether she has another one with stops left.
    pub(super) has_other: bool,
}

/// The round of a courier who rides, or who is out, at a moment.
pub(super) fn of_courier(
    drawing: &Drawing<'_, '_>,
    caller: Caller,
    courier: &PlanCourier,
    is_out: bool,
    now: Timestamp,
) -> Result<Current, AppError> {
    let since = now.plus(Milliseconds(-ROUND_SHOWN_FOR.0));
    let documents =
        document::of_holder_since(drawing.snapshot, caller.co_op, courier.courier, since, ROUNDS_MAX)?;
    let rank = |read: &ReadRound| match (!read.state.remaining.is_empty(), read.state.is_begun()) {
        (true, true) => 2,
        (true, false) => 1,
        (false, _) => 0,
    };
    let mut current = Current::default();
    let mut with_stops = 0;
    for row in documents {
        let read = drawing.folded.read(drawing.snapshot, &row)?;
        let has_ended = read.state.finished || is_of_before(&read, courier);
        // Who is out may have ended hers with stops left, which is what the others are to have.
        let passes_on = is_out && !read.state.remaining.is_empty();
        if read.state.archived || (has_ended && !passes_on) {
            continue;
        }
        with_stops += usize::from(!read.state.remaining.is_empty());
        if current.read.as_ref().is_none_or(|before| rank(before) < rank(&read)) {
            current.read = Some(read);
        }
    }
    Ok(Current { has_other: with_stops > 1, ..current })
}
