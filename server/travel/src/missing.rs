//! What has to be asked: the pairs that are not known yet, as few rectangles.
//!
//! The way from a place to itself is never wanted, but may be asked where that joins rows into one
//! rectangle: a square of new places is one question, not a row for each.

use std::collections::BTreeMap;

/// Sources and targets, by their places in what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rectangle {
    pub(crate) sources: Vec<usize>,
    pub(crate) targets: Vec<usize>,
}

/// Rectangles that hold every pair that `is_missing`, and no pair that is not but those of a place with itself.
pub(crate) fn rectangles(places: usize, is_missing: impl Fn(usize, usize) -> bool) -> Vec<Rectangle> {
    let missing = |from: usize| -> Vec<usize> {
        (0..places).filter(|to| *to != from && is_missing(from, *to)).collect()
    };
    let with_itself = |from: usize, mut row: Vec<usize>| {
        let at = row.partition_point(|to| *to < from);
        row.insert(at, from);
        row
    };
    let mut rows_of: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for from in 0..places {
        let row = missing(from);
        if !row.is_empty() {
            rows_of.entry(with_itself(from, row)).or_default().push(from);
        }
    }
    // Rows that are alike only with themselves are a square; the others are asked without.
    let mut joined: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (targets, sources) in rows_of {
        match sources.as_slice() {
            [alone] => {
                joined.entry(targets.into_iter().filter(|to| to != alone).collect()).or_default().push(*alone)
            }
            _ => joined.entry(targets).or_default().extend(sources),
        }
    }
    joined.into_iter().map(|(targets, sources)| Rectangle { sources, targets }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_new_is_one_square() {
        let all = vec![0, 1, 2];
        assert_eq!(rectangles(3, |_, _| true), [Rectangle { sources: all.clone(), targets: all }]);
        assert!(rectangles(3, |_, _| false).is_empty());
        assert!(rectangles(1, |_, _| true).is_empty());
    }

    #[test]
    fn one_place_more_is_its_row_and_its_column() {
        let asked = rectangles(4, |from, to| from == 3 || to == 3);
        let row = Rectangle { sources: vec![3], targets: vec![0, 1, 2] };
        let column = Rectangle { sources: vec![0, 1, 2], targets: vec![3] };
        assert_eq!(asked, [row, column]);
    }

    #[test]
    fn a_square_left_out_is_one_square() {
        let asked = rectangles(9, |from, to| from >= 6 && to >= 6);
        assert_eq!(asked, [Rectangle { sources: vec![6, 7, 8], targets: vec![6, 7, 8] }]);
    }

    proptest! {
        #[test]
        fn what_is_missing_is_asked_and_nothing_else(
            missing in prop::collection::vec(any::<bool>(), 49)
        ) {
            let asked = rectangles(7, |from, to| missing[from * 7 + to]);
            let mut pairs = BTreeSet::new();
            for Rectangle { sources, targets } in asked {
                for from in sources {
                    for to in &targets {
                        prop_assert!(pairs.insert((from, *to)) || from == *to, "asked twice");
                        prop_assert!(from == *to || missing[from * 7 + to], "known");
                    }
                }
            }
            for from in 0..7 {
                for to in (0..7).filter(|to| *to != from) {
                    prop_assert_eq!(missing[from * 7 + to], pairs.contains(&(from, to)));
                }
            }
        }
    }
}
