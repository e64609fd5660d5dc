//! The answer to "how long from each to each".

use core_sync::travel::Leg;
use planner::{Matrix, ProblemError, UNREACHABLE};

/// Seconds and metres from every point to every point; the way back may differ, and a way may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    places: usize,
    legs: Vec<Option<Leg>>,
}

impl Ways {
    /// Rows one after another; what is beyond a square is dropped, what is short of it is no way.
    pub(crate) fn new(places: usize, mut legs: Vec<Option<Leg>>) -> Self {
        legs.resize(places.saturating_mul(places), None);
        Self { places, legs }
    }

    /// How many points it is of.
    pub fn places(&self) -> usize {
        self.places
    }

    /// The way between two points, by their places in what was asked; nothing where there is none.
    pub fn leg(&self, from: usize, to: usize) -> Option<Leg> {
        if to >= self.places {
            return None;
        }
        self.legs.get(from.checked_mul(self.places)?.checked_add(to)?).copied().flatten()
    }

    /// For the planner: a tick is a second, no way is [`UNREACHABLE`].
    pub fn matrix(&self) -> Result<Matrix, ProblemError> {
        let seconds = self.legs.iter().map(|leg| leg.map_or(UNREACHABLE, |leg| leg.seconds)).collect();
        // A way that is not ridden has no length: the planner never adds it.
        let metres = self.legs.iter().map(|leg| leg.map_or(0, |leg| leg.metres)).collect();
        Matrix::new(self.places, seconds, metres)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_planner_gets_seconds_as_ticks_and_no_way_as_none() {
        let leg = |seconds| Some(Leg { metres: seconds * 4, seconds });
        let ways = Ways::new(2, vec![leg(0), leg(120), None, leg(0)]);
        let matrix = ways.matrix().unwrap();
        assert_eq!((matrix.ticks(0, 1), matrix.metres(0, 1)), (Some(120), Some(480)));
        assert_eq!(matrix.ticks(1, 0), None);
        assert_eq!((ways.leg(1, 0), ways.leg(0, 2), ways.leg(2, 0)), (None, None, None));
    }
}
