//! What became of a coordinator's sequence once the courier has started.
//!
//! A plan sequence whose `saw` is the courier's latest is a request; a courier sequence whose `saw` is
//! that request answers it: the same list took it. Any other plan sequence falls, and the board says so.

use crate::domain::ids::{RecordId, StopId};
use crate::domain::plan_record::Sequence;
use crate::domain::remark::Remark;

/// The courier's latest sequence: a `started` or a sequence fact.
#[derive(Debug, Clone, Copy)]
pub struct CourierSequence<'a> {
    /// Its record.
    pub id: RecordId,
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
        return Some(if same { Remark::SequenceTaken } else { Remark::SequenceKept });
    }
    if shown == wanted {
        return None;
    }
    Some(if sequence.saw == Some(courier.id) { Remark::SequenceAsked } else { Remark::SequenceFallen })
}
