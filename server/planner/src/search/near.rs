//! Which stops are near which: where a ruin goes on from one route to the next.

use super::ground::Ground;

/// Neighbours kept of each stop: ten strings of ten, and half as many again of orders that are nowhere or on routes that
/// were hit already.
const NEIGHBOURS_MAX: usize = 250;

/// The stops around each stop, nearest first, itself at the head.
#[derive(Debug)]
pub struct Near {
    lists: Vec<u32>,
    each: usize,
}

impl Near {
    /// Ranks by the cheaper of the ways there and back, on the first bike's grid.
    /// Asks before each stop; those after it was told to stop have no neighbours.
    pub fn new(ground: &Ground, halted: &mut dyn FnMut() -> bool) -> Self {
        let each = ground.stops.min(NEIGHBOURS_MAX);
        let mut lists = Vec::with_capacity(each * ground.stops);
        let Some(grid) = ground.grids.first() else { return Self { lists, each: 0 } };
        let mut ranked: Vec<(i32, u32)> = Vec::with_capacity(ground.stops);
        for stop in 0..ground.stops as u32 {
            if halted() {
                break;
            }
            ranked.clear();
            ranked.extend((0..ground.stops as u32).map(|other| {
                let cost = ground.arc(grid, stop, other).cost.min(ground.arc(grid, other, stop).cost);
                (if other == stop { -1 } else { cost }, other)
            }));
            if each < ranked.len() {
                ranked.select_nth_unstable(each);
                ranked.truncate(each);
            }
            ranked.sort_unstable();
            lists.extend(ranked.iter().map(|(_, other)| *other));
        }
        Self { lists, each }
    }

    /// The stops around one, nearest first.
    pub fn around(&self, stop: u32) -> &[u32] {
        let start = stop as usize * self.each;
        self.lists.get(start..start + self.each).unwrap_or_default()
    }
}
