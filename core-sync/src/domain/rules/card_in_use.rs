//! Whether somebody still needs a card: the stop that shows it is open, or one of its parcels is in the
//! courier's hands. Such a card is not erased: who is on the way must find the door, or bring the parcel back.

use std::collections::BTreeSet;

use super::parcels_in_hand::in_hand;
use crate::domain::fact::{Custody, Fact};
use crate::domain::ids::CardHash;
use crate::domain::records::Records;
use crate::domain::round_state::RoundState;
use crate::domain::sorted::Sorted;
use crate::domain::stop::Stop;

/// Whether one of these cards is shown by a stop of the round that is still to be served, or whose parcels the
/// courier holds.
#[must_use]
pub fn card_in_use(records: &Records, cards: &BTreeSet<CardHash>) -> bool {
    let sorted = Sorted::of(records);
    let (round, in_hand) = (RoundState::of_sorted(&sorted), in_hand(&sorted.standing()));
    round.stops.values().filter(|stop| cards.contains(&stop.terms.card)).any(|stop| {
        let told = told(stop).into_iter().flat_map(|custody| &custody.parcels);
        let mut parcels = stop.terms.parcels.iter().chain(told);
        stop.status.remains() || parcels.any(|parcel| in_hand.contains_key(parcel))
    })
}

/// What the courier said of parcels at a stop.
fn told(stop: &Stop) -> Option<&Custody> {
    match &stop.decided_by.as_ref()?.fact {
        Fact::Collected(custody) | Fact::Delivered(custody, _) | Fact::Returned(custody) => Some(custody),
        Fact::Started { .. }
        | Fact::Arrived(_)
        | Fact::Waiting(_)
        | Fact::Failed(..)
        | Fact::Sequence(_)
        | Fact::Amended { .. }
        | Fact::Paused(_)
        | Fact::SeenPlan(_)
        | Fact::Finished => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ParcelId, StopId};
    use crate::domain::plan_record::PlanRecord;
    use crate::domain::reasons::{FailReason, HandedTo, StopKind, WithdrawReason};
    use crate::domain::record::ActBody;
    use crate::testing::{act, added, fact_id, plan_id, stop_id};

    fn at(stop: StopId) -> crate::domain::fact::AtStop {
        crate::domain::fact::AtStop { stop, seen: Vec::new() }
    }

    fn custody(stop: StopId) -> Custody {
        Custody { at: at(stop), parcels: vec![ParcelId([5; 16])], follows: Vec::new() }
    }

    /// A pickup and its drop-off, with their cards, after these facts.
    fn in_use_after(facts: &[Fact], withdrawn: bool) -> [bool; 2] {
        let mut records = Records::new();
        let mut stops = [added(StopKind::Pickup, &[5]), added(StopKind::DropOff, &[5])];
        for (n, stop) in (1..).zip(&mut stops) {
            stop.terms.card = CardHash([n; 32]);
            let record = PlanRecord::StopAdded(stop.clone());
            records.insert(plan_id(n), &act(ActBody::Plan(record), u64::from(n)), None);
        }
        for (n, fact) in (10..).zip(facts) {
            records.insert(fact_id(n), &act(ActBody::Fact(fact.clone()), u64::from(n)), None);
        }
        if withdrawn {
            for n in [1, 2] {
                let reason = WithdrawReason::Cancelled;
                let record = PlanRecord::StopWithdrawn { stop: stop_id(n), reason };
                records.insert(plan_id(n + 4), &act(ActBody::Plan(record), 90), None);
            }
        }
        [1, 2].map(|n| card_in_use(&records, &[CardHash([n; 32])].into()))
    }

    #[test]
    fn an_open_stop_needs_its_card() {
        assert_eq!(in_use_after(&[], false), [true, true]);
        assert_eq!(in_use_after(&[Fact::Arrived(at(stop_id(1)))], false), [true, true]);
        assert_eq!(in_use_after(&[], true), [false, false]);
    }

    #[test]
    fn a_parcel_in_the_couriers_hands_needs_the_cards_it_came_from_and_goes_to() {
        let collected = Fact::Collected(custody(stop_id(1)));
        let failed = Fact::Failed(at(stop_id(2)), FailReason::ALL[0]);
        assert_eq!(in_use_after(&[collected.clone(), failed], false), [true, true]);
        assert_eq!(in_use_after(std::slice::from_ref(&collected), true), [true, true]);
        let delivered = Fact::Delivered(custody(stop_id(2)), HandedTo::Recipient);
        assert_eq!(in_use_after(&[collected.clone(), delivered], false), [false, false]);
        let returned = Fact::Returned(custody(stop_id(2)));
        assert_eq!(in_use_after(&[collected, returned], false), [false, false]);
    }

    #[test]
    fn a_card_that_no_stop_shows_is_not_in_use() {
        assert!(!card_in_use(&Records::new(), &[CardHash([1; 32])].into()));
    }
}
