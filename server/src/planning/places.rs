//! The places of a problem.

use std::collections::BTreeMap;

use core_sync::domain::coordinate::Coordinate;

/// Places by where they are, so that two stops at one door are one place.
#[derive(Debug, Default)]
pub(super) struct Places {
    known: BTreeMap<Coordinate, u32>,
    listed: Vec<Coordinate>,
}

impl Places {
    pub(super) fn of(&mut self, place: Coordinate) -> u32 {
        *self.known.entry(place).or_insert_with(|| {
            self.listed.push(place);
            u32::try_from(self.listed.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// Where they are, by their index.
    pub(super) fn listed(self) -> Vec<Coordinate> {
        self.listed
    }
}
