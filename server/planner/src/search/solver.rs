//! The steps: ruin, recreate, keep or take back.

use super::chance::Chance;
use super::fleet::Absences;
use super::ground::Ground;
use super::heat::Heat;
use super::near::Near;
use super::progress::{Budget, Pace, Phase, Progress};
use super::recreate::Recreate;
use super::route::Route;
use super::ruin::{Ruin, Strength};
use super::state::State;

/// Share of the budget for fewer bikes, where they count first.
const FLEET_SHARE: f64 = 0.4;

/// Temperatures, in parts of what a round costs on average: it begins where a whole round more may be kept, and ends
/// where no stop is moved for nothing. Where they were parts of what a stop costs, rounds of seventy stops stayed 8 to
/// 14 % above the best, and one of twenty-nine small instances 5 %.
const FIRST_HEAT: f64 = 1.0;
const LAST_HEAT: f64 = 0.005;

/// The same while bikes are saved, in parts of what a stop costs: what counts there is whom a plan leaves out.
const FLEET_HEAT: f64 = 4.0;

/// What a ruin takes where orders are pairs of stops: half as much again as published. On routes of seventy stops less
/// never gets out of a valley 8 to 14 % above the best.
const PAIRS: Strength = Strength { string_max: 10, stops: 15.0, split_one_in: 2 };

/// And where they are larger: each stop that is hit takes more with it.
const GROUPS: Strength = Strength { string_max: 5, stops: 7.0, split_one_in: 2 };

/// Stops that a ruin takes at most while bikes are saved: the published strength.
const FLEET_STOPS: f64 = 10.0;

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
    strength: Strength,
    progress: Progress,
    stopped: bool,
    used: f64,
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
        Self {
            ground,
            near,
            best: state.routes.clone(),
            best_value: Value { left_out: ground.orders.len(), bikes: 0, cost: 0 },
            riding_max: state.routes.len(),
            strength: if ground.stops * 2 > ground.orders.len() * 5 { GROUPS } else { PAIRS },
            progress: Progress::new(ground.orders.len()),
            state,
            ruin: Ruin::default(),
            recreate: Recreate::new(ground),
            chance: Chance::new(seed),
            fewest_bikes,
            budget,
            stopped: false,
            used: 0.0,
        }
    }

    /// Works until the budget is used up or the caller stops it.
    pub fn run(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) {
        self.first_plan(pace);
        if self.ground.stops == 0 || self.state.riding == 0 {
            return;
        }
        let share = if self.fewest_bikes { FLEET_SHARE } else { 0.0 };
        if self.fewest_bikes && self.state.absent.is_empty() {
            self.fewer_bikes(share, pace);
        }
        self.less_cost(self.used, pace);
    }

    fn first_plan(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) {
        let (progress, stopped) = (self.progress, &mut self.stopped);
        let mut halted = || {
            *stopped |= pace(&progress) == Pace::Stop;
            *stopped
        };
        self.recreate.mend(self.ground, &mut self.state, self.riding_max, &mut self.chance, &mut halted);
        self.state.begin();
        self.keep_best();
    }

    /// Whether to go on: counts a step and asks the caller.
    fn goes_on(&mut self, phase: Phase, pace: &mut dyn FnMut(&Progress) -> Pace) -> bool {
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

    fn fewer_bikes(&mut self, share: f64, pace: &mut dyn FnMut(&Progress) -> Pace) {
        let mut absences = Absences::new(self.ground.orders.len());
        let heat = self.heat(FLEET_HEAT, self.ground.stops);
        let strength = self.strength;
        self.strength.stops = strength.stops.min(FLEET_STOPS);
        while self.goes_on(Phase::Fleet, pace) && self.used < share {
            if self.state.absent.is_empty() {
                self.keep_best();
                if self.state.riding <= 1 {
                    break;
                }
                self.riding_max = self.state.riding - 1;
                absences.empty_one(self.ground, &mut self.state);
            }
            self.step();
            let keeps = absences.keep(&self.state, || heat.grace(&mut self.chance));
            absences.count(&self.state.absent);
            if !keeps {
                self.state.undo(self.ground);
            }
        }
        if self.state.absent.is_empty() {
            self.keep_best();
        }
        self.strength = strength;
        self.riding_max = self.best_value.bikes;
        self.state.restore(self.ground, &self.best);
    }

    fn less_cost(&mut self, from: f64, pace: &mut dyn FnMut(&Progress) -> Pace) {
        let mut heat = self.heat(FIRST_HEAT, self.progress.bikes);
        while self.goes_on(Phase::Cost, pace) {
            heat.set((self.used - from) / (1.0 - from).max(1e-9));
            self.step();
            if !self.keeps(&heat) {
                self.state.undo(self.ground);
            } else if self.value() < self.best_value {
                self.keep_best();
            }
        }
    }

    fn keeps(&mut self, heat: &Heat) -> bool {
        let (now, before) = (self.state.absent.len(), self.state.absent_before().len());
        if now != before {
            return now < before;
        }
        if self.fewest_bikes && self.state.riding != self.state.riding_before() {
            return self.state.riding < self.state.riding_before();
        }
        self.state.cost <= self.state.cost_before().saturating_add(heat.grace(&mut self.chance))
    }

    fn step(&mut self) {
        self.state.begin();
        self.ruin.strike(self.ground, &self.near, &mut self.state, self.strength, &mut self.chance);
        let ground = self.ground;
        self.recreate.mend(ground, &mut self.state, self.riding_max, &mut self.chance, &mut || false);
    }

    /// A temperature that begins at so many times what one of `parts` of the plan costs.
    fn heat(&self, first: f64, parts: usize) -> Heat {
        let each = self.best_value.cost as f64 / parts.max(1) as f64;
        Heat::new(first * each, LAST_HEAT * each)
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
