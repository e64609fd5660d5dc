//! A kind of bike: what is the same for all bikes that are alike.

use super::ground::{latest, ticks};
use crate::problem::{Bike, Order, TICKS_MAX};

/// A break as the search reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pause {
    pub open: i32,
    pub close: i32,
    pub lasts: i32,
}

/// A kind of bike.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its way of riding, by index of the grids.
    pub grid: usize,
    /// Its hubs, as nodes.
    pub start: u32,
    pub end: u32,
    pub open: i32,
    pub close: i32,
    pub litres: i32,
    pub kilograms: i32,
    /// Metres at most.
    pub range: Option<i64>,
    /// Stops at most.
    pub stops: usize,
    pub pause: Option<Pause>,
    pub fixed_cost: i64,
    skills: u64,
    flags: u64,
}

impl Kind {
    /// The kind of that bike.
    pub fn new(bike: &Bike, grid: usize, start: u32, end: u32) -> Self {
        Self {
            grid,
            start,
            end,
            open: ticks(bike.shift.earliest),
            close: latest(bike.shift.latest),
            litres: bike.capacity.litres.min(TICKS_MAX) as i32,
            kilograms: bike.capacity.kilograms.min(TICKS_MAX) as i32,
            range: bike.range_metres.map(i64::from),
            stops: bike.stops_max.map_or(usize::MAX, |stops| stops as usize),
            pause: bike.pause.map(|pause| Pause {
                open: ticks(pause.begins.earliest),
                close: latest(pause.begins.latest),
                lasts: ticks(pause.lasts),
            }),
            fixed_cost: i64::from(bike.fixed_cost),
            skills: bike.skills,
            flags: bike.flags,
        }
    }

    /// Whether the bike has what the order needs, time and place aside.
    pub fn may_take(&self, order: &Order) -> bool {
        self.has_skills(order) && self.has_flags(order) && self.has_room(order)
    }

    /// Whether its rider has the skills.
    pub fn has_skills(&self, order: &Order) -> bool {
        order.skills & !self.skills == 0
    }

    /// Whether it has what the goods need.
    pub fn has_flags(&self, order: &Order) -> bool {
        order.flags & !self.flags == 0
    }

    /// Whether all of the order is carried at once.
    pub fn has_room(&self, order: &Order) -> bool {
        let (litres, kilograms) = order.size();
        litres <= self.litres as u64 && kilograms <= self.kilograms as u64
    }
}
