//! What coordinators changed since the courier last said she saw the plan: a short list, not a second plan.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::ids::{RecordId, StopId};
use crate::domain::round_state::RoundState;
use crate::domain::stop::{Stop, StopStatus};

/// What the courier last said she saw. Kept on the phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenPlan {
    /// The plan records.
    pub records: BTreeSet<RecordId>,
    /// The remaining stops, in the sequence then shown.
    pub sequence: Vec<StopId>,
}

/// Counts and stops of what changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlanDiff {
    /// Stops that came.
    pub added: Vec<StopId>,
    /// Stops that left.
    pub withdrawn: Vec<StopId>,
    /// Stops with another window, service, card or other parcels.
    pub amended: Vec<StopId>,
    /// Stops that stand elsewhere in the sequence.
    pub moved: Vec<StopId>,
}

impl PlanDiff {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { added, withdrawn, amended, moved } = self;
        added.is_empty() && withdrawn.is_empty() && amended.is_empty() && moved.is_empty()
    }
}

impl SeenPlan {
    /// What a courier who looks now has seen.
    #[must_use]
    pub fn of(state: &RoundState) -> Self {
        Self { records: state.plan_records.clone(), sequence: state.remaining.clone() }
    }
}

/// Compares; nothing seen yet is a new round, not a change.
#[must_use]
pub fn plan_diff(state: &RoundState, seen: Option<&SeenPlan>) -> PlanDiff {
    let Some(seen) = seen else { return PlanDiff::default() };
    let known: BTreeSet<StopId> = seen.records.iter().map(RecordId::stop).collect();
    let gone = |stop: &Stop| stop.status == StopStatus::Withdrawn || stop.status == StopStatus::Void;
    let unseen = |record: Option<RecordId>| record.is_some_and(|record| !seen.records.contains(&record));
    let ids = |wanted: &dyn Fn(&Stop) -> bool| {
        let mut stops: Vec<&Stop> = state.stops.values().filter(|stop| wanted(stop)).collect();
        stops.sort_by_key(|stop| stop.number);
        stops.into_iter().map(|stop| stop.id).collect::<Vec<_>>()
    };
    PlanDiff {
        added: ids(&|stop| !known.contains(&stop.id) && !gone(stop)),
        withdrawn: ids(&|stop| known.contains(&stop.id) && unseen(stop.withdrawal.map(|(id, _)| id))),
        amended: ids(&|stop| known.contains(&stop.id) && !gone(stop) && unseen(stop.amendment)),
        moved: moved(&seen.sequence, &state.remaining),
    }
}

/// The fewest stops whose moving turns one sequence into the other: all but a longest common subsequence.
fn moved(before: &[StopId], now: &[StopId]) -> Vec<StopId> {
    let places: Vec<(usize, StopId)> = now
        .iter()
        .filter_map(|stop| before.iter().position(|other| other == stop).map(|place| (place, *stop)))
        .collect();
    // Longest ascending run of old places, quadratic: a round has 100 stops at most.
    let mut best: Vec<(usize, Option<usize>)> = Vec::new();
    for (index, (place, _)) in places.iter().enumerate() {
        let longest = places
            .iter()
            .zip(&best)
            .take(index)
            .enumerate()
            .filter(|(_, ((earlier, _), _))| earlier < place)
            .map(|(at, (_, (length, _)))| (*length, at))
            .max_by_key(|(length, at)| (*length, std::cmp::Reverse(*at)));
        best.push(longest.map_or((1, None), |(length, at)| (length + 1, Some(at))));
    }
    let last = best.iter().enumerate().max_by_key(|(at, (length, _))| (*length, std::cmp::Reverse(*at)));
    let mut at = last.map(|(at, _)| at);
    let mut kept = BTreeSet::new();
    while let Some(index) = at {
        kept.insert(index);
        at = best.get(index).and_then(|(_, before)| *before);
    }
    places.iter().enumerate().filter(|(at, _)| !kept.contains(at)).map(|(_, (_, stop))| *stop).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stops(numbers: &[u8]) -> Vec<StopId> {
        numbers.iter().map(|n| StopId([*n; 16])).collect()
    }

    #[test]
    fn one_stop_moved_to_the_front_is_one_move() {
        assert_eq!(moved(&stops(&[1, 2, 3, 4]), &stops(&[4, 1, 2, 3])), stops(&[4]));
        assert_eq!(moved(&stops(&[1, 2, 3]), &stops(&[1, 2, 3])), stops(&[]));
        assert_eq!(moved(&stops(&[1, 2, 3]), &stops(&[3, 9])), stops(&[]));
    }
}
