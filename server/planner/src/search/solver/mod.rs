//! The steps: ruin, recreate, keep or take back.

mod fewer;

use super::chance::Chance;
use super::eject::Eject;
use super::ground::Ground;
use super::heat::Heat;
use super::near::Near;
use super::progress::{Budget, Pace, Phase, Progress};
use super::recreate::Recreate;
use super::route::Route;
use super::ruin::{Ruin, Strength};
use super::state::State;
use super::uneven;

/// First plans that are tried while nobody rides: as many ways as are tried before it is said that an order has none.
const EMPTY_TRIES: usize = 64;

/// Where orders are pairs, cost is made small from so many plans, each for such a share, and then from the best. Who rides with whom hardly
/// changes any more when no route has room: from one plan alone, some instances ended 6 to 15 % above the best, by luck.
const STARTS: usize = 5;
const START_SHARE: f64 = 0.12;

/// Steps for each stop that a start must have, or all time goes into one.
const START_STEPS_PER_STOP: f64 = 60.0;

/// Share of the budget by which the pace is known.
const PACE_SHARE: f64 = 0.005;

/// Temperatures where orders are pairs of stops, in parts of what a round costs on average: it begins where a whole
/// round more may be kept, and ends where no stop is moved for nothing. Where they were parts of what a stop costs,
/// rounds of seventy stops stayed 8 to 14 % above the best, and one of twenty-nine small instances 5 %.
const FIRST_HEAT: f64 = 1.0;

/// The same where there is no time to cool down from there: less than [`START_STEPS_PER_STOP`].
const HURRIED_HEAT: f64 = 0.1;
const LAST_HEAT: f64 = 0.005;

/// Temperatures where orders are larger, in parts of what a stop costs on average. The same two do for rounds of eight
/// stops and of seventy; parts of a round do not. From here one long fall ends at half the gap of several starts.
const GROUPS_FIRST_HEAT: f64 = 3.0;
const GROUPS_LAST_HEAT: f64 = 0.25;

/// Where orders are larger, the share of the budget after which a bike fewer is tried.
const GROUPS_FALL_SHARE: f64 = 0.7;

/// Where the last fall begins, in parts of what a stop costs.
const GROUPS_AGAIN_HEAT: f64 = 1.0;

/// What a ruin takes where orders are pairs of stops: half as much again as published. On routes of seventy stops less
/// never gets out of a valley 8 to 14 % above the best.
const PAIRS: Strength = Strength { string_max: 10, stops: 15.0, split_one_in: 2 };

/// And where they are larger: each stop that is hit takes more with it.
const GROUPS: Strength = Strength { string_max: 5, stops: 7.0, split_one_in: 2 };

/// The work on one problem.
pub struct Solver<'a> {
    ground: &'a Ground,
    near: Near,
    pub state: State,
    ruin: Ruin,
    recreate: Recreate,
    chance: Chance,
    /// The best plan's routes.
    pub best: Vec<Route>,
    best_value: Value,
    fewest_bikes: bool,
    budget: Budget,
    riding_max: usize,
    /// Whether most orders are more than a pickup and a drop-off.
    groups: bool,
    /// Where the next fall begins, in parts of what a stop costs for groups, of what a round costs for pairs.
    first_heat: f64,
    strength: Strength,
    eject: Eject,
    progress: Progress,
    stopped: bool,
    used: f64,
    /// Orders that the first plan did not come to before it was told to stop.
    pub untried: Vec<u32>,
}

/// What makes a plan better, the first difference deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Value {
    left_out: usize,
    /// 0 where fewest bikes are not asked for.
    bikes: usize,
    cost: i64,
}

impl<'a> Solver<'a> {
    /// Begins with all orders left out.
    pub fn new(ground: &'a Ground, near: Near, fewest_bikes: bool, seed: u64, budget: Budget) -> Self {
        let state = State::new(ground);
        let groups = ground.stops * 2 > ground.orders.len() * 5;
        Self {
            ground,
            near,
            best: state.routes.clone(),
            best_value: Value { left_out: ground.orders.len(), bikes: 0, cost: 0 },
            riding_max: state.routes.len(),
            first_heat: if groups { GROUPS_FIRST_HEAT } else { HURRIED_HEAT },
            groups,
            strength: if groups { GROUPS } else { PAIRS },
            eject: Eject::default(),
            progress: Progress::new(ground.orders.len()),
            state,
            ruin: Ruin::default(),
            recreate: Recreate::new(ground),
            chance: Chance::new(seed),
            fewest_bikes,
            budget,
            stopped: false,
            used: 0.0,
            untried: Vec::new(),
        }
    }

    /// Works until the budget is used up or the caller stops it.
    pub fn run(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) {
        self.first_plan(pace);
        let tried = self.state.absent.len() - self.recreate.untried;
        self.untried = self.state.absent.get(tried..).unwrap_or_default().to_vec();
        // Whoever is tried in a few ways alone is not out for good: no step would try again where nobody rides.
        for _ in 0..EMPTY_TRIES {
            if self.state.riding > 0 || self.state.absent.is_empty() || !self.goes_on(Phase::First, pace) {
                break;
            }
            self.first_plan(pace);
        }
        if self.ground.stops == 0 || self.state.riding == 0 {
            return;
        }
        if self.fewest_bikes && self.state.absent.is_empty() {
            self.fewer_bikes(pace);
        }
        let steps = self.steps_at_this_pace(pace);
        let has_time = |share: f64| steps * share >= START_STEPS_PER_STOP * self.ground.stops as f64;
        if !self.groups && has_time(START_SHARE) {
            self.best_of_starts(pace);
        } else if self.groups && !self.fewest_bikes && has_time(GROUPS_FALL_SHARE) {
            self.less_cost(GROUPS_FALL_SHARE, pace);
            self.state.restore(self.ground, &self.best);
            self.one_bike_fewer(pace);
        }
        self.less_cost(1.0, pace);
    }

    fn first_plan(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) {
        let (progress, stopped) = (self.progress, &mut self.stopped);
        let mut halted = || {
            *stopped |= pace(&progress) == Pace::Stop;
            *stopped
        };
        self.recreate.mend(
            self.ground,
            &mut self.state,
            self.riding_max,
            &mut self.chance,
            None,
            &mut halted,
        );
        self.state.begin();
        self.keep_best();
    }

    /// Whether to go on: counts a step and asks the caller.
    fn goes_on(&mut self, phase: Phase, pace: &mut dyn FnMut(&Progress) -> Pace) -> bool {
        if self.stopped {
            return false;
        }
        self.progress.phase = phase;
        match pace(&self.progress) {
            Pace::Stop => self.stopped = true,
            Pace::Used(share) => match self.budget {
                Budget::Asked => self.used = share,
                Budget::Steps(steps) => self.used = self.progress.steps as f64 / steps.max(1) as f64,
            },
        }
        self.progress.steps += 1;
        !self.stopped && self.used < 1.0
    }

    /// How many steps the whole budget gives, by the pace of the first ones.
    fn steps_at_this_pace(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) -> f64 {
        let (steps, used) = (self.progress.steps, self.used);
        self.less_cost(used + PACE_SHARE, pace);
        (self.progress.steps - steps) as f64 / (self.used - used).max(PACE_SHARE)
    }

    /// Makes cost small from several plans, and ends with the best.
    fn best_of_starts(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) {
        self.first_heat = FIRST_HEAT;
        if !self.state.absent.is_empty() || self.progress.bikes <= 1 {
            return;
        }
        for start in 0..STARTS {
            if start > 0 {
                self.go_apart(pace);
            }
            self.less_cost(self.used + START_SHARE, pace);
            self.riding_max = self.bikes_allowed();
            self.state.restore(self.ground, &self.best);
        }
    }

    /// Bikes that may ride: no more than the best plan has, where they are scarce.
    fn bikes_allowed(&self) -> usize {
        if self.fewest_bikes { self.best_value.bikes } else { self.state.routes.len() }
    }

    /// Makes the plan cheaper, hot at first, until a share of the budget is used.
    fn less_cost(&mut self, until: f64, pace: &mut dyn FnMut(&Progress) -> Pace) {
        let from = self.used;
        let mut heat = if self.groups {
            self.heat(self.first_heat, GROUPS_LAST_HEAT, self.ground.stops)
        } else {
            self.heat(self.first_heat, LAST_HEAT, self.progress.bikes)
        };
        while self.goes_on(Phase::Cost, pace) && self.used < until {
            heat.set((self.used - from) / (until - from).max(1e-9));
            let most = self.state.cost.saturating_add(heat.grace(&mut self.chance));
            let kept = self.step(self.strength, self.cost_decides().then_some(most)) && self.keeps(most);
            if !kept {
                self.state.undo(self.ground);
            } else if self.value() < self.best_value {
                self.keep_best();
            }
        }
    }

    /// Whether a step that gets too dear can be given up on the way: nobody is left out whom it might serve at any
    /// cost, and no order that goes in makes the plan cheaper. That is so as long as no detour is shorter than the way
    /// and rounds need not be even; where it is not, a step is lost that might have been kept.
    fn cost_decides(&self) -> bool {
        self.state.absent.is_empty() && !uneven::counts(&self.ground.aims)
    }

    /// Whether the plan may stay, which costs no more than `most` or is better in what comes before cost.
    fn keeps(&self, most: i64) -> bool {
        let (now, before) = (self.state.absent.len(), self.state.absent_before().len());
        if now != before {
            return now < before;
        }
        if self.fewest_bikes && self.state.riding != self.state.riding_before() {
            return self.state.riding < self.state.riding_before();
        }
        self.state.cost <= most
    }

    /// Ruins and recreates; false if it was given up because it costs more than `most`.
    fn step(&mut self, strength: Strength, most: Option<i64>) -> bool {
        self.state.begin();
        self.ruin.strike(self.ground, &self.near, &mut self.state, strength, &mut self.chance);
        let ground = self.ground;
        self.recreate.mend(ground, &mut self.state, self.riding_max, &mut self.chance, most, &mut || false)
    }

    /// A temperature that falls from so many times what one of `parts` of the plan costs to so many.
    fn heat(&self, first: f64, last: f64, parts: usize) -> Heat {
        let each = self.best_value.cost as f64 / parts.max(1) as f64;
        Heat::new(first * each, last * each)
    }

    fn value(&self) -> Value {
        Value {
            left_out: self.state.absent.len(),
            bikes: if self.fewest_bikes { self.state.riding } else { 0 },
            cost: self.state.cost,
        }
    }

    fn keep_best(&mut self) {
        self.best.clone_from_slice(&self.state.routes);
        self.best_value = self.value();
        self.progress.left_out = self.state.absent.len();
        self.progress.bikes = self.state.riding;
        self.progress.cost = self.state.cost;
    }
}
