//! What a record shares with other rounds: the parcels it names, and the stop that a placement continues.

use core_sync::domain::fact::Fact;
use core_sync::domain::ids::{ParcelId, RoundId};
use core_sync::domain::plan_record::PlanRecord;
use core_sync::domain::record::{ActBody, Record};

/// What a record says its round shares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    /// Parcels, in the plan or in hand.
    pub parcels: Vec<ParcelId>,
    /// The stop that it continues: the round it stood in, and its id.
    pub from: Option<(RoundId, [u8; 16])>,
}

/// What a record says of it. A shop's word is not the round's: it came because the round carries a parcel.
#[must_use]
pub fn shared(record: &Record) -> Shared {
    let Record::Act { body, .. } = record else { return Shared::default() };
    let (parcels, from) = match body {
        ActBody::Plan(PlanRecord::StopAdded(added)) => (added.terms.parcels.clone(), added.from),
        ActBody::Plan(PlanRecord::StopAmended(amended)) => (amended.terms.parcels.clone(), None),
        ActBody::Plan(
            PlanRecord::StopWithdrawn { .. }
            | PlanRecord::Sequence(_)
            | PlanRecord::Note { .. }
            | PlanRecord::Settled { .. }
            | PlanRecord::Archived,
        )
        | ActBody::ShopFact(_) => (Vec::new(), None),
        ActBody::Fact(Fact::Collected(custody) | Fact::Delivered(custody, _) | Fact::Returned(custody)) => {
            (custody.parcels.clone(), None)
        }
        ActBody::Fact(
            Fact::Started { .. }
            | Fact::Arrived(_)
            | Fact::Waiting(_)
            | Fact::Failed(..)
            | Fact::Sequence(_)
            | Fact::Amended { .. }
            | Fact::Paused(_)
            | Fact::SeenPlan(_)
            | Fact::Finished,
        ) => (Vec::new(), None),
    };
    Shared { parcels, from: from.map(|(round, stop)| (round, stop.0)) }
}
