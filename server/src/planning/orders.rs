//! Which stops of drafts are one order: what is picked up is handed over at one door.

use std::collections::BTreeMap;

use core_sync::domain::coordinator_command::NewStop;
use core_sync::domain::ids::{ParcelId, StopId};
use core_sync::domain::reasons::StopKind;

/// A stop that waits.
pub(super) type Waiting = (StopId, NewStop);

/// Pickups and the one drop-off of their parcels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DraftOrder {
    pub(super) pickups: Vec<Waiting>,
    pub(super) drop_off: Waiting,
}

/// Why stops are no order, each with its code of the list `left_out`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoOrder {
    /// Nothing is picked up: the parcels are somewhere, and nobody said where.
    NoPickup,
    /// Nothing is handed over.
    NoDropOff,
    /// The parcels of one pickup go to several doors, which the planner does not do.
    SeveralDropOffs,
    /// A hub or a break: a person says who rides there, and when.
    NoParcels,
}

impl NoOrder {
    /// Every reason.
    #[cfg(test)]
    pub(super) const ALL: &[Self] =
        &[Self::NoPickup, Self::NoDropOff, Self::SeveralDropOffs, Self::NoParcels];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::NoPickup => "no_pickup",
            Self::NoDropOff => "no_drop_off",
            Self::SeveralDropOffs => "several_drop_offs",
            Self::NoParcels => "no_parcels",
        }
    }
}

/// The orders among stops, and what is none, in the sequence of their first stops.
pub(super) fn orders(stops: &[Waiting]) -> (Vec<DraftOrder>, Vec<(NoOrder, Vec<Waiting>)>) {
    let (mut orders, mut others) = (Vec::new(), Vec::new());
    for together in sharing_parcels(stops) {
        let of_kind = |kind: StopKind| together.iter().filter(move |(_, stop)| stop.kind == kind).cloned();
        let pickups: Vec<Waiting> = of_kind(StopKind::Pickup).collect();
        let mut drop_offs = of_kind(StopKind::DropOff);
        match (pickups.is_empty(), drop_offs.next(), drop_offs.next()) {
            (false, Some(drop_off), None) => orders.push(DraftOrder { pickups, drop_off }),
            (_, _, Some(_)) => others.push((NoOrder::SeveralDropOffs, together)),
            (true, Some(_), None) => others.push((NoOrder::NoPickup, together)),
            (false, None, None) => others.push((NoOrder::NoDropOff, together)),
            (true, None, None) => others.push((NoOrder::NoParcels, together)),
        }
    }
    (orders, others)
}

/// Stops that share parcels, directly or through others.
fn sharing_parcels(stops: &[Waiting]) -> Vec<Vec<Waiting>> {
    // The group of each stop, by the index of a stop in it.
    let mut leads: Vec<usize> = (0..stops.len()).collect();
    let mut first_with: BTreeMap<ParcelId, usize> = BTreeMap::new();
    for (index, (_, stop)) in stops.iter().enumerate() {
        for parcel in &stop.parcels {
            let other = *first_with.entry(*parcel).or_insert(index);
            let (one, other) = (lead(&leads, index), lead(&leads, other));
            if let Some(leads) = leads.get_mut(one.max(other)) {
                *leads = one.min(other);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<Waiting>> = BTreeMap::new();
    for (index, stop) in stops.iter().enumerate() {
        groups.entry(lead(&leads, index)).or_default().push(stop.clone());
    }
    groups.into_values().collect()
}

/// The first stop of a stop's group.
fn lead(leads: &[usize], mut index: usize) -> usize {
    while let Some(before) = leads.get(index).filter(|before| **before < index) {
        index = *before;
    }
    index
}
