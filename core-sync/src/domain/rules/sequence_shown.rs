//! The sequence of the stops that remain: the plan's before the start, the courier's after it.
//!
//! A stop that the courier's list does not name goes after its nearest remaining predecessor in the
//! plan, else first; if that would put a drop-off before its pickup, the new stop moves, never another.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{ParcelId, StopId};
use crate::domain::reasons::StopKind;
use crate::domain::stop::Stop;

/// The plan's sequence of all `stops`: the list, then the stops it does not name by window and id.
#[must_use]
pub fn plan_sequence(listed: &[StopId], stops: &BTreeMap<StopId, Stop>) -> Vec<StopId> {
    let mut named = BTreeSet::new();
    let mut sequence: Vec<StopId> =
        listed.iter().copied().filter(|stop| stops.contains_key(stop) && named.insert(*stop)).collect();
    let mut rest: Vec<&Stop> = stops.values().filter(|stop| !named.contains(&stop.id)).collect();
    rest.sort_by_key(|stop| (stop.terms.window, stop.kind == StopKind::DropOff, stop.id));
    for stop in rest {
        // A pickup listed nowhere must still come before its listed drop-off.
        let at = place(stop, sequence.len(), &sequence, stops);
        sequence.insert(at, stop.id);
    }
    sequence
}

/// The sequence that everybody shows of the stops that remain.
#[must_use]
pub fn sequence_shown(
    plan: &[StopId],
    courier: Option<&[StopId]>,
    stops: &BTreeMap<StopId, Stop>,
) -> Vec<StopId> {
    let remains = |stop: &StopId| stops.get(stop).is_some_and(|stop| stop.status.remains());
    let Some(courier) = courier else {
        return plan.iter().copied().filter(remains).collect();
    };
    let mut named = BTreeSet::new();
    let mut sequence: Vec<StopId> =
        courier.iter().copied().filter(|stop| named.insert(*stop) && remains(stop)).collect();
    for (index, new) in plan.iter().enumerate().filter(|(_, stop)| !named.contains(stop) && remains(stop)) {
        let before = plan.get(..index).unwrap_or_default();
        let after_predecessor = before
            .iter()
            .rev()
            .find_map(|predecessor| sequence.iter().position(|stop| stop == predecessor))
            .map_or(0, |position| position + 1);
        let Some(stop) = stops.get(new) else { continue };
        let at = place(stop, after_predecessor, &sequence, stops);
        sequence.insert(at, *new);
    }
    sequence
}

/// Where `new` goes, wanted at `wanted`, so that pickups precede their drop-offs.
fn place(new: &Stop, wanted: usize, sequence: &[StopId], stops: &BTreeMap<StopId, Stop>) -> usize {
    let shares = |other: &StopId, kind: StopKind| {
        stops.get(other).is_some_and(|other| {
            other.kind == kind
                && other.terms.parcels.iter().any(|parcel: &ParcelId| new.terms.parcels.contains(parcel))
        })
    };
    match new.kind {
        StopKind::DropOff => {
            let last_pickup = sequence.iter().rposition(|other| shares(other, StopKind::Pickup));
            last_pickup.map_or(wanted, |pickup| wanted.max(pickup + 1))
        }
        StopKind::Pickup => {
            let first_drop_off = sequence.iter().position(|other| shares(other, StopKind::DropOff));
            first_drop_off.map_or(wanted, |drop_off| wanted.min(drop_off))
        }
        StopKind::Hub | StopKind::Pause => wanted,
    }
}

#[cfg(test)]
mod tests;
