//! What a stop's status comes from when several facts speak of it: the strongest, then the later tap.
//!
//! Strength, not time: a courier who failed and came back to deliver has delivered, whichever record
//! arrives first and whatever her clock says. Who delivered by mistake takes the fact back.

use crate::domain::fact::Fact;
use crate::domain::ids::StopId;
use crate::domain::stop::{StandingFact, StopStatus};

/// The stop a fact speaks of and the status it gives; `None` for facts about the round.
#[must_use]
pub fn stop_and_status(fact: &Fact) -> Option<(StopId, StopStatus)> {
    match fact {
        Fact::Arrived(at) => Some((at.stop, StopStatus::Arrived)),
        Fact::Waiting(at) => Some((at.stop, StopStatus::Waiting)),
        Fact::Collected(custody) => Some((custody.at.stop, StopStatus::Collected)),
        Fact::Delivered(custody, _) => Some((custody.at.stop, StopStatus::Delivered)),
        Fact::Failed(at, _) => Some((at.stop, StopStatus::Failed)),
        Fact::Returned(custody) => Some((custody.at.stop, StopStatus::Returned)),
        Fact::Started { .. }
        | Fact::Sequence(_)
        | Fact::Amended { .. }
        | Fact::Paused(_)
        | Fact::SeenPlan(_)
        | Fact::Finished => None,
    }
}

/// How much a status weighs against another at the same stop.
const fn strength(status: StopStatus) -> u8 {
    match status {
        StopStatus::Planned | StopStatus::Withdrawn | StopStatus::Void => 0,
        StopStatus::Arrived => 1,
        StopStatus::Waiting => 2,
        StopStatus::Failed => 3,
        StopStatus::Collected => 4,
        StopStatus::Delivered => 5,
        StopStatus::Returned => 6,
    }
}

/// The fact that decides among those that stand at one stop.
#[must_use]
pub fn strongest(facts: &[StandingFact]) -> Option<&StandingFact> {
    facts.iter().max_by_key(|standing| {
        let weight = stop_and_status(&standing.fact).map_or(0, |(_, status)| strength(status));
        (weight, standing.stamp.n, standing.id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reasons::{FailReason, HandedTo};
    use crate::testing::one_of_each::{at, custody};
    use crate::testing::{fact_id, stamp};

    fn standing(id: u8, n: u64, fact: Fact) -> StandingFact {
        StandingFact { id: fact_id(id), stamp: stamp(n), received: None, fact }
    }

    /// From the weakest to the strongest.
    fn ladder() -> [Fact; 6] {
        [
            Fact::Arrived(at(1)),
            Fact::Waiting(at(1)),
            Fact::Failed(at(1), FailReason::Nobody),
            Fact::Collected(custody(1)),
            Fact::Delivered(custody(1), HandedTo::Recipient),
            Fact::Returned(custody(1)),
        ]
    }

    #[test]
    fn the_stronger_fact_decides_whichever_was_tapped_first_and_whatever_order_it_came_in() {
        for (strength, weaker) in ladder().into_iter().enumerate() {
            for stronger in ladder().into_iter().skip(strength + 1) {
                for (weaker_n, stronger_n) in [(1, 2), (2, 1)] {
                    let weak = standing(1, weaker_n, weaker.clone());
                    let strong = standing(2, stronger_n, stronger.clone());
                    for facts in [[weak.clone(), strong.clone()], [strong.clone(), weak.clone()]] {
                        assert_eq!(strongest(&facts), Some(&strong), "{weaker:?} {stronger:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn of_equals_the_later_tap_decides_and_then_the_greater_id() {
        let failed = |id, n, reason| standing(id, n, Fact::Failed(at(1), reason));
        let (early, late) = (failed(9, 1, FailReason::Nobody), failed(2, 7, FailReason::Closed));
        assert_eq!(strongest(&[early.clone(), late.clone()]), Some(&late));
        assert_eq!(strongest(&[late.clone(), early]), Some(&late));
        let twin = failed(3, 7, FailReason::Damaged);
        assert_eq!(strongest(&[late.clone(), twin.clone()]), Some(&twin));
        assert_eq!(strongest(&[twin.clone(), late]), Some(&twin));
        assert_eq!(strongest(&[]), None);
    }

    #[test]
    fn a_clock_two_days_wrong_decides_nothing() {
        let mut early = standing(1, 1, Fact::Arrived(at(1)));
        early.stamp.time.0 += 2 * 24 * 3_600_000;
        let late = standing(2, 2, Fact::Arrived(at(1)));
        assert_eq!(strongest(&[early, late.clone()]), Some(&late));
    }
}
