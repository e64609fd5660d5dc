//! The latest of a register: the longest chain of `base`, then the smaller id.
//!
//! A register is what several people may set apart from one another: a round's sequence, a stop's
//! terms. A missing base is a start; records in a cycle, which only a hostile writer makes, count 0.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::RecordId;

/// The latest of these entries, each with the entry it replaces.
#[must_use]
pub fn latest(entries: &BTreeMap<RecordId, Option<RecordId>>) -> Option<RecordId> {
    let lengths = chain_lengths(entries);
    lengths
        .into_iter()
        .max_by(|(a, a_length), (b, b_length)| a_length.cmp(b_length).then(b.cmp(a)))
        .map(|(id, _)| id)
}

/// The entries that one stands on, itself left out unless it runs in a circle.
#[must_use]
pub fn stands_on(id: RecordId, entries: &BTreeMap<RecordId, Option<RecordId>>) -> BTreeSet<RecordId> {
    let mut below = BTreeSet::new();
    let mut at = id;
    while let Some(base) = entries.get(&at).copied().flatten() {
        if !below.insert(base) {
            break;
        }
        at = base;
    }
    below
}

/// How many entries each stands on, itself included.
fn chain_lengths(entries: &BTreeMap<RecordId, Option<RecordId>>) -> BTreeMap<RecordId, usize> {
    let mut lengths: BTreeMap<RecordId, usize> = BTreeMap::new();
    for start in entries.keys() {
        // Walk down to something known, a start, or a cycle; then count upwards. Every entry has one base,
        // so each is walked once.
        let mut path = vec![*start];
        let mut on_path = BTreeSet::from([*start]);
        let below = loop {
            let Some(last) = path.last().copied() else { break 0 };
            if let Some(known) = lengths.get(&last) {
                path.pop();
                break *known;
            }
            match entries.get(&last).copied().flatten().filter(|base| entries.contains_key(base)) {
                None => break 0,
                Some(base) if on_path.contains(&base) => {
                    while let Some(member) = path.pop() {
                        lengths.insert(member, 0);
                        if member == base {
                            break;
                        }
                    }
                    break 0;
                }
                Some(base) => {
                    path.push(base);
                    on_path.insert(base);
                }
            }
        };
        let mut length = below;
        while let Some(entry) = path.pop() {
            length += 1;
            lengths.insert(entry, length);
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId([n; 24])
    }

    fn register(entries: &[(u8, Option<u8>)]) -> BTreeMap<RecordId, Option<RecordId>> {
        entries.iter().map(|(n, base)| (id(*n), base.map(id))).collect()
    }

    #[test]
    fn the_longest_chain_wins_and_then_the_smaller_id() {
        assert_eq!(latest(&register(&[(9, None), (1, Some(9)), (5, None)])), Some(id(1)));
        assert_eq!(latest(&register(&[(9, None), (3, Some(9)), (2, Some(9))])), Some(id(2)));
        assert_eq!(latest(&register(&[])), None);
    }

    #[test]
    fn an_entry_stands_on_everything_below_it_and_a_circle_ends() {
        let entries = register(&[(1, Some(2)), (2, Some(3)), (3, Some(9)), (4, Some(5)), (5, Some(4))]);
        assert_eq!(stands_on(id(1), &entries), [id(2), id(3), id(9)].into());
        assert_eq!(stands_on(id(4), &entries), [id(4), id(5)].into());
        assert!(stands_on(id(7), &entries).is_empty());
    }

    #[test]
    fn a_missing_base_is_a_start() {
        assert_eq!(latest(&register(&[(4, Some(99)), (7, None)])), Some(id(4)));
    }

    #[test]
    fn a_cycle_counts_nothing_however_long() {
        let entries = register(&[(1, Some(2)), (2, Some(3)), (3, Some(1)), (8, None)]);
        assert_eq!(latest(&entries), Some(id(8)));
    }

    #[test]
    fn a_hostile_chain_of_thousands_is_walked_without_recursion() {
        let id = |n: u32| {
            let mut bytes = [0; 24];
            bytes[..4].copy_from_slice(&n.to_be_bytes());
            RecordId(bytes)
        };
        let entries = (0..20_000).map(|n| (id(n), (n > 0).then(|| id(n - 1)))).collect();
        assert_eq!(latest(&entries), Some(id(19_999)));
    }
}
