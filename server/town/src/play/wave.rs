//! A wave: the rounds that begin in one period, planned together.
//!
//! The orders come as rounds, each in the hands of the courier whom they lie nearest to. The office has them planned
//! by the product's service (`wave_planning`): every order may go to anybody of those who are asked, and be ridden in any
//! sequence within its windows. Here is what it asks for and what it makes of the answer; nothing here asks anybody.

use std::collections::BTreeMap;

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::ids::{MemberId, StopId};
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::personal::Personal;
use core_sync::domain::time::Window;
use core_sync::wire::plan::{PlanAnswer, PlanCourier};

use super::day_clock::{DayClock, Minute};
use super::flat_map::Spot;
use super::orders::{PlannedRound, PlannedStop, ROUND_MINUTES, ROUND_STOPS_MAX};

/// A wave is planned so long before it begins: a coordinator needs a while to look at it, and couriers to read it.
const LAID_MINUTES_BEFORE: u32 = 20;
/// Minutes before the next wave in which a planned round is over: what comes late, a break and what goes wrong take time,
/// and nobody rides for hours while others wait.
const SPARE_MINUTES: u32 = 80;
/// Couriers whom a wave is planned for, those who rode least that day: half as many again as a wave needs, so that there
/// is a choice, and so few that whoever waited is asked next.
const ASKED: usize = 28;
/// Whoever waited through so many waves has what came to her planned for her alone, so that she rides whatever the others
/// do. Most have ridden by then.
const WAITED_WAVES: usize = 2;
/// What a cargo bike with a box in front carries.
pub(super) const LITRES: u32 = 220;
pub(super) const KILOGRAMS: u32 = 100;

/// The rounds of one draft: as many as surely fit into it.
const ROUNDS_PER_DRAFT: usize = STOPS_PER_ROUND_MAX / ROUND_STOPS_MAX;

/// A wave as it comes.
#[derive(Debug)]
pub(crate) struct Wave {
    /// When its first courier starts.
    pub(crate) begins: Minute,
    /// A round for each courier, in their sequence.
    pub(crate) rounds: Vec<PlannedRound>,
    /// Minutes that riding takes if all rounds are ridden as they come.
    pub(crate) nearest_first: u32,
}

/// What is planned at once.
#[derive(Debug)]
pub(crate) struct WavePart<'a> {
    /// Whom it is planned for: their rounds as they came, which say when they start.
    asked: Vec<&'a PlannedRound>,
    /// The rounds whose orders they may ride.
    rounds: Vec<&'a PlannedRound>,
}

/// A stop of a wave that waits in a draft.
#[derive(Debug, Clone)]
pub(crate) struct DraftedStop {
    pub(crate) id: StopId,
    /// The courier whom it came to.
    pub(crate) came_to: usize,
    pub(crate) planned: PlannedStop,
}

/// A round that the plan makes.
#[derive(Debug)]
pub(crate) struct LaidRound {
    pub(crate) courier: usize,
    pub(crate) start: Minute,
    pub(crate) stops: Vec<DraftedStop>,
}

/// Where a courier waits for a wave: on the map, and as a request says it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitingPlace {
    pub(crate) spot: Spot,
    pub(crate) coordinate: Coordinate,
}

/// Minutes of riding that rounds take, from where each courier is to her last stop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Riding {
    /// As they were planned.
    pub(crate) planner: u32,
    /// As they came.
    pub(crate) nearest_first: u32,
}

/// What the waves so far leave.
#[derive(Debug)]
pub(crate) struct Waves {
    /// Where each courier waits for the next one, if she rides as planned.
    waiting: Vec<WaitingPlace>,
    /// Minutes that each courier rides by the plans so far.
    ridden: Vec<u32>,
    /// How many there were.
    count: usize,
    /// What all of them take.
    pub(crate) riding: Riding,
}

impl Wave {
    /// When the office has it planned.
    pub(crate) fn laid(&self, day: &DayClock) -> Minute {
        self.begins.minus(LAID_MINUTES_BEFORE).max(day.from)
    }
}

impl<'a> WavePart<'a> {
    /// Its rounds by the drafts that they wait in.
    pub(crate) fn drafts(&self) -> impl Iterator<Item = &[&'a PlannedRound]> {
        self.rounds.chunks(ROUNDS_PER_DRAFT)
    }
}

impl Waves {
    /// Before the first.
    pub(crate) fn new(bases: Vec<WaitingPlace>) -> Self {
        Self { ridden: vec![0; bases.len()], waiting: bases, count: 0, riding: Riding::default() }
    }

    /// Where a courier waits.
    pub(crate) fn waiting(&self, courier: usize) -> Option<Coordinate> {
        self.waiting.get(courier).map(|waiting| waiting.coordinate)
    }

    /// How many there were.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// What of a wave is planned together. The service knows nothing of the hours before, so this is how everybody comes to
    /// ride: those are asked who rode least, and whoever waited for long has a plan of her own.
    pub(crate) fn parts<'a>(&self, wave: &'a Wave) -> Vec<WavePart<'a>> {
        let ridden = |round: &PlannedRound| self.ridden.get(round.courier).copied().unwrap_or_default();
        let waited = |round: &&PlannedRound| self.count >= WAITED_WAVES && ridden(round) == 0;
        let (alone, together): (Vec<_>, Vec<_>) = wave.rounds.iter().partition(waited);
        let mut asked = together.clone();
        asked.sort_by_key(|round| ridden(round));
        asked.truncate(ASKED);
        asked.sort_by_key(|round| round.courier);
        let alone = alone.into_iter().map(|round| WavePart { asked: vec![round], rounds: vec![round] });
        let together = WavePart { asked, rounds: together };
        alone
            .chain([together])
            .filter(|part| part.rounds.iter().any(|round| !round.stops.is_empty()))
            .collect()
    }

    /// The couriers of a request.
    pub(crate) fn couriers(
        &self,
        part: &WavePart<'_>,
        members: &[MemberId],
        day: &DayClock,
    ) -> Vec<PlanCourier> {
        let couriers = part.asked.iter().filter_map(|round| {
            let until = round.start.plus(ROUND_MINUTES - SPARE_MINUTES);
            Some(PlanCourier {
                courier: *members.get(round.courier)?,
                shift: Window { from_ms: day.time(round.start), until_ms: day.time(until) },
                start: Personal::new(self.waiting.get(round.courier)?.coordinate),
                end: None,
                litres: LITRES,
                kilograms: KILOGRAMS,
                speed_per_mille: None,
            })
        });
        couriers.collect()
    }

    /// A wave is laid: from now on its couriers wait where its rounds end.
    pub(crate) fn laid<'a>(&mut self, wave: &Wave, rounds: impl Iterator<Item = &'a LaidRound>) {
        self.riding.nearest_first += wave.nearest_first;
        self.count += 1;
        for round in rounds {
            let courier = round.courier;
            let (Some(here), Some(ridden)) = (self.waiting.get_mut(courier), self.ridden.get_mut(courier))
            else {
                continue;
            };
            let minutes = minutes_of(here.spot, round.stops.iter().map(|stop| stop.planned.spot));
            *ridden += minutes;
            self.riding.planner += minutes;
            if let Some(last) = round.stops.last().map(|stop| &stop.planned) {
                *here = WaitingPlace { spot: last.spot, coordinate: *last.card.coordinate.reveal() };
            }
        }
    }
}

/// Minutes of riding from here through these places.
pub(crate) fn minutes_of(mut here: Spot, places: impl Iterator<Item = Spot>) -> u32 {
    let mut minutes = 0;
    for place in places {
        minutes += here.minutes_to(place);
        here = place;
    }
    minutes
}

/// The rounds of a plan. What no round of it has stays with whom it came to, in the sequence that it came in, at the end of
/// her round: the shop promised it, and late is better than never.
pub(crate) fn laid(
    plan: &PlanAnswer,
    part: &WavePart<'_>,
    drafted: &[DraftedStop],
    members: &[MemberId],
    day: &DayClock,
) -> Vec<LaidRound> {
    let mut left: BTreeMap<StopId, &DraftedStop> = drafted.iter().map(|stop| (stop.id, stop)).collect();
    let mut rounds: BTreeMap<usize, LaidRound> = BTreeMap::new();
    for planned in &plan.rounds {
        let Some(courier) = members.iter().position(|member| *member == planned.courier) else { continue };
        let stops = planned.stops.iter().filter_map(|stop| left.remove(&stop.stop)).cloned().collect();
        let start = day.minute_of(planned.leaves_ms);
        rounds.insert(courier, LaidRound { courier, start, stops });
    }
    for stop in drafted.iter().filter(|stop| left.contains_key(&stop.id)) {
        let Some(came) = part.rounds.iter().find(|round| round.courier == stop.came_to) else { continue };
        let round = rounds.entry(stop.came_to);
        let own = || LaidRound { courier: came.courier, start: came.start, stops: Vec::new() };
        round.or_insert_with(own).stops.push(stop.clone());
    }
    rounds.into_values().collect()
}

#[cfg(test)]
mod tests;
