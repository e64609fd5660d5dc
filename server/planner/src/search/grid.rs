//! Ticks and cost of the way from every spot to every spot, for one way of riding.

use super::at::At;
use crate::problem::{Aims, Bike, Matrix};

/// Ticks of a way that cannot be ridden: beyond any window, and still far from 32 bits' end.
pub const FAR: i32 = 1 << 29;

/// Cost of one way at most, which 32 bits hold.
const COST_MAX: u64 = 1 << 30;

/// Where a node is, and what getting in takes there. Stops of one shop share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Its place in the matrix; nothing for the end of a round that ends anywhere.
    pub place: Option<u32>,
    /// Ticks to park and walk in, if the node before was elsewhere.
    pub approach: i32,
}

/// The way from one node to another.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arc {
    /// Riding and approach.
    pub ticks: i32,
    /// What it adds to the plan's cost.
    pub cost: i32,
}

/// The ways between one spot and another, both ways.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ways {
    /// From the other to the one.
    pub there: Arc,
    /// From the one on to the other.
    pub on: Arc,
}

/// Two figures of the ways between one spot and another: the way there and the way on.
#[derive(Debug, Clone, Copy, Default)]
struct Both {
    there: i32,
    on: i32,
}

/// All ways for one profile and speed.
///
/// Where a grid is larger than the processor's second cache, a search waits for memory most of its time. So both
/// ways are side by side, and costs that follow from ticks are not kept.
#[derive(Debug)]
pub struct Grid {
    width: usize,
    /// Ticks, by row of the one spot.
    ticks: Vec<Both>,
    /// Costs likewise; empty where they are ticks and nothing else.
    costs: Vec<Both>,
    /// What a tick costs.
    per_tick: u64,
    /// Empty unless some bike has a range.
    metres: Vec<u32>,
}

/// The ways between one spot and all others.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    ticks: &'a [Both],
    costs: &'a [Both],
    per_tick: u64,
}

impl Row<'_> {
    /// The ways between it and another.
    #[inline(always)]
    pub fn at(&self, other: u32) -> Ways {
        let ticks = self.ticks.at(other as usize);
        let costs = if self.costs.is_empty() {
            Both { there: cost(ticks.there, self.per_tick, 0), on: cost(ticks.on, self.per_tick, 0) }
        } else {
            self.costs.at(other as usize)
        };
        Ways {
            there: Arc { ticks: ticks.there, cost: costs.there },
            on: Arc { ticks: ticks.on, cost: costs.on },
        }
    }
}

impl Grid {
    /// Lays the ways between all spots; asks before each row, and is nothing once it is told to stop.
    pub fn new(
        spots: &[Spot],
        matrix: &Matrix,
        bike: &Bike,
        aims: Aims,
        with_metres: bool,
        halted: &mut dyn FnMut() -> bool,
    ) -> Option<Self> {
        let width = spots.len();
        let cells = width * width;
        let costs = if aims.per_metre == 0 { 0 } else { cells };
        let mut grid = Self {
            width,
            ticks: vec![Both::default(); cells],
            costs: vec![Both::default(); costs],
            per_tick: u64::from(aims.per_tick_ridden),
            metres: vec![0; if with_metres { cells } else { 0 }],
        };
        for (one, from) in spots.iter().enumerate() {
            if halted() {
                return None;
            }
            for (other, to) in spots.iter().enumerate() {
                let (Some(start), Some(end)) = (from.place, to.place) else { continue };
                let length = matrix.metres(start, end).unwrap_or_default();
                let approach = if start == end { 0 } else { to.approach };
                let ticks = slowed(matrix.ticks(start, end), approach, bike);
                let metres = u64::from(length) * u64::from(aims.per_metre);
                grid.lay(one * width + other, other * width + one, ticks, cost(ticks, grid.per_tick, metres));
                if let Some(place) = grid.metres.get_mut(one * width + other) {
                    *place = length;
                }
            }
        }
        Some(grid)
    }

    fn lay(&mut self, on: usize, there: usize, ticks: i32, cost: i32) {
        if let Some(both) = self.ticks.get_mut(on) {
            both.on = ticks;
        }
        if let Some(both) = self.ticks.get_mut(there) {
            both.there = ticks;
        }
        if let Some(both) = self.costs.get_mut(on) {
            both.on = cost;
        }
        if let Some(both) = self.costs.get_mut(there) {
            both.there = cost;
        }
    }

    /// The ways between a spot and each other.
    #[inline(always)]
    pub fn row(&self, spot: u32) -> Row<'_> {
        let cells = spot as usize * self.width..(spot as usize + 1) * self.width;
        Row {
            ticks: self.ticks.get(cells.clone()).unwrap_or_default(),
            costs: self.costs.get(cells).unwrap_or_default(),
            per_tick: self.per_tick,
        }
    }

    /// The way from one spot to another.
    #[inline(always)]
    pub fn arc(&self, from: u32, to: u32) -> Arc {
        self.row(from).at(to).on
    }

    /// Its metres; 0 where nobody asks for them.
    #[inline(always)]
    pub fn metres(&self, from: u32, to: u32) -> i64 {
        if self.metres.is_empty() {
            return 0;
        }
        i64::from(self.metres.at(from as usize * self.width + to as usize))
    }
}

/// Ticks of a way on that bike.
fn slowed(ticks: Option<u32>, approach: i32, bike: &Bike) -> i32 {
    let slowed = ticks.map(|ticks| {
        (u64::from(ticks) * 1_000).div_ceil(u64::from(bike.speed_per_mille).max(1)) + approach as u64
    });
    slowed.filter(|ticks| *ticks < FAR as u64).unwrap_or(FAR as u64) as i32
}

/// What a way costs, and its metres besides.
#[inline(always)]
fn cost(ticks: i32, per_tick: u64, metres: u64) -> i32 {
    if per_tick == 1 && metres == 0 {
        // No more than what is beyond any window.
        return ticks;
    }
    (ticks as u64 * per_tick).saturating_add(metres).min(COST_MAX) as i32
}
