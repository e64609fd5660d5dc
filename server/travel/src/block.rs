//! How much a service may be asked at once.

/// So many sources against so many targets; never none of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Rows.
    pub sources: usize,
    /// Columns.
    pub targets: usize,
}

impl Block {
    /// For a service that counts pairs: squares, or longer rows where there are few of one.
    #[cfg(test)]
    pub(crate) fn by_pairs(pairs_max: usize, sources: usize, targets: usize) -> Self {
        Self::shaped(sources, targets, pairs_max.isqrt(), |few| pairs_max / few)
    }

    /// For a service that counts coordinates, sources and targets together.
    pub(crate) fn by_coordinates(coordinates_max: usize, sources: usize, targets: usize) -> Self {
        Self::shaped(sources, targets, coordinates_max / 2, |few| coordinates_max - few)
    }

    /// For a service that counts pairs, at most so many rows, or so many columns, at once.
    pub(crate) fn by_rows(rows_max: usize, pairs_max: usize, sources: usize, targets: usize) -> Self {
        let (sources, targets) = (sources.max(1), targets.max(1));
        if targets <= rows_max {
            Self { sources: sources.min(pairs_max / targets), targets }
        } else {
            let sources = sources.min(rows_max);
            Self { sources, targets: targets.min(pairs_max / sources) }
        }
    }

    fn shaped(sources: usize, targets: usize, side: usize, beside: impl Fn(usize) -> usize) -> Self {
        let (sources, targets) = (sources.max(1), targets.max(1));
        if sources <= side {
            Self { sources, targets: targets.min(beside(sources)) }
        } else if targets <= side {
            Self { sources: sources.min(beside(targets)), targets }
        } else {
            Self { sources: side, targets: side }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_square_is_cut_into_squares_and_a_row_into_long_rows() {
        let pairs = |sources, targets| {
            let block = Block::by_pairs(2_500, sources, targets);
            (block.sources, block.targets)
        };
        assert_eq!(pairs(300, 300), (50, 50));
        assert_eq!(pairs(3, 300), (3, 300));
        assert_eq!(pairs(1, 9_000), (1, 2_500));
        assert_eq!(pairs(300, 1), (300, 1));
        let rows = |sources, targets| {
            let block = Block::by_rows(4, 2_500, sources, targets);
            (block.sources, block.targets)
        };
        assert_eq!(rows(300, 300), (4, 300));
        assert_eq!(rows(900, 900), (4, 625));
        assert_eq!(rows(1, 9_000), (1, 2_500));
        assert_eq!(rows(9_000, 1), (2_500, 1));
        let coordinates = |sources, targets| {
            let block = Block::by_coordinates(100, sources, targets);
            (block.sources, block.targets)
        };
        assert_eq!(coordinates(300, 300), (50, 50));
        assert_eq!(coordinates(1, 300), (1, 99));
        assert_eq!(coordinates(20, 20), (20, 20));
    }

    proptest! {
        #[test]
        fn no_block_is_beyond_the_bound_or_empty(sources in 0_usize..5_000, targets in 0_usize..5_000) {
            let block = Block::by_pairs(2_500, sources, targets);
            prop_assert!(block.sources >= 1 && block.targets >= 1);
            prop_assert!(block.sources * block.targets <= 2_500);
            let block = Block::by_rows(4, 2_500, sources, targets);
            prop_assert!(block.sources >= 1 && block.targets >= 1);
            prop_assert!(block.sources * block.targets <= 2_500 && block.sources.min(block.targets) <= 4);
            let block = Block::by_coordinates(100, sources, targets);
            prop_assert!(block.sources >= 1 && block.targets >= 1);
            prop_assert!(block.sources + block.targets <= 100);
        }
    }
}
