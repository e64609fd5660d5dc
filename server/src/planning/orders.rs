//! Which stops of drafts are one order: what is picked up is handed over at one door.

use std::collections::{BTreeMap, BTreeSet};

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

impl DraftOrder {
    /// Its stops: the pickups, then the drop-off.
    pub(super) fn stops(&self) -> impl Iterator<Item = StopId> + '_ {
        self.pickups.iter().chain([&self.drop_off]).map(|(id, _)| *id)
    }

    /// The stop that the planner names so; nothing for a pickup that it does not have.
    pub(super) fn id_of(&self, stop: planner::StopId) -> Option<StopId> {
        match stop {
            planner::StopId::Pickup { pickup, .. } => self.pickups.get(pickup).map(|(id, _)| *id),
            planner::StopId::DropOff { .. } => Some(self.drop_off.0),
        }
    }
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
    /// Pickups of more shops than one customer buys in; a search for it would take all the time there is.
    TooManyPickups,
}

/// Pickups of one order: four times the shops of the largest that anybody has seen.
const PICKUPS_MAX: usize = 24;

impl NoOrder {
    /// Every reason.
    #[cfg(test)]
    pub(super) const ALL: &[Self] =
        &[Self::NoPickup, Self::NoDropOff, Self::SeveralDropOffs, Self::NoParcels, Self::TooManyPickups];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::NoPickup => "no_pickup",
            Self::NoDropOff => "no_drop_off",
            Self::SeveralDropOffs => "several_drop_offs",
            Self::NoParcels => "no_parcels",
            Self::TooManyPickups => "too_many_pickups",
        }
    }
}

/// The orders among stops, and what is none, in the sequence of their first stops.
pub(super) fn orders(stops: &[Waiting]) -> (Vec<DraftOrder>, Vec<(NoOrder, Vec<Waiting>)>) {
    let (mut orders, mut others) = (Vec::new(), Vec::new());
    for together in sharing_parcels(stops) {
        let (brought, aside): (Vec<Waiting>, Vec<Waiting>) = together
            .into_iter()
            .partition(|(_, stop)| matches!(stop.kind, StopKind::Pickup | StopKind::DropOff));
        others.extend(aside.into_iter().map(|stop| (NoOrder::NoParcels, vec![stop])));
        if !brought.is_empty() {
            match order(&brought) {
                Ok(order) => orders.push(order),
                Err(why) => others.push((why, brought)),
            }
        }
    }
    (orders, others)
}

/// The order that pickups and drop-offs are together, if they are one.
fn order(brought: &[Waiting]) -> Result<DraftOrder, NoOrder> {
    let of_kind = |kind: StopKind| brought.iter().filter(move |(_, stop)| stop.kind == kind).cloned();
    let pickups: Vec<Waiting> = of_kind(StopKind::Pickup).collect();
    let mut drop_offs = of_kind(StopKind::DropOff);
    let Some(drop_off) = drop_offs.next() else { return Err(NoOrder::NoDropOff) };
    if drop_offs.next().is_some() {
        return Err(NoOrder::SeveralDropOffs);
    }
    if pickups.len() > PICKUPS_MAX {
        return Err(NoOrder::TooManyPickups);
    }
    let collected: BTreeSet<ParcelId> = pickups.iter().flat_map(|(_, stop)| stop.parcels.clone()).collect();
    let handed_over: BTreeSet<ParcelId> = drop_off.1.parcels.iter().copied().collect();
    if !handed_over.is_subset(&collected) || pickups.is_empty() {
        return Err(NoOrder::NoPickup);
    }
    if collected.len() > handed_over.len() {
        return Err(NoOrder::NoDropOff);
    }
    Ok(DraftOrder { pickups, drop_off })
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
