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
