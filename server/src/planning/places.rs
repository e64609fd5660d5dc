//! The places of a problem and the ways between them.

use std::collections::BTreeMap;

use core_sync::domain::coordinate::Coordinate;
use core_sync::travel::leg;
use planner::{Matrix, ProblemError};

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

    pub(super) fn matrix(&self) -> Result<Matrix, ProblemError> {
        let legs = self.listed.iter().flat_map(|from| self.listed.iter().map(|to| leg(*from, *to)));
        let (ticks, metres) = legs.map(|leg| (leg.seconds, leg.metres)).unzip();
        Matrix::new(self.listed.len(), ticks, metres)
    }
}
