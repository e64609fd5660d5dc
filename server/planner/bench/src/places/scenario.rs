//! A day of grouped orders between real shops and real doors, made by a seed.
//!
//! It is the prototype's trial, as far as that was written down: one to four shops an order, 3.25 stops on
//! average, four-hour windows at shops and two-hour windows at doors, 220 litres a bike, 1.35 times the
//! straight way at 16 km/h, two minutes at a shop and three at a door, riding time alone made small. Sizes
//! of parcels, when windows open and the hub were not written down and are chosen here: the figures are of
//! one kind with that trial's, not of the same days.

use planner::{Bike, Capacity, Matrix, Order, Problem, ProblemError, Size, Stop, Window};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use super::town::{Point, Town};

/// How much longer streets are than the straight way.
const DETOUR: f64 = 1.35;

/// 16 km/h in metres a second.
const METRES_A_SECOND: f64 = 16.0 / 3.6;

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

/// When bikes may leave and must be back.
const SHIFT: Window = Window { earliest: 9 * HOUR, latest: 20 * HOUR + 30 * MINUTE };

/// The first two hours at a door begin then, and the others each half hour after it.
const FIRST_DOOR: u32 = 11 * HOUR;
const DOOR_BEGINNINGS: u32 = 15;
const DOOR_OPEN: u32 = 2 * HOUR;

/// A shop has its parcel ready three hours before the door opens, and keeps it for four.
const SHOP_BEFORE_DOOR: u32 = 3 * HOUR;
const SHOP_OPEN: u32 = 4 * HOUR;

const AT_SHOP: u32 = 2 * MINUTE;
const AT_DOOR: u32 = 3 * MINUTE;

/// Litres and kilograms of what one shop gives: from a bag to a crate.
const LITRES: (u32, u32) = (5, 25);
const KILOGRAMS: (u32, u32) = (1, 6);

/// A cargo bike.
const CAPACITY: Capacity = Capacity { litres: 220, kilograms: 100 };

/// How large a day is.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub orders: usize,
    pub bikes: usize,
    /// Of a hundred orders, how many have one, two, three and four shops.
    pub shops: [u32; 4],
}

/// From one order to the next in the hundred that are dealt: it has no divisor in common with a hundred.
const STRIDE: u32 = 39;

/// 150 orders, 488 stops, the trial had 486 to 489; more bikes than are needed.
pub const DAY: Scale = Scale { orders: 150, bikes: 20, shops: [30, 30, 25, 15] };

/// 1,000 orders, 3,000 stops: a large co-op's busiest day.
pub const LARGE_DAY: Scale = Scale { orders: 1_000, bikes: 100, shops: [40, 30, 20, 10] };

/// Draws orders of a town.
#[derive(Debug)]
pub struct Scenario {
    pub problem: Problem,
    chance: ChaCha8Rng,
    scale: Scale,
    shops: u32,
    doors: u32,
    /// Orders so far.
    dealt: u32,
}

impl Scenario {
    /// A day of that seed; places are the hub, then shops, then doors.
    pub fn new(town: &Town, scale: Scale, seed: u64) -> Result<Self, ProblemError> {
        let points: Vec<Point> =
            std::iter::once(town.hub()).chain(town.shops.iter().chain(&town.doors).copied()).collect();
        let bike = Bike { capacity: CAPACITY, shift: SHIFT, ..Bike::default() };
        let problem = Problem {
            bikes: vec![bike; scale.bikes],
            profiles: vec![matrix(&points)?],
            ..Problem::default()
        };
        let (shops, doors) = (town.shops.len() as u32, town.doors.len() as u32);
        let mut scenario =
            Self { problem, chance: ChaCha8Rng::seed_from_u64(seed), scale, shops, doors, dealt: 0 };
        for _ in 0..scale.orders {
            let order = scenario.order();
            scenario.problem.orders.push(order);
        }
        Ok(scenario)
    }

    /// How many stops there are.
    pub fn stops(&self) -> usize {
        self.problem.orders.iter().map(|order| order.pickups.len() + 1).sum()
    }

    /// One more order, as the others are.
    pub fn order(&mut self) -> Order {
        let door_opens = FIRST_DOOR + 30 * MINUTE * self.below(DOOR_BEGINNINGS);
        let ready = door_opens - SHOP_BEFORE_DOOR;
        let count = self.count().min(self.shops as usize);
        let mut pickups: Vec<(Stop, Size)> = Vec::new();
        while pickups.len() < count {
            let place = 1 + self.below(self.shops);
            if pickups.iter().any(|(stop, _)| stop.place == place) {
                continue;
            }
            let window = Window { earliest: ready, latest: ready + SHOP_OPEN };
            let size = Size { litres: self.between(LITRES), kilograms: self.between(KILOGRAMS) };
            pickups.push((Stop { place, window, service: AT_SHOP, approach: 0 }, size));
        }
        let drop_off = Stop {
            place: 1 + self.shops + self.below(self.doors),
            window: Window { earliest: door_opens, latest: door_opens + DOOR_OPEN },
            service: AT_DOOR,
            approach: 0,
        };
        Order { pickups, drop_off, skills: 0, flags: 0 }
    }

    /// How many shops the next order has: dealt, not drawn, so that days of all seeds are equally large.
    fn count(&mut self) -> usize {
        let mut dealt = self.dealt * STRIDE % 100;
        self.dealt += 1;
        let mut count = 1;
        for share in self.scale.shops {
            if dealt < share {
                break;
            }
            dealt -= share;
            count += 1;
        }
        count
    }

    fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.chance.next_u32()) * u64::from(bound)) >> 32) as u32
    }

    fn between(&mut self, (least, most): (u32, u32)) -> u32 {
        least + self.below(most - least + 1)
    }
}

/// Whole seconds, rounded up, and metres.
fn matrix(points: &[Point]) -> Result<Matrix, ProblemError> {
    let (mut seconds, mut metres) = (Vec::new(), Vec::new());
    for from in points {
        for to in points {
            let way = from.metres(*to) * DETOUR;
            metres.push(way.round() as u32);
            seconds.push((way / METRES_A_SECOND).ceil() as u32);
        }
    }
    Matrix::new(points.len(), seconds, metres)
}
