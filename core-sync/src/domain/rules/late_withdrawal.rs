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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::{AtStop, Custody};
    use crate::domain::reasons::{FailReason, HandedTo};
    use crate::testing::{fact_id, parcel, plan_id, stamp, stop_id};

    /// A fact of each kind at stop 1 by somebody whose card showed these records.
    fn facts(seen: &[RecordId]) -> [(StopStatus, Fact); 6] {
        let at = || AtStop { stop: stop_id(1), seen: seen.to_vec() };
        let custody = || Custody { at: at(), parcels: vec![parcel(1)], follows: Vec::new() };
        [
            (StopStatus::Arrived, Fact::Arrived(at())),
            (StopStatus::Waiting, Fact::Waiting(at())),
            (StopStatus::Failed, Fact::Failed(at(), FailReason::Nobody)),
            (StopStatus::Collected, Fact::Collected(custody())),
            (StopStatus::Delivered, Fact::Delivered(custody(), HandedTo::Neighbour)),
            (StopStatus::Returned, Fact::Returned(custody())),
        ]
    }

    #[test]
    fn what_moved_parcels_stands_and_everything_else_gives_way_to_the_withdrawal() {
        let withdrawal = plan_id(50);
        let unseen = [plan_id(51)];
        for (seen, remark) in [
            (&[][..], Remark::WithdrawnTooLate),
            (&unseen, Remark::WithdrawnTooLate),
            (&[plan_id(51), withdrawal], Remark::DoneThoughWithdrawn),
        ] {
            for (status, fact) in facts(seen) {
                let standing = StandingFact { id: fact_id(1), stamp: stamp(1), received: None, fact };
                let expected = match status {
                    StopStatus::Collected | StopStatus::Delivered | StopStatus::Returned => {
                        (status, Some(remark))
                    }
                    StopStatus::Planned
                    | StopStatus::Arrived
                    | StopStatus::Waiting
                    | StopStatus::Failed
                    | StopStatus::Withdrawn
                    | StopStatus::Void => (StopStatus::Withdrawn, None),
                };
                assert_eq!(status_of_withdrawn(withdrawal, Some(&standing)), expected, "{status:?}");
            }
        }
        assert_eq!(status_of_withdrawn(withdrawal, None), (StopStatus::Withdrawn, None));
    }

    #[test]
    fn only_facts_at_a_stop_have_seen_a_card() {
        let seen_one = [plan_id(51)];
        assert!(facts(&seen_one).iter().all(|(_, fact)| seen(fact) == seen_one));
        for fact in [Fact::Started { stops: Vec::new() }, Fact::Paused(true), Fact::Finished] {
            assert!(seen(&fact).is_empty());
        }
    }
}
