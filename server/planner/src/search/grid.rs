//! Ticks and cost of the way from every node to every node, for one way of riding.

use super::at::At;
use crate::problem::{Aims, Bike, Matrix};

/// Ticks of a way that cannot be ridden: beyond any window, and still far from 32 bits' end.
pub const FAR: i32 = 1 << 29;

/// Cost of one way at most, which 32 bits hold.
const COST_MAX: u64 = 1 << 30;

/// Where a node is, and what getting in takes there.
#[derive(Debug, Clone, Copy)]
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

/// All ways for one profile and speed.
#[derive(Debug)]
pub struct Grid {
    width: usize,
    /// Rows of the ways from a node.
    arcs: Vec<Arc>,
    /// Rows of the ways to a node: a stop that is tried everywhere reads two rows, not a column.
    arcs_to: Vec<Arc>,
    /// Empty unless some bike has a range.
    metres: Vec<u32>,
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
        let mut arcs = Vec::with_capacity(width * width);
        let mut metres = Vec::with_capacity(if with_metres { width * width } else { 0 });
        for from in spots {
            if halted() {
                return None;
            }
            for to in spots {
                let (Some(start), Some(end)) = (from.place, to.place) else {
                    arcs.push(Arc::default());
                    if with_metres {
                        metres.push(0);
                    }
                    continue;
                };
                let length = matrix.metres(start, end).unwrap_or_default();
                let approach = if start == end { 0 } else { to.approach };
                arcs.push(arc(matrix.ticks(start, end), length, approach, bike, aims));
                if with_metres {
                    metres.push(length);
                }
            }
        }
        let mut arcs_to = Vec::with_capacity(width * width);
        for to in 0..width {
            if halted() {
                return None;
            }
            arcs_to.extend((0..width).map(|from| arcs.at(from * width + to)));
        }
        Some(Self { width, arcs, arcs_to, metres })
    }

    /// The ways from a node, by the node they lead to.
    #[inline(always)]
    pub fn row_from(&self, from: u32) -> &[Arc] {
        let start = from as usize * self.width;
        self.arcs.get(start..start + self.width).unwrap_or_default()
    }

    /// The ways to a node, by the node they come from.
    #[inline(always)]
    pub fn row_to(&self, to: u32) -> &[Arc] {
        let start = to as usize * self.width;
        self.arcs_to.get(start..start + self.width).unwrap_or_default()
    }

    /// The way from one node to another.
    #[inline(always)]
    pub fn arc(&self, from: u32, to: u32) -> Arc {
        self.arcs.at(from as usize * self.width + to as usize)
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

fn arc(ticks: Option<u32>, metres: u32, approach: i32, bike: &Bike, aims: Aims) -> Arc {
    let slowed = ticks.map(|ticks| {
        (u64::from(ticks) * 1_000).div_ceil(u64::from(bike.speed_per_mille).max(1)) + approach as u64
    });
    let ticks = slowed.filter(|ticks| *ticks < FAR as u64).unwrap_or(FAR as u64);
    let cost = (ticks.saturating_mul(u64::from(aims.per_tick_ridden)))
        .saturating_add(u64::from(metres) * u64::from(aims.per_metre));
    Arc { ticks: ticks as i32, cost: cost.min(COST_MAX) as i32 }
}
