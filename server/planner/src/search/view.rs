//! One kind of bike looking at the ground: the clock by which its routes are laid and priced.
//!
//! It owns when a stop can be left and when it must be begun, with the break. Both are all that an
//! insertion is tested by: earliest leaves before it, latest begins after it.

use super::at::At;
use super::grid::{Arc, Grid, Row};
use super::ground::{Ground, Node};
use super::kind::Kind;

/// No node: where a round has no break.
pub const NOWHERE: u32 = u32::MAX;

/// A stop or hub in a route.
#[derive(Debug, Clone, Copy, Default)]
pub struct Visit {
    pub node: u32,
    /// Where that is.
    pub spot: u32,
    /// When it can be left first.
    pub leave: i32,
    /// When it must be begun last, for all that follows to be in time.
    pub late: i32,
    /// What is on the bike after it.
    pub litres: i32,
    pub kilograms: i32,
    /// The way from it to the next.
    pub way: Arc,
}

/// The ground as one kind of bike sees it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub ground: &'a Ground,
    pub kind: &'a Kind,
    pub grid: &'a Grid,
    /// The node after which the break is taken.
    pub rest: u32,
}

impl<'a> View<'a> {
    /// The view of a kind; nothing if there is no such kind.
    pub fn new(ground: &'a Ground, kind: u32) -> Option<Self> {
        let kind = ground.kinds.get(kind as usize)?;
        Some(Self { ground, kind, grid: ground.grids.get(kind.grid)?, rest: NOWHERE })
    }

    #[inline(always)]
    pub fn arc(&self, from: u32, to: u32) -> Arc {
        self.ground.arc(self.grid, from, to)
    }

    /// The ways between a node and all spots.
    #[inline(always)]
    pub fn row(&self, node: u32) -> Row<'a> {
        self.grid.row(self.ground.node(node).spot)
    }

    /// When a stop reached at `arrival` can be left; nothing if that is too late.
    #[inline(always)]
    pub fn leave(&self, node: u32, arrival: i32) -> Option<i32> {
        let stop = self.ground.node(node);
        let begin = arrival.max(stop.open);
        if begin > stop.close {
            return None;
        }
        self.after_rest(node, begin + stop.service)
    }

    /// When a stop must be begun, to be left by `leave`.
    #[inline(always)]
    pub fn late(&self, node: u32, leave: i32) -> i32 {
        let stop = self.ground.node(node);
        stop.close.min(self.before_rest(node, leave) - stop.service)
    }

    /// When the hub can be left first.
    pub fn departure(&self) -> Option<i32> {
        self.after_rest(self.kind.start, self.kind.open)
    }

    /// When the round must be over: by the break's last beginning, if none is taken.
    pub fn last_return(&self) -> i32 {
        match self.kind.pause {
            Some(pause) if self.rest == NOWHERE => self.kind.close.min(pause.close),
            Some(_) | None => self.kind.close,
        }
    }

    #[inline(always)]
    fn after_rest(&self, node: u32, done: i32) -> Option<i32> {
        if node != self.rest {
            return Some(done);
        }
        let pause = self.kind.pause?;
        let begin = done.max(pause.open);
        (begin <= pause.close).then_some(begin + pause.lasts)
    }

    /// When service must be over, to leave by `leave` with the break taken, if it is taken here.
    #[inline(always)]
    pub fn before_rest(&self, node: u32, leave: i32) -> i32 {
        if node != self.rest {
            return leave;
        }
        match self.kind.pause {
            Some(pause) => {
                let begin = pause.close.min(leave - pause.lasts);
                if begin < pause.open { -1 } else { begin }
            }
            None => leave,
        }
    }

    /// Metres of a whole sequence, its hubs included.
    pub fn metres(&self, nodes: impl Iterator<Item = u32>) -> i64 {
        let mut before = NOWHERE;
        let mut sum = 0;
        for node in nodes {
            if before != NOWHERE {
                sum += self.grid.metres(self.ground.node(before).spot, self.ground.node(node).spot);
            }
            before = node;
        }
        sum
    }

    /// Fills in the times and loads of a sequence of nodes; false if it cannot be ridden.
    pub fn lay(&self, visits: &mut [Visit]) -> bool {
        self.lay_ways(visits);
        let rides = self.lay_forward(visits).is_some();
        if rides {
            self.lay_backward(visits);
        }
        rides
    }

    /// What is priced in a route later reads the ways where it reads the times.
    fn lay_ways(&self, visits: &mut [Visit]) {
        let mut after: Option<u32> = None;
        for visit in visits.iter_mut().rev() {
            visit.way = after.map_or(Arc::default(), |spot| self.grid.arc(visit.spot, spot));
            after = Some(visit.spot);
        }
    }

    fn lay_forward(&self, visits: &mut [Visit]) -> Option<()> {
        let last = visits.len().checked_sub(1)?;
        let (mut litres, mut kilograms) = (0, 0);
        let mut before = Visit::default();
        for (index, visit) in visits.iter_mut().enumerate() {
            if index == 0 {
                visit.leave = self.departure()?;
            } else {
                let arrival = before.leave + before.way.ticks;
                visit.leave =
                    if index == last { arrival.min(i32::MAX / 2) } else { self.leave(visit.node, arrival)? };
                let stop = self.ground.node(visit.node);
                litres += stop.litres;
                kilograms += stop.kilograms;
            }
            (visit.litres, visit.kilograms) = (litres, kilograms);
            if litres > self.kind.litres || kilograms > self.kind.kilograms {
                return None;
            }
            before = *visit;
        }
        // An idle bike need not be able to ride from its first hub to its last.
        (visits.len() <= 2 || before.leave <= self.last_return()).then_some(())
    }

    fn lay_backward(&self, visits: &mut [Visit]) {
        let mut after: Option<Visit> = None;
        for visit in visits.iter_mut().rev() {
            visit.late = match after {
                None => self.last_return(),
                Some(next) => self.late(visit.node, next.late - visit.way.ticks),
            };
            after = Some(*visit);
        }
    }
}

/// The visit at an index; the default beyond the end.
#[inline(always)]
pub fn visit(visits: &[Visit], index: usize) -> Visit {
    visits.at(index)
}

/// The first place at which a stop that is begun as it opens lets what follows be in time: latest begins only grow
/// along a route, so that all before it need not be looked at.
pub fn first_in_time(visits: &[Visit], stop: Node) -> usize {
    let done = stop.open + stop.service;
    visits.get(1..).unwrap_or_default().partition_point(|after| after.late < done)
}
