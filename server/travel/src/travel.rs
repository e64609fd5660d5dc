//! What a caller holds: one source, what it said so far, and the formula beneath it.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use core_sync::domain::coordinate::Coordinate;
use core_sync::travel::Leg;
use futures_util::stream::{self, StreamExt};

use crate::cache::{Cache, PAIRS_MAX};
use crate::formula::{Formula, estimate};
use crate::missing::{Rectangle, rectangles};
use crate::places::{Places, far_off};
use crate::profile::Profile;
use crate::refused::refused;
use crate::times::{Entry, Source, Table, TravelTimes};
use crate::travel_error::TravelError;
use crate::ways::Ways;

/// Points of one matrix: 4,000,000 pairs, 160 MB while they are put together.
pub const POINTS_MAX: usize = 2_000;
/// How long a caller waits for all of a matrix, and for others before it, until the formula answers: somebody
/// sits before a plan. What came in the meantime is remembered, so that asking again goes on from there.
const PATIENCE: Duration = Duration::from_secs(60);
/// Blocks that are asked at the same time: as many as a small machine has processors. Each waits for its
/// turn at the engine within the time of a block.
const BLOCKS_AT_ONCE: usize = 4;

/// Travel times by one source, with the formula beneath it.
#[derive(Debug)]
pub struct Travel {
    times: Box<dyn TravelTimes>,
    cache: Mutex<Cache>,
    /// One matrix is asked at a time: a second caller finds what the first one got.
    turn: tokio::sync::Mutex<()>,
    patience: Duration,
}

/// Ways, and where they come from.
#[derive(Debug)]
pub struct Answer {
    /// Seconds and metres.
    pub ways: Ways,
    /// Where they come from, but for the pairs that `fell_back` counts.
    pub source: Source,
    /// What was asked for and is the formula's instead; show it to whoever sees the plan.
    pub fell_back: Option<FellBack>,
}

/// How much is the formula's, and why.
#[derive(Debug)]
pub struct FellBack {
    /// Why.
    pub why: TravelError,
    /// How many pairs, of [`Answer::pairs`].
    pub pairs: usize,
}

impl Answer {
    /// Pairs of points, both ways counted.
    pub fn pairs(&self) -> usize {
        self.ways.places().saturating_mul(self.ways.places().saturating_sub(1))
    }
}

/// What is known between places.
struct Grid {
    places: usize,
    entries: Vec<Option<Entry>>,
}

impl Grid {
    fn new(places: usize) -> Self {
        Self { places, entries: vec![None; places.saturating_mul(places)] }
    }

    fn put(&mut self, from: usize, to: usize, entry: Entry) {
        if let Some(known) = self.entries.get_mut(from * self.places + to) {
            *known = Some(entry);
        }
    }

    fn get(&self, from: usize, to: usize) -> Option<Entry> {
        self.entries.get(from * self.places + to).copied().flatten()
    }
}

/// One question, by places of the grid and by where they are.
struct Question {
    rectangle: Rectangle,
    sources: Vec<Coordinate>,
    targets: Vec<Coordinate>,
}

impl Travel {
    /// By a source; what it does not know comes from the formula.
    pub fn by(times: impl TravelTimes + 'static) -> Self {
        Self {
            times: Box::new(times),
            cache: Mutex::new(Cache::new(PAIRS_MAX)),
            turn: tokio::sync::Mutex::new(()),
            patience: PATIENCE,
        }
    }

    /// By the formula alone.
    pub fn by_formula() -> Self {
        Self::by(Formula)
    }

    /// The same, waiting another time for a matrix.
    #[must_use]
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Seconds and metres from every point to every point.
    ///
    /// Equal points are 0 and 0 from each other. Fails only for too many points: whatever else goes wrong,
    /// the formula answers, and the answer says so. Thousands of points take tenths of a second of computing.
    pub async fn ways(&self, points: &[Coordinate], profile: &Profile) -> Result<Answer, TravelError> {
        if points.len() > POINTS_MAX {
            return Err(TravelError::TooManyPoints { points: points.len(), points_max: POINTS_MAX });
        }
        let places = Places::of(points);
        let grid = tokio::time::timeout(self.patience, self.grid(&places.distinct, profile));
        match grid.await.unwrap_or(Err(TravelError::Slow)) {
            Ok(grid) => {
                let (ways, pairs) = by_grid(points, &places, &grid, profile);
                let why = match self.times.source() {
                    Source::File => TravelError::NotInFile,
                    Source::Formula | Source::Valhalla | Source::Osrm => TravelError::OffTheMap,
                };
                let fell_back = (pairs > 0).then_some(FellBack { why, pairs });
                Ok(Answer { ways, source: self.times.source(), fell_back })
            }
            Err(why) => {
                let nothing = Grid::new(places.distinct.len());
                let (ways, pairs) = by_grid(points, &places, &nothing, profile);
                Ok(Answer { ways, source: Source::Formula, fell_back: Some(FellBack { why, pairs }) })
            }
        }
    }

    /// All that the source says between these places, asked for where it is not remembered.
    async fn grid(&self, places: &[Coordinate], profile: &Profile) -> Result<Grid, TravelError> {
        let mut grid = Grid::new(places.len());
        if self.times.at_once(places.len(), places.len()).is_none() {
            let table = self.times.table(places, places, profile).await?;
            let all = || 0..places.len();
            all().for_each(|from| all().for_each(|to| grid.put(from, to, table.entry(from, to))));
            return Ok(grid);
        }
        let _turn = self.turn.lock().await;
        self.remembered().tell(profile, places, |from, to, entry| grid.put(from, to, entry));
        let far_off = far_off(places);
        let off = |place: usize| far_off.get(place).is_some_and(|off| *off);
        let missing =
            rectangles(places.len(), |from, to| !off(from) && !off(to) && grid.get(from, to).is_none());
        let questions: Vec<Question> =
            missing.iter().flat_map(|rectangle| self.cut(rectangle, places)).collect();
        let refused = self.ask(questions, profile, &mut grid).await?;
        self.ask_without_the_refused(refused, places, profile, &mut grid).await?;
        Ok(grid)
    }

    /// The rectangle in questions of a size that the service takes.
    fn cut(&self, rectangle: &Rectangle, places: &[Coordinate]) -> Vec<Question> {
        let block = self.times.at_once(rectangle.sources.len(), rectangle.targets.len());
        let Some(block) = block else { return Vec::new() };
        let mut questions = Vec::new();
        for sources in rectangle.sources.chunks(block.sources.max(1)) {
            for targets in rectangle.targets.chunks(block.targets.max(1)) {
                let rectangle = Rectangle { sources: sources.to_vec(), targets: targets.to_vec() };
                questions.push(Question::of(rectangle, places));
            }
        }
        questions
    }

    /// Asks, and remembers each answer as it comes; gives back what was refused for one of its points.
    async fn ask(
        &self,
        questions: Vec<Question>,
        profile: &Profile,
        grid: &mut Grid,
    ) -> Result<Vec<Question>, TravelError> {
        let mut asked = Vec::new();
        for question in questions {
            asked.push(async move {
                let table = self.times.table(&question.sources, &question.targets, profile).await;
                (question, table)
            });
        }
        let mut answers = stream::iter(asked).buffer_unordered(BLOCKS_AT_ONCE);
        let mut refused = Vec::new();
        while let Some((question, table)) = answers.next().await {
            match table {
                Ok(table) => self.take(&question, &table, profile, grid),
                Err(TravelError::PointRefused { .. }) => refused.push(question),
                Err(error) => return Err(error),
            }
        }
        Ok(refused)
    }

    fn take(&self, question: &Question, table: &Table, profile: &Profile, grid: &mut Grid) {
        let mut cache = self.remembered();
        let Question { rectangle, sources, targets } = question;
        for (row, (from, source)) in rectangle.sources.iter().zip(sources).enumerate() {
            for (column, (to, target)) in rectangle.targets.iter().zip(targets).enumerate() {
                if from != to {
                    let entry = table.entry(row, column);
                    grid.put(*from, *to, entry);
                    cache.keep(profile, *source, *target, entry);
                }
            }
        }
    }

    /// Finds whom the engine cannot place, and asks the rest of those questions once more.
    async fn ask_without_the_refused(
        &self,
        questions: Vec<Question>,
        places: &[Coordinate],
        profile: &Profile,
        grid: &mut Grid,
    ) -> Result<(), TravelError> {
        if questions.is_empty() {
            return Ok(());
        }
        let suspects: BTreeSet<Coordinate> = questions
            .iter()
            .flat_map(|question| question.sources.iter().chain(&question.targets))
            .copied()
            .collect();
        let suspects: Vec<Coordinate> = suspects.into_iter().collect();
        let found: BTreeSet<Coordinate> =
            refused(self.times.as_ref(), &suspects, profile).await?.into_iter().collect();
        let is_found = |place: usize| places.get(place).is_some_and(|place| found.contains(place));
        let mut again = Vec::new();
        for Question { rectangle, .. } in questions {
            for from in &rectangle.sources {
                for to in rectangle.targets.iter().filter(|to| is_found(**to) || is_found(*from)) {
                    // Remembered too: whoever asks again must not look for the same points again.
                    grid.put(*from, *to, Entry::NotKnown);
                    if let (Some(source), Some(target)) = (places.get(*from), places.get(*to)) {
                        self.remembered().keep(profile, *source, *target, Entry::NotKnown);
                    }
                }
            }
            let known = |some: Vec<usize>| some.into_iter().filter(|place| !is_found(*place)).collect();
            let rest = Rectangle { sources: known(rectangle.sources), targets: known(rectangle.targets) };
            if !rest.sources.is_empty() && !rest.targets.is_empty() {
                again.push(Question::of(rest, places));
            }
        }
        match self.ask(again, profile, grid).await?.is_empty() {
            true => Ok(()),
            // Each point alone is placed, and together they are not: two maps without a way between.
            false => Err(TravelError::OffTheMap),
        }
    }

    fn remembered(&self) -> MutexGuard<'_, Cache> {
        // A cache is whole after each call: whoever panicked while holding it left nothing half done.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Question {
    fn of(rectangle: Rectangle, places: &[Coordinate]) -> Self {
        let at = |some: &[usize]| some.iter().filter_map(|place| places.get(*place).copied()).collect();
        Self { sources: at(&rectangle.sources), targets: at(&rectangle.targets), rectangle }
    }
}

/// Ways between points from what is known between places, and how many pairs are the formula's.
fn by_grid(points: &[Coordinate], places: &Places, grid: &Grid, profile: &Profile) -> (Ways, usize) {
    let mut estimated = 0;
    let mut legs = Vec::with_capacity(points.len().saturating_mul(points.len()));
    for (from, from_place) in points.iter().zip(&places.of) {
        for (to, to_place) in points.iter().zip(&places.of) {
            legs.push(match grid.get(*from_place, *to_place) {
                _ if from_place == to_place => Some(Leg { metres: 0, seconds: 0 }),
                Some(Entry::Ride(leg)) => Some(leg),
                Some(Entry::NoWay) => None,
                Some(Entry::NotKnown) | None => {
                    estimated += 1;
                    Some(estimate(*from, *to, profile))
                }
            });
        }
    }
    (Ways::new(points.len(), legs), estimated)
}

#[cfg(test)]
#[path = "travel_tests.rs"]
mod tests;
