//! What became of a coordinator's sequence once the courier has started.
//!
//! A plan sequence whose `saw` is the courier's latest is a request; a courier sequence that stands on what it saw,
//! and whose own `saw` is that request, answers it: the same list took it. Any other plan sequence falls, and the
//! board says so.

use std::collections::BTreeSet;

use crate::domain::ids::{RecordId, StopId};
use crate::domain::plan_record::Sequence;
use crate::domain::remark::Remark;

/// The courier's latest sequence: a `started` or a sequence fact.
#[derive(Debug, Clone, Copy)]
pub struct CourierSequence<'a> {
    /// Its record.
    pub id: RecordId,
    /// The courier's sequences that it stands on.
    pub stands_on: &'a BTreeSet<RecordId>,
    /// The plan sequence it saw.
    pub saw: Option<RecordId>,
    /// Its stops.
    pub stops: &'a [StopId],
}

/// The remark on a started round whose plan has a sequence. `shown` are the remaining stops as ridden,
/// `wanted` the same stops as the plan wants them.
#[must_use]
pub fn request(
    plan: (RecordId, &Sequence),
    courier: CourierSequence<'_>,
    shown: &[StopId],
    wanted: &[StopId],
) -> Option<Remark> {
    let (plan_id, sequence) = plan;
    if courier.saw == Some(plan_id) {
        let same = courier
            .stops
            .iter()
            .filter(|stop| sequence.stops.contains(stop))
            .eq(sequence.stops.iter().filter(|stop| courier.stops.contains(stop)));
        // Who rode on having seen a list that was never asked for has kept nothing from anybody.
        let asked = sequence.saw.is_some_and(|saw| courier.stands_on.contains(&saw));
        match (same, asked) {
            (true, _) => return Some(Remark::SequenceTaken),
            (false, true) => return Some(Remark::SequenceKept),
            (false, false) => {}
        }
    }
    if shown == wanted {
        return None;
    }
    Some(if sequence.saw == Some(courier.id) { Remark::SequenceAsked } else { Remark::SequenceFallen })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{fact_id, plan_id, stop_id};

    const HERS: u8 = 1;

    fn stops(numbers: &[u8]) -> Vec<StopId> {
        numbers.iter().map(|n| stop_id(*n)).collect()
    }

    #[test]
    fn every_row_of_the_table_has_its_remark() {
        let (saw_hers, saw_before, saw_another) = (Some(fact_id(HERS)), Some(fact_id(5)), Some(fact_id(9)));
        let stands_on = [fact_id(5)].into();
        let (saw_plan, saw_older) = (Some(plan_id(40)), Some(plan_id(39)));
        for (plan_saw, plan_stops, courier_saw, courier_stops, remark) in [
            // A request that nobody answered.
            (saw_hers, &[2, 1][..], None, &[1, 2][..], Some(Remark::SequenceAsked)),
            (saw_hers, &[2, 1], saw_older, &[1, 2], Some(Remark::SequenceAsked)),
            // It asks for what is ridden already.
            (saw_hers, &[1, 2], None, &[1, 2], None),
            // Answered by the same list: taken. Stops that only one of both names do not matter.
            (None, &[2, 1], saw_plan, &[2, 1], Some(Remark::SequenceTaken)),
            (saw_another, &[2, 8, 1], saw_plan, &[2, 1, 7], Some(Remark::SequenceTaken)),
            // Answered by another.
            (saw_before, &[2, 1], saw_plan, &[1, 2], Some(Remark::SequenceKept)),
            // It was seen, but it never asked.
            (None, &[2, 1], saw_plan, &[1, 2], Some(Remark::SequenceFallen)),
            (saw_another, &[2, 1], saw_plan, &[1, 2], Some(Remark::SequenceFallen)),
            (saw_another, &[1, 2, 9], saw_plan, &[1, 2], Some(Remark::SequenceTaken)),
            // Made without knowing what she rides: fallen.
            (None, &[2, 1], None, &[1, 2], Some(Remark::SequenceFallen)),
            (saw_another, &[2, 1], saw_older, &[1, 2], Some(Remark::SequenceFallen)),
        ] {
            let plan = Sequence { base: None, saw: plan_saw, stops: stops(plan_stops) };
            let hers = stops(courier_stops);
            let courier =
                CourierSequence { id: fact_id(HERS), stands_on: &stands_on, saw: courier_saw, stops: &hers };
            let said = request((plan_id(40), &plan), courier, &hers, &plan.stops);
            assert_eq!(said, remark, "{plan_saw:?} {plan_stops:?} {courier_saw:?} {courier_stops:?}");
        }
    }
}
