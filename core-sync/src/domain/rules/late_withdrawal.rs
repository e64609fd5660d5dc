//! A stop withdrawn while the courier served it: what was done stands, the withdrawal came too late.
//!
//! Whether the courier knew is a field of the fact (`seen`), never a comparison of clocks.

use crate::domain::fact::Fact;
use crate::domain::ids::RecordId;
use crate::domain::remark::Remark;
use crate::domain::stop::{StandingFact, StopStatus};

use super::strongest_fact::stop_and_status;

/// The status of a withdrawn stop and the remark it earns.
#[must_use]
pub fn status_of_withdrawn(
    withdrawal: RecordId,
    decided_by: Option<&StandingFact>,
) -> (StopStatus, Option<Remark>) {
    let done = decided_by.and_then(|standing| {
        let (_, status) = stop_and_status(&standing.fact)?;
        (!status.remains()).then_some((status, standing))
    });
    match done {
        None => (StopStatus::Withdrawn, None),
        // It failed and it is withdrawn: nobody has anything to settle.
        Some((StopStatus::Failed, _)) => (StopStatus::Withdrawn, None),
        Some((status, standing)) if seen(&standing.fact).contains(&withdrawal) => {
            (status, Some(Remark::DoneThoughWithdrawn))
        }
        Some((status, _)) => (status, Some(Remark::WithdrawnTooLate)),
    }
}

/// The records that stood on the card when the fact was tapped.
#[must_use]
pub fn seen(fact: &Fact) -> &[RecordId] {
    match fact {
        Fact::Arrived(at) | Fact::Waiting(at) | Fact::Failed(at, _) => &at.seen,
        Fact::Collected(custody) | Fact::Delivered(custody, _) | Fact::Returned(custody) => &custody.at.seen,
        Fact::Started { .. }
        | Fact::Sequence(_)
        | Fact::Amended { .. }
        | Fact::Paused(_)
        | Fact::SeenPlan(_)
        | Fact::Finished => &[],
    }
}
