//! Which facts stand: all but those that their writer took back. Taking back can itself be taken back.
//!
//! A fact falls when an amendment of it stands, and stands when every amendment of it fell. Cycles,
//! which only a hostile writer makes, decide nothing: whatever they leave open stands.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::RecordId;

/// The records that were taken back, given which records amend which. Each link is walked once.
#[must_use]
pub fn taken_back(amended_by: &BTreeMap<RecordId, BTreeSet<RecordId>>) -> BTreeSet<RecordId> {
    let mut amends: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for (fact, amendments) in amended_by {
        for amendment in amendments {
            amends.entry(*amendment).or_default().push(*fact);
        }
    }
    let mut open: BTreeMap<RecordId, usize> = amended_by.iter().map(|(fact, by)| (*fact, by.len())).collect();
    let mut fallen = BTreeSet::new();
    let mut decided: Vec<(RecordId, bool)> =
        amends.keys().filter(|id| !amended_by.contains_key(id)).map(|id| (*id, true)).collect();
    while let Some((amendment, stands)) = decided.pop() {
        for fact in amends.get(&amendment).into_iter().flatten() {
            let Some(left) = open.get_mut(fact) else { continue };
            *left = left.saturating_sub(1);
            let all_fell = *left == 0;
            if stands || all_fell {
                open.remove(fact);
                if stands {
                    fallen.insert(*fact);
                }
                decided.push((*fact, !stands));
            }
        }
    }
    fallen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId([n; 24])
    }

    fn links(links: &[(u8, &[u8])]) -> BTreeMap<RecordId, BTreeSet<RecordId>> {
        links.iter().map(|(fact, by)| (id(*fact), by.iter().map(|n| id(*n)).collect())).collect()
    }

    #[test]
    fn a_fact_is_taken_back_and_taken_back_again() {
        assert_eq!(taken_back(&links(&[(1, &[2])])), BTreeSet::from([id(1)]));
        assert_eq!(taken_back(&links(&[(1, &[2]), (2, &[3])])), BTreeSet::from([id(2)]));
        assert_eq!(taken_back(&links(&[(1, &[2, 4]), (2, &[3])])), BTreeSet::from([id(1), id(2)]));
    }

    #[test]
    fn a_cycle_decides_nothing_and_a_fan_ends() {
        assert!(taken_back(&links(&[(1, &[2]), (2, &[1])])).is_empty());
        assert!(taken_back(&links(&[(1, &[1])])).is_empty());
        let everybody: BTreeSet<_> = (0..=255).map(id).collect();
        assert!(taken_back(&(0..=255).map(|n| (id(n), everybody.clone())).collect()).is_empty());
    }
}
