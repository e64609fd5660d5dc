//! What would make an order fit that is left out: one thing at a time, each tried and not guessed.

use crate::left_out::Reason;
use crate::plan::{Plan, Round};
use crate::problem::{Bike, Order, Problem, StopId, TICKS_MAX, Window};
use crate::search::{PlaceError, place};

/// One thing that, changed alone, makes the order fit. Bikes are named by their index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WouldFit {
    /// Another time at the door, the nearest there is: this bike would begin there at this tick.
    AnotherTime {
        /// The bike.
        bike: usize,
        /// The tick.
        begins: u32,
    },
    /// A longer shift, by as little as can be: this bike would be back at this tick.
    LongerShift {
        /// The bike.
        bike: usize,
        /// The tick.
        returns: u32,
    },
    /// One more bike like this one.
    OneMoreBike {
        /// The bike it would be like.
        like: usize,
    },
    /// A larger box on this bike, the one that lacks least.
    LargerBox {
        /// The bike.
        bike: usize,
        /// Litres it lacks.
        litres: u64,
        /// Kilograms it lacks.
        kilograms: u64,
    },
    /// Skills that no rider of a bike has all of: what this one lacks, who lacks the fewest.
    Skills {
        /// The bike.
        bike: usize,
        /// The bits it lacks.
        lacks: u64,
    },
    /// What the goods need and no such bike has all of: what this one lacks, which lacks the fewest.
    Flags {
        /// The bike.
        bike: usize,
        /// The bits it lacks.
        lacks: u64,
    },
}

impl WouldFit {
    /// The same with another index for its bike.
    #[must_use]
    pub fn on(self, name: impl Fn(usize) -> usize) -> Self {
        match self {
            Self::AnotherTime { bike, begins } => Self::AnotherTime { bike: name(bike), begins },
            Self::LongerShift { bike, returns } => Self::LongerShift { bike: name(bike), returns },
            Self::OneMoreBike { like } => Self::OneMoreBike { like: name(like) },
            Self::LargerBox { bike, litres, kilograms } => {
                Self::LargerBox { bike: name(bike), litres, kilograms }
            }
            Self::Skills { bike, lacks } => Self::Skills { bike: name(bike), lacks },
            Self::Flags { bike, lacks } => Self::Flags { bike: name(bike), lacks },
        }
    }
}

/// Everything that alone would make room for an order that a plan leaves out, in the sequence of [`WouldFit`].
///
/// It costs up to some sixty placings and one for each kind of bike, so it is for the few that a person asks about.
/// `halted` is asked before each: told to stop, it says what it has found.
pub fn would_fit(
    problem: &Problem,
    plan: &Plan,
    order: usize,
    halted: &mut dyn FnMut() -> bool,
) -> Result<Vec<WouldFit>, PlaceError> {
    found(problem, plan, order, true, halted)
}

/// The same in a day under way, where one more bike would be one that begins where and when somebody is free next, which
/// no co-op has: it is not tried.
pub(crate) fn would_fit_on_these(
    problem: &Problem,
    plan: &Plan,
    order: usize,
    halted: &mut dyn FnMut() -> bool,
) -> Result<Vec<WouldFit>, PlaceError> {
    found(problem, plan, order, false, halted)
}

fn found(
    problem: &Problem,
    plan: &Plan,
    order: usize,
    may_be_more: bool,
    halted: &mut dyn FnMut() -> bool,
) -> Result<Vec<WouldFit>, PlaceError> {
    let Some(wanted) = problem.orders.get(order) else { return Err(PlaceError::NoSuchOrder { order }) };
    // Why others are left out may change with what is changed for this one.
    let mut plan = plan.clone();
    plan.left_out.iter_mut().for_each(|left_out| left_out.reason = Reason::NotTried);
    let mut trial = Trial { problem: problem.clone(), plan: &plan, order, halted, stopped: false };
    let reason = match trial.place()? {
        Ok(_) => return Ok(Vec::new()),
        Err(reason) => reason,
    };
    Ok(match reason {
        Reason::NotTried | Reason::NoBikes | Reason::Unreachable => Vec::new(),
        Reason::Skills => {
            let least = least_lacking(problem, |_| true, |bike| wanted.skills & !bike.skills);
            least.map(|(bike, lacks)| WouldFit::Skills { bike, lacks }).into_iter().collect()
        }
        Reason::Flags => {
            let least =
                least_lacking(problem, |bike| has_skills(bike, wanted), |bike| wanted.flags & !bike.flags);
            least.map(|(bike, lacks)| WouldFit::Flags { bike, lacks }).into_iter().collect()
        }
        Reason::TooLarge => trial.larger_box(problem, wanted)?.into_iter().collect(),
        Reason::WindowNeverOpen | Reason::NoTimeAlone => {
            [trial.another_time(wanted)?, trial.longer_shift(problem)?].into_iter().flatten().collect()
        }
        Reason::NoRoomBesideOthers => {
            let one_more = if may_be_more { trial.one_more_bike(problem)? } else { None };
            [trial.another_time(wanted)?, trial.longer_shift(problem)?, one_more]
                .into_iter()
                .flatten()
                .collect()
        }
    })
}

fn has_skills(bike: &Bike, order: &Order) -> bool {
    order.skills & !bike.skills == 0
}

/// Of some bikes the first that lacks the fewest bits, and which.
fn least_lacking(
    problem: &Problem,
    among: impl Fn(&Bike) -> bool,
    lacks: impl Fn(&Bike) -> u64,
) -> Option<(usize, u64)> {
    let bikes = problem.bikes.iter().enumerate().filter(|(_, bike)| among(bike));
    bikes.map(|(index, bike)| (index, lacks(bike))).min_by_key(|(_, lacks)| lacks.count_ones())
}

/// The problem, changed and put back again.
struct Trial<'a> {
    problem: Problem,
    plan: &'a Plan,
    order: usize,
    halted: &'a mut dyn FnMut() -> bool,
    stopped: bool,
}

impl Trial<'_> {
    /// The round with the order in it, or why there is none.
    fn place(&mut self) -> Result<Result<Round, Reason>, PlaceError> {
        self.stopped |= (self.halted)();
        if self.stopped {
            return Ok(Err(Reason::NotTried));
        }
        let made = place(&self.problem, self.plan, self.order)?;
        let left_out = made.left_out.iter().find(|left_out| left_out.order == self.order);
        let has = |round: &Round| round.visits.iter().any(|visit| visit.stop.order() == self.order);
        Ok(match (left_out, made.rounds.into_iter().find(has)) {
            (None, Some(round)) => Ok(round),
            (left_out, _) => Err(left_out.map_or(Reason::NotTried, |left_out| left_out.reason)),
        })
    }

    /// The round by the smallest change of so many ticks that makes it fit.
    fn least(&mut self, change: impl Fn(&mut Problem, u32)) -> Result<Option<Round>, PlaceError> {
        change(&mut self.problem, TICKS_MAX);
        let Ok(mut found) = self.place()? else { return Ok(None) };
        let (mut too_few, mut enough) = (0, TICKS_MAX);
        while enough - too_few > 1 {
            let middle = too_few + (enough - too_few) / 2;
            change(&mut self.problem, middle);
            let placed = self.place()?;
            if self.stopped {
                // There is less that would do, and nobody knows how much.
                return Ok(None);
            }
            match placed {
                Ok(round) => (enough, found) = (middle, round),
                Err(_) => too_few = middle,
            }
        }
        Ok(Some(found))
    }

    fn another_time(&mut self, wanted: &Order) -> Result<Option<WouldFit>, PlaceError> {
        let (order, asked) = (self.order, wanted.drop_off.window);
        let found = self.least(|problem, ticks| {
            if let Some(order) = problem.orders.get_mut(order) {
                let window = Window {
                    earliest: asked.earliest.min(asked.latest).saturating_sub(ticks),
                    latest: asked.latest.saturating_add(ticks),
                };
                order.drop_off.window = window;
            }
        });
        if let Some(changed) = self.problem.orders.get_mut(order) {
            changed.drop_off.window = asked;
        }
        Ok(found?.and_then(|round| {
            let visit = round.visits.iter().find(|visit| visit.stop == StopId::DropOff { order })?;
            Some(WouldFit::AnotherTime { bike: round.bike, begins: visit.begins })
        }))
    }

    fn longer_shift(&mut self, given: &Problem) -> Result<Option<WouldFit>, PlaceError> {
        let found = self.least(|problem, ticks| {
            for (bike, given) in problem.bikes.iter_mut().zip(&given.bikes) {
                bike.shift.latest = given.shift.latest.saturating_add(ticks);
            }
        });
        self.problem.bikes.clone_from(&given.bikes);
        Ok(found?.map(|round| WouldFit::LongerShift { bike: round.bike, returns: round.returns }))
    }

    /// The bike that may have it and lacks least room, if that is all it lacks.
    fn larger_box(&mut self, given: &Problem, wanted: &Order) -> Result<Option<WouldFit>, PlaceError> {
        let (litres, kilograms) = wanted.size();
        let may = |bike: &Bike| has_skills(bike, wanted) && wanted.flags & !bike.flags == 0;
        let bikes = given.bikes.iter().enumerate().filter(|(_, bike)| may(bike));
        let mut lacking: Vec<(u64, u64, usize)> = bikes
            .map(|(bike, has)| {
                let litres = litres.saturating_sub(u64::from(has.capacity.litres));
                (litres, kilograms.saturating_sub(u64::from(has.capacity.kilograms)), bike)
            })
            .collect();
        lacking.sort_by_key(|(litres, kilograms, _)| litres.saturating_add(*kilograms));
        let whole = |amount: u64| u32::try_from(amount).unwrap_or(u32::MAX);
        let mut found = None;
        for (litres, kilograms, bike) in lacking {
            if let Some(larger) = self.problem.bikes.get_mut(bike) {
                larger.capacity.litres = larger.capacity.litres.saturating_add(whole(litres));
                larger.capacity.kilograms = larger.capacity.kilograms.saturating_add(whole(kilograms));
            }
            let placed = self.place();
            self.problem.bikes.clone_from(&given.bikes);
            if placed?.is_ok_and(|round| round.bike == bike) {
                found = Some(WouldFit::LargerBox { bike, litres, kilograms });
                break;
            }
        }
        Ok(found)
    }

    fn one_more_bike(&mut self, given: &Problem) -> Result<Option<WouldFit>, PlaceError> {
        let mut found = None;
        for (like, bike) in given.bikes.iter().enumerate() {
            if given.bikes.iter().take(like).any(|other| other == bike) {
                continue;
            }
            self.problem.bikes.push(bike.clone());
            let placed = self.place();
            self.problem.bikes.truncate(given.bikes.len());
            if placed?.is_ok_and(|round| round.bike == given.bikes.len()) {
                found = Some(WouldFit::OneMoreBike { like });
                break;
            }
        }
        Ok(found)
    }
}
