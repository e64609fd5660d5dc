//! What a route adds to the plan's cost.

use super::view::{View, Visit};

impl View<'_> {
    /// Cost of all ways.
    pub fn ridden_cost(&self, visits: &[Visit]) -> i64 {
        let on = visits.len().saturating_sub(1);
        visits.iter().take(on).map(|visit| i64::from(visit.way.cost)).sum()
    }

    /// Ticks between leaving and coming back; nothing where they cost nothing.
    pub fn ticks_out(&self, visits: &[Visit]) -> u64 {
        let aims = &self.ground.aims;
        if aims.per_tick_out == 0 && aims.even_out.weight == 0 {
            return 0;
        }
        let back = visits.last().map_or(0, |visit| visit.leave);
        i64::from(back - self.latest_departure(visits)).max(0) as u64
    }

    /// When the hub can be left last, to be back no later than leaving first would be.
    pub fn latest_departure(&self, visits: &[Visit]) -> i32 {
        let mut backward = visits.iter().rev();
        let Some(end) = backward.next() else { return self.kind.open };
        let mut begin = end.leave;
        for visit in backward {
            let leave = begin - visit.way.ticks;
            if visit.node == self.kind.start {
                begin = self.before_rest(visit.node, leave);
            } else {
                begin = self.late(visit.node, leave);
            }
        }
        begin.max(self.kind.open)
    }
}
