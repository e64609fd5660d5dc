//! One stop of a round, read from its records: its terms now, its status, and what to know about it.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::Fact;
use super::ids::{CardHash, MemberId, ParcelId, RecordId, StopId};
use super::plan_record::{StopAmended, StopTerms};
use super::reasons::StopKind;
use super::remark::Remark;
use super::rules::parcels_in_hand::InHand;
use super::rules::{late_withdrawal, latest_reaction, moved_stop, register, strongest_fact};
use super::sorted::Sorted;
use super::stop::{StandingFact, Stop, StopStatus};
use super::time::Milliseconds;

/// A device clock this much ahead of the server's is worth a remark; less is everyday drift.
const CLOCK_AHEAD: Milliseconds = Milliseconds::minutes(5);

/// What a stop is read from beside the facts at it.
pub(super) struct AtRound<'a> {
    pub(super) sorted: &'a Sorted<'a>,
    /// The parcels in the courier's hands.
    pub(super) in_hand: &'a InHand,
    /// The parcels of the drop-offs that nobody withdrew.
    pub(super) in_plan: &'a BTreeSet<ParcelId>,
    /// Who holds a parcel by the server's word.
    pub(super) ruled: &'a BTreeMap<ParcelId, Option<MemberId>>,
}

/// Reads a stop from the facts that stand at it; `None` if it was never added.
pub(super) fn stop(id: StopId, number: usize, round: &AtRound<'_>, facts: &[StandingFact]) -> Option<Stop> {
    let sorted = round.sorted;
    let added = sorted.added.get(&id)?.added;
    let amendments = sorted.amended.get(&id);
    let (amendment, terms) = terms_now(id, sorted)?;
    let decided_by = strongest_fact::strongest(facts).cloned();
    let terms = terms.clone();
    let mut stop = Stop {
        id,
        number,
        kind: added.kind,
        terms,
        order: added.order,
        amendment,
        card_amendment: card_amendment(amendment, amendments, added.terms.card),
        amendments: amendments.into_iter().flatten().map(|(id, _)| *id).collect(),
        withdrawal: sorted.withdrawn.get(&id).copied(),
        void_parcels: BTreeSet::new(),
        status: StopStatus::Planned,
        decided_by,
        remarks: BTreeSet::new(),
    };
    set_status(&mut stop, round);
    set_remarks(&mut stop, round);
    Some(stop)
}

/// A stop's terms now, and the amendment that says so, if one does.
fn terms_now<'a>(id: StopId, sorted: &Sorted<'a>) -> Option<(Option<RecordId>, &'a StopTerms)> {
    let added = sorted.added.get(&id)?.added;
    let amendments = sorted.amended.get(&id);
    let bases = amendments.into_iter().flatten().map(|(id, amended)| (*id, amended.base)).collect();
    let amendment = register::latest(&bases);
    let amended = amendment.and_then(|id| amendments.and_then(|amendments| amendments.get(&id)));
    Some((amendment, amended.map_or(&added.terms, |amended| &amended.terms)))
}

/// The parcels of the drop-offs that nobody withdrew, done or not.
pub(super) fn in_plan(sorted: &Sorted<'_>) -> BTreeSet<ParcelId> {
    let drop_offs = sorted.added.iter().filter(|(stop, addition)| {
        addition.added.kind == StopKind::DropOff && !sorted.withdrawn.contains_key(stop)
    });
    let terms = drop_offs.filter_map(|(stop, _)| terms_now(*stop, sorted));
    terms.flat_map(|(_, terms)| terms.parcels.iter().copied()).collect()
}

/// The earliest of the amendments that the latest stands on since which the card is the same.
fn card_amendment(
    latest: Option<RecordId>,
    amendments: Option<&BTreeMap<RecordId, &StopAmended>>,
    first: CardHash,
) -> Option<RecordId> {
    let amended = |id: RecordId| amendments.and_then(|amendments| amendments.get(&id));
    let mut brought = latest?;
    let card = amended(brought)?.terms.card;
    let mut walked = BTreeSet::new();
    while walked.insert(brought) {
        let base = amended(brought).and_then(|amended| amended.base);
        match base.filter(|base| amended(*base).is_some_and(|amended| amended.terms.card == card)) {
            Some(base) => brought = base,
            None if base.and_then(amended).is_none() && card == first => return None,
            None => return Some(brought),
        }
    }
    Some(brought)
}

fn set_status(stop: &mut Stop, round: &AtRound<'_>) {
    let by_fact = stop.decided_by.as_ref().and_then(|fact| strongest_fact::stop_and_status(&fact.fact));
    let by_fact = by_fact.map_or(StopStatus::Planned, |(_, status)| status);
    if let Some(withdrawal) = stop.withdrawal {
        let settlements = &round.sorted.settlements;
        let (status, late) =
            late_withdrawal::status_of_withdrawn(withdrawal, stop.decided_by.as_ref(), settlements);
        stop.status = status;
        stop.remarks.extend(late);
        if status == StopStatus::Withdrawn
            && let Some(kept) = moved_stop::kept(stop, round.in_hand, round.in_plan, settlements)
        {
            // It failed there: the parcels are still here, and so is the stop's end.
            stop.status = by_fact;
            stop.void_parcels =
                stop.terms.parcels.iter().copied().filter(|parcel| !kept.parcels.contains(parcel)).collect();
            stop.remarks.extend(kept.remark);
        }
        return;
    }
    let void = round.sorted.voided.get(&stop.id).map(|said| latest_reaction::void(said)).unwrap_or_default();
    let is_void = |parcel: &ParcelId| void.whole || void.parcels.contains(parcel);
    stop.void_parcels = stop.terms.parcels.iter().copied().filter(is_void).collect();
    let nothing_left = !stop.terms.parcels.is_empty() && stop.parcels_left().is_empty();
    stop.status = if by_fact.remains() && (void.whole || nothing_left) { StopStatus::Void } else { by_fact };
}

fn set_remarks(stop: &mut Stop, round: &AtRound<'_>) {
    if let Some(standing) = &stop.decided_by {
        stop.remarks.extend(fact_remarks(standing, stop));
    }
    let disputed = |parcel: &ParcelId| round.ruled.get(parcel) == Some(&None);
    let has_left = stop.status == StopStatus::Withdrawn || stop.status == StopStatus::Void;
    if !has_left && stop.terms.parcels.iter().any(disputed) {
        stop.remarks.insert(Remark::CustodyDisputed);
    }
}

fn fact_remarks(standing: &StandingFact, stop: &Stop) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let unseen = |amendment: &RecordId| !late_withdrawal::seen(&standing.fact).contains(amendment);
    if stop.amendment.as_ref().is_some_and(unseen) && is_done(stop.status) {
        remarks.push(Remark::AmendedUnseen);
    }
    if let Fact::Collected(custody) | Fact::Delivered(custody, _) = &standing.fact {
        let told: BTreeSet<_> = custody.parcels.iter().copied().collect();
        let named = |parcels: &[ParcelId]| parcels.iter().copied().collect::<BTreeSet<_>>() == told;
        if !named(&stop.terms.parcels) && !named(&stop.parcels_left()) {
            remarks.push(Remark::OtherParcels);
        }
    }
    if standing.received.is_some_and(|received| standing.stamp.time > received.plus(CLOCK_AHEAD)) {
        remarks.push(Remark::ClockAhead);
    }
    remarks
}

/// Whether the courier changed something in the world there.
fn is_done(status: StopStatus) -> bool {
    match status {
        StopStatus::Collected | StopStatus::Delivered | StopStatus::Failed | StopStatus::Returned => true,
        StopStatus::Planned
        | StopStatus::Arrived
        | StopStatus::Waiting
        | StopStatus::Withdrawn
        | StopStatus::Void => false,
    }
}
