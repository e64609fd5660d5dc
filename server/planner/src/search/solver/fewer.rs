//! Plans with a bike fewer: where bikes count first, where a start leaves the plan before it, and where larger orders
//! may do with one fewer.

use super::super::fleet::{Absences, empty_any};
use super::super::ground::Ground;
use super::super::heat::Heat;
use super::super::progress::{Pace, Phase, Progress};
use super::super::ruin::Strength;
use super::{GROUPS_AGAIN_HEAT, LAST_HEAT, Solver};

/// Share of the budget for fewer bikes, where they count first. Most fleets are there after a twentieth; with a quarter,
/// lrc1_2_7 kept a bike too many in four runs of six, with this in one of five.
const FLEET_SHARE: f64 = 0.4;

/// Share of the budget since the last bike was saved, after which it goes on only where a plan has left out [`NEAR_MAX`]
/// orders or fewer. On Li & Lim 200 and Sartori & Buriol every bike that was saved later had been as near by then, and two
/// instances of three are further away for good: their time makes rounds shorter instead.
const PATIENCE_SHARE: f64 = 0.1;
const NEAR_MAX: usize = 2;

/// Share of the budget with a bike fewer, by which a plan becomes another one, and until it must be whole again.
const APART_SHARE: f64 = 0.01;
const APART_SHARE_MAX: f64 = 0.03;

/// While bikes are scarce, one step in so many puts an order in by taking others out.
const EJECT_EVERY: u64 = 30;

/// Share of the budget that trying a bike fewer may take where orders are larger. Without it one long fall ended with
/// four bikes instead of three in every second run of w_8_50_3, 6 % above the best; with 0.03 in every third, with 0.1
/// in none of 24.
const GROUPS_FEWER_SHARE: f64 = 0.1;

/// The temperature while bikes are saved, in parts of what a stop costs: what counts there is whom a plan leaves out.
const FLEET_HEAT: f64 = 4.0;

/// Stops that a ruin takes at most while bikes are saved: the published strength.
const FLEET_STOPS: f64 = 10.0;

/// What is known while bikes are saved.
struct Saving {
    absences: Absences,
    heat: Heat,
    steps: u64,
}

impl Saving {
    fn new(ground: &Ground, heat: Heat) -> Self {
        Self { absences: Absences::new(ground.orders.len()), heat, steps: 0 }
    }
}

impl Solver<'_> {
    /// Saves bikes as long as that gets anywhere.
    pub(super) fn fewer_bikes(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) {
        let (mut saved_at, mut fewest_left_out) = (self.used, usize::MAX);
        let mut saving = Saving::new(self.ground, self.heat(FLEET_HEAT, LAST_HEAT, self.ground.stops));
        while self.goes_on(Phase::Fleet, pace) && self.used < FLEET_SHARE {
            if self.state.absent.is_empty() {
                self.keep_best();
                if self.state.riding <= 1 {
                    break;
                }
                self.riding_max = self.state.riding - 1;
                saving.absences.empty_one(self.ground, &mut self.state);
                (saved_at, fewest_left_out) = (self.used, usize::MAX);
            }
            self.saving_step(&mut saving);
            fewest_left_out = fewest_left_out.min(self.state.absent.len());
            if fewest_left_out > NEAR_MAX && self.used > saved_at + PATIENCE_SHARE {
                break;
            }
        }
        if self.state.absent.is_empty() {
            self.keep_best();
        }
        self.riding_max = self.best_value.bikes;
        self.state.restore(self.ground, &self.best);
    }

    /// A step that serves more and heeds cost little.
    fn saving_step(&mut self, saving: &mut Saving) {
        saving.steps += 1;
        if saving.steps.is_multiple_of(EJECT_EVERY) {
            let (absences, scratch) = (&mut saving.absences, &mut self.recreate.scratch);
            self.state.begin();
            self.eject.one(self.ground, &mut self.state, absences, scratch, &mut self.chance);
        }
        let strength = Strength { stops: self.strength.stops.min(FLEET_STOPS), ..self.strength };
        self.step(strength, None);
        let keeps = saving.absences.keep(&self.state, || saving.heat.grace(&mut self.chance));
        saving.absences.count(&self.state.absent);
        if !keeps {
            self.state.undo(self.ground);
        }
    }

    /// Goes to another plan: with a bike fewer if that is found soon, else with as many.
    pub(super) fn go_apart(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) {
        let begun = self.used;
        let mut saving = Saving::new(self.ground, self.heat(FLEET_HEAT, LAST_HEAT, self.ground.stops));
        self.riding_max = self.progress.bikes - 1;
        empty_any(self.ground, &mut self.state, &mut self.chance);
        while self.goes_on(Phase::Cost, pace) && self.used < begun + APART_SHARE_MAX {
            if self.state.absent.is_empty() {
                self.begin_apart();
                self.riding_max = self.bikes_allowed();
                return;
            }
            if self.used >= begun + APART_SHARE {
                self.riding_max = self.bikes_allowed();
            }
            self.saving_step(&mut saving);
        }
        self.riding_max = self.bikes_allowed();
        self.state.restore(self.ground, &self.best);
    }

    /// Goes to a plan with a bike fewer, if one is found: the last fall begins there, and no bike more rides in it. What
    /// was best stays the best if it stays cheaper.
    pub(super) fn one_bike_fewer(&mut self, pace: &mut dyn FnMut(&Progress) -> Pace) {
        self.first_heat = GROUPS_AGAIN_HEAT;
        if !self.state.absent.is_empty() || self.state.riding <= 1 {
            return;
        }
        let begun = self.used;
        let mut saving = Saving::new(self.ground, self.heat(FLEET_HEAT, LAST_HEAT, self.ground.stops));
        self.riding_max = self.state.riding - 1;
        empty_any(self.ground, &mut self.state, &mut self.chance);
        while !self.state.absent.is_empty()
            && self.goes_on(Phase::Cost, pace)
            && self.used < begun + GROUPS_FEWER_SHARE
        {
            self.saving_step(&mut saving);
        }
        if self.state.absent.is_empty() {
            self.begin_apart();
        } else {
            self.riding_max = self.bikes_allowed();
            self.state.restore(self.ground, &self.best);
        }
    }

    /// Goes on from another plan, which may be the best at once.
    fn begin_apart(&mut self) {
        self.state.begin();
        if self.value() < self.best_value {
            self.keep_best();
        }
    }
}
