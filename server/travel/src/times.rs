//! The one trait of every source of travel times, and what it answers.

use std::pin::Pin;

use core_sync::domain::coordinate::Coordinate;
use core_sync::travel::Leg;

use crate::block::Block;
use crate::profile::Profile;
use crate::travel_error::TravelError;

/// Where figures come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The formula of core-sync.
    Formula,
    /// A file of pairs.
    File,
    /// Valhalla.
    Valhalla,
    /// OSRM.
    Osrm,
}

impl Source {
    /// The word for programs and logs; never changes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::File => "file",
            Self::Valhalla => "valhalla",
            Self::Osrm => "osrm",
        }
    }
}

/// What a source says of one pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// So long.
    Ride(Leg),
    /// There is no way: the planner must not plan one.
    NoWay,
    /// The source does not know: the place is off its map, or the pair not in its file.
    NotKnown,
}

/// What a source says of some rows and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    targets: usize,
    entries: Vec<Entry>,
}

impl Table {
    /// Rows one after another; nothing where their number is not that of the pairs.
    pub fn new(sources: usize, targets: usize, entries: Vec<Entry>) -> Option<Self> {
        (sources.checked_mul(targets) == Some(entries.len())).then_some(Self { targets, entries })
    }

    /// What is known of each pair without asking anybody.
    pub(crate) fn of_each(
        sources: &[Coordinate],
        targets: &[Coordinate],
        entry: impl Fn(Coordinate, Coordinate) -> Entry,
    ) -> Self {
        let pairs = sources.iter().flat_map(|from| targets.iter().map(move |to| (*from, *to)));
        Self { targets: targets.len(), entries: pairs.map(|(from, to)| entry(from, to)).collect() }
    }

    /// What it says of a pair, by places in what was asked.
    pub fn entry(&self, source: usize, target: usize) -> Entry {
        let at = source.checked_mul(self.targets).and_then(|row| row.checked_add(target));
        let at = at.filter(|_| target < self.targets);
        at.and_then(|at| self.entries.get(at)).copied().unwrap_or(Entry::NotKnown)
    }
}

/// A source at work.
pub type Asked<'a> = Pin<Box<dyn Future<Output = Result<Table, TravelError>> + Send + 'a>>;

/// A source of travel times.
///
/// It says what it knows of sources against targets, which is what a square is made of and what is missing
/// of one when a single point came to it. Squares are [`Travel::ways`](crate::Travel::ways).
pub trait TravelTimes: std::fmt::Debug + Send + Sync {
    /// Which it is.
    fn source(&self) -> Source;

    /// How much of so many sources and targets may be asked at once; nothing where there is no bound and
    /// asking costs nothing, so that nothing needs to be remembered.
    fn at_once(&self, sources: usize, targets: usize) -> Option<Block>;

    /// Seconds and metres from each source to each target.
    fn table<'a>(
        &'a self,
        sources: &'a [Coordinate],
        targets: &'a [Coordinate],
        profile: &'a Profile,
    ) -> Asked<'a>;
}
