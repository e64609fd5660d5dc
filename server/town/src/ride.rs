//! The sequence in which a courier would ride the visits by herself: always to the nearest that she may do next.
//!
//! A drop-off may be done once every pickup of its order is behind her. This is no planner:
//! it makes a trial round that looks like one somebody would ride.

use crate::coordinate::Coordinate;
use crate::stop::StopKind;
use crate::visit::Visit;

/// Puts the visits into riding sequence, nearest first; of equally near ones the earlier in the list.
pub(crate) fn nearest_first(start: Coordinate, mut waiting: Vec<Visit<'_>>) -> Vec<Visit<'_>> {
    let mut here = start;
    let mut ridden = Vec::with_capacity(waiting.len());
    while let Some(at) = nearest(here, &waiting) {
        let visit = waiting.remove(at);
        here = visit.coordinate();
        ridden.push(visit);
    }
    ridden
}

fn nearest(here: Coordinate, waiting: &[Visit<'_>]) -> Option<usize> {
    waiting
        .iter()
        .enumerate()
        .filter(|(_, visit)| may_be_next(visit, waiting))
        .map(|(at, visit)| (at, here.metres_to(&visit.coordinate())))
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(at, _)| at)
}

fn may_be_next(visit: &Visit<'_>, waiting: &[Visit<'_>]) -> bool {
    match visit.kind() {
        StopKind::Pickup => true,
        StopKind::DropOff => !waiting
            .iter()
            .any(|other| other.order_index == visit.order_index && other.kind() == StopKind::Pickup),
    }
}
