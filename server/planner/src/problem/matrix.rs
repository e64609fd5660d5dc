//! How long each way takes, for one bike profile.

use super::{ProblemError, TICKS_MAX};

/// The ticks of a way that cannot be ridden.
pub const UNREACHABLE: u32 = u32::MAX;

/// Ticks and metres from every place to every place; the way back may differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    places: usize,
    ticks: Vec<u32>,
    metres: Vec<u32>,
}

impl Matrix {
    /// Takes rows one after another, `ticks` and `metres` alike.
    pub fn new(places: usize, ticks: Vec<u32>, metres: Vec<u32>) -> Result<Self, ProblemError> {
        for entries in [ticks.len(), metres.len()] {
            if places.checked_mul(places) != Some(entries) {
                return Err(ProblemError::NotSquare { entries, places });
            }
        }
        Ok(Self { places, ticks, metres })
    }

    /// How many places it is of.
    pub fn places(&self) -> usize {
        self.places
    }

    /// Ticks of the way at the profile's own speed; nothing if it cannot be ridden.
    pub fn ticks(&self, from: u32, to: u32) -> Option<u32> {
        self.entry(&self.ticks, from, to).filter(|ticks| *ticks < TICKS_MAX)
    }

    /// Metres of the way; nothing outside the matrix.
    pub fn metres(&self, from: u32, to: u32) -> Option<u32> {
        self.entry(&self.metres, from, to)
    }

    fn entry(&self, entries: &[u32], from: u32, to: u32) -> Option<u32> {
        let (from, to) = (from as usize, to as usize);
        if to >= self.places {
            return None;
        }
        entries.get(from.checked_mul(self.places)?.checked_add(to)?).copied()
    }
}
