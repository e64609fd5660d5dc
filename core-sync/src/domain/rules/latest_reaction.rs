//! Which of several reactions holds: the one whose causes include the others'.
//!
//! Reactions carry no time. Whoever derives one names every record that had a say, taken back or not, so that the
//! causes only grow: what was derived from more supersedes what was derived from less. Several of which none includes
//! the other, as after a rollback, add up: void is void by any of them, and two that name different holders dispute.

use std::collections::BTreeSet;

use crate::domain::ids::{MemberId, ParcelId, RecordId};
use crate::domain::limits::CAUSES_MAX;

/// A `void` of one stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voided<'a> {
    /// Its record.
    pub id: RecordId,
    /// The parcels it is void for; `None` for the whole stop, none at all for a void that is lifted.
    pub parcels: Option<&'a [ParcelId]>,
    /// What it was derived from.
    pub causes: &'a [RecordId],
}

/// A `ruled` of one parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling<'a> {
    /// Its record.
    pub id: RecordId,
    /// Who holds it; `None` while custody is disputed.
    pub holder: Option<MemberId>,
    /// What it was derived from.
    pub causes: &'a [RecordId],
}

/// What a stop is void for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Void {
    /// Whether it is void whatever its parcels.
    pub whole: bool,
    /// The parcels it is void for.
    pub parcels: BTreeSet<ParcelId>,
}

/// What the voids of one stop come to.
#[must_use]
pub fn void(said: &[Voided<'_>]) -> Void {
    let mut void = Void::default();
    for latest in latest(said, |voided| voided.causes) {
        match latest.parcels {
            None => void.whole = true,
            Some(parcels) => void.parcels.extend(parcels),
        }
    }
    void
}

/// What the rulings over one parcel come to; `None` without any.
#[must_use]
pub fn ruling(said: &[Ruling<'_>]) -> Option<Option<MemberId>> {
    let holders: BTreeSet<Option<MemberId>> =
        latest(said, |ruling| ruling.causes).iter().map(|ruling| ruling.holder).collect();
    let mut holders = holders.into_iter();
    let first = holders.next()?;
    Some(if holders.next().is_none() { first } else { None })
}

/// The causes of a reaction that shall supersede those that stand. They are as they are if they include the others';
/// where they do not, because records were lost with every copy, they also name what those stood on, and those.
pub(crate) fn superseding<'a>(
    causes: Vec<RecordId>,
    standing: impl Iterator<Item = (RecordId, &'a [RecordId])> + Clone,
) -> Vec<RecordId> {
    let mut all: BTreeSet<RecordId> = causes.iter().copied().collect();
    let supersedes =
        |before: &[RecordId]| before.len() < all.len() && before.iter().all(|cause| all.contains(cause));
    if standing.clone().all(|(_, before)| supersedes(before)) {
        return causes;
    }
    for (id, before) in standing {
        all.extend(before);
        all.insert(id);
    }
    all.into_iter().take(CAUSES_MAX).collect()
}

/// Those that none other supersedes.
fn latest<T>(said: &[T], causes: impl Fn(&T) -> &[RecordId]) -> Vec<&T> {
    let set = |one: &T| causes(one).iter().copied().collect::<BTreeSet<RecordId>>();
    let sets: Vec<BTreeSet<RecordId>> = said.iter().map(set).collect();
    let superseded =
        |set: &BTreeSet<RecordId>| sets.iter().any(|other| other.len() > set.len() && set.is_subset(other));
    said.iter().zip(&sets).filter(|(_, set)| !superseded(set)).map(|(one, _)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{fact_id, parcel};

    fn causes(numbers: &[u8]) -> Vec<RecordId> {
        numbers.iter().map(|n| fact_id(*n)).collect()
    }

    #[test]
    fn what_was_derived_from_more_supersedes_and_what_does_not_meet_adds_up() {
        type Said<'a> = (Option<&'a [u8]>, &'a [u8]);
        let rows: [(&[Said<'_>], bool, &[u8]); 6] = [
            (&[], false, &[]),
            (&[(Some(&[1, 2]), &[1])], false, &[1, 2]),
            // Lifted by a fact taken back, and void again by a new one.
            (&[(Some(&[1]), &[1]), (Some(&[]), &[1, 2])], false, &[]),
            (&[(None, &[1]), (Some(&[]), &[1, 2]), (Some(&[3]), &[1, 2, 3])], false, &[3]),
            // Two that do not know each other.
            (&[(Some(&[1]), &[1, 2]), (Some(&[]), &[1, 3])], false, &[1]),
            (&[(None, &[1, 2]), (Some(&[2]), &[2, 1])], true, &[2]),
        ];
        for (said, whole, parcels) in rows {
            let owned: Vec<(Option<Vec<ParcelId>>, Vec<RecordId>)> = said
                .iter()
                .map(|(parcels, by)| (parcels.map(|p| p.iter().map(|n| parcel(*n)).collect()), causes(by)))
                .collect();
            let mut voids: Vec<Voided<'_>> = owned
                .iter()
                .map(|(parcels, causes)| Voided { id: fact_id(0), parcels: parcels.as_deref(), causes })
                .collect();
            let expected = Void { whole, parcels: parcels.iter().map(|n| parcel(*n)).collect() };
            assert_eq!(void(&voids), expected, "{said:?}");
            voids.reverse();
            assert_eq!(void(&voids), expected, "{said:?}");
        }
    }

    #[test]
    fn a_later_ruling_names_the_holder_and_two_that_do_not_meet_dispute() {
        let (ana, bob) = (Some(MemberId([1; 16])), Some(MemberId([2; 16])));
        type Said<'a> = (Option<MemberId>, &'a [u8]);
        let rows: [(&[Said<'_>], Option<Option<MemberId>>); 5] = [
            (&[], None),
            (&[(None, &[1])], Some(None)),
            (&[(None, &[1]), (ana, &[1, 2])], Some(ana)),
            (&[(bob, &[1, 3]), (ana, &[1, 2])], Some(None)),
            (&[(ana, &[1, 3]), (ana, &[1, 2])], Some(ana)),
        ];
        for (said, expected) in rows {
            let owned: Vec<_> = said.iter().map(|(holder, by)| (*holder, causes(by))).collect();
            let rulings: Vec<_> = owned
                .iter()
                .map(|(holder, causes)| Ruling { id: fact_id(0), holder: *holder, causes })
                .collect();
            assert_eq!(ruling(&rulings), expected, "{said:?}");
        }
    }
}
