//! A stop withdrawn while the courier served it: what was done stands, the withdrawal came too late.
//!
//! Whether the courier knew is a field of the fact (`seen`), never a comparison of clocks.

use std::collections::BTreeSet;

use super::settlement::{ItemDraft, Settled, Settlements};
use super::strongest_fact::stop_and_status;
use crate::domain::fact::Fact;
use crate::domain::ids::{RecordId, StopId};
use crate::domain::item::{Choice, Item, ItemKind, Settlement};
use crate::domain::reasons::{Answer, WithdrawReason};
use crate::domain::remark::Remark;
use crate::domain::round_reading::RoundReading;
use crate::domain::stop::{StandingFact, Stop, StopStatus};

/// The status of a withdrawn stop and the remark it earns until somebody settled it.
#[must_use]
pub fn status_of_withdrawn(
    (withdrawal, reason): (RecordId, WithdrawReason),
    decided_by: Option<&StandingFact>,
    settlements: &Settlements,
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
        Some((status, standing)) => match settlement(withdrawal, standing.id, settlements) {
            Some(settled) if settled.choice.holds == Some(withdrawal) => (StopStatus::Withdrawn, None),
            Some(_) => (status, None),
            None if is_settled_as_moved(reason, [withdrawal, standing.id], settlements) => (status, None),
            None => (status, Some(Remark::WithdrawnTooLate)),
        },
    }
}

/// What a person can answer: the deed holds, or the withdrawal does.
#[must_use]
pub fn choices(withdrawal: RecordId, fact: RecordId) -> [Choice; 2] {
    [fact, withdrawal].map(|record| Choice { answer: Answer::Holds, holds: Some(record) })
}

fn settlement(withdrawal: RecordId, fact: RecordId, settlements: &Settlements) -> Option<Settlement> {
    settlements.of(&[withdrawal, fact].into(), &choices(withdrawal, fact))
}

/// A stop that went to another round is settled between the two rounds, not here.
fn is_settled_as_moved(reason: WithdrawReason, named: [RecordId; 2], settlements: &Settlements) -> bool {
    let names = |settled: &Settled| named.iter().any(|record| settled.records.contains(record));
    went_elsewhere(reason) && settlements.iter().any(|settled| is_between_rounds(settled) && names(settled))
}

/// Whether the stop lives on in another round.
#[must_use]
pub fn went_elsewhere(reason: WithdrawReason) -> bool {
    match reason {
        WithdrawReason::Moved | WithdrawReason::Given => true,
        WithdrawReason::Cancelled | WithdrawReason::Mistake | WithdrawReason::Postponed => false,
    }
}

fn is_between_rounds(settled: &Settled) -> bool {
    match settled.settlement.choice.answer {
        Answer::Meet | Answer::DeliverPart | Answer::ReturnToShop => true,
        Answer::Noted | Answer::Holds => false,
    }
}

/// The items of a round: one for each stop that was withdrawn too late. What lives on elsewhere is settled there.
pub(crate) fn items(
    reading: &RoundReading<'_>,
    moved_on: &BTreeSet<StopId>,
    settlements: &Settlements,
) -> Vec<Item> {
    let late = |stop: &Stop| -> Option<Item> {
        let (withdrawal, reason) = stop.withdrawal?;
        let standing = stop.decided_by.as_ref()?;
        let done = match &standing.fact {
            Fact::Collected(custody) | Fact::Delivered(custody, _) | Fact::Returned(custody) => custody,
            Fact::Started { .. }
            | Fact::Arrived(_)
            | Fact::Waiting(_)
            | Fact::Failed(..)
            | Fact::Sequence(_)
            | Fact::Amended { .. }
            | Fact::Paused(_)
            | Fact::SeenPlan(_)
            | Fact::Finished => return None,
        };
        // A drop-off of which only some parcels went elsewhere may be withdrawn for the others: that is settled here.
        let settled_there = went_elsewhere(reason) && moved_on.contains(&stop.id);
        if done.at.seen.contains(&withdrawal) || settled_there {
            return None;
        }
        let draft = ItemDraft {
            kind: ItemKind::WithdrawnTooLate,
            round: reading.round,
            rounds: BTreeSet::new(),
            stop: Some(stop.id),
            parcels: done.parcels.iter().copied().collect(),
            evidence: [withdrawal, standing.id].map(|record| (record, reading.round)).into(),
            choices: choices(withdrawal, standing.id).to_vec(),
        };
        Some(draft.item(settlements))
    };
    reading.state.stops.values().filter_map(late).collect()
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
        let withdrawn = (withdrawal, WithdrawReason::Cancelled);
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
                let said = status_of_withdrawn(withdrawn, Some(&standing), &Settlements::default());
                assert_eq!(said, expected, "{status:?}");
            }
        }
        let said = status_of_withdrawn(withdrawn, None, &Settlements::default());
        assert_eq!(said, (StopStatus::Withdrawn, None));
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
