//! One round ridden again, stop by stop.

use super::{Fault, rest};
use crate::plan::Round;
use crate::problem::{Bike, Evenness, Matrix, Problem, Stop, StopId, TICKS_MAX, UNEVEN_COST_MAX};

/// Where the bike is, what it carries and what it has ridden.
struct Ride<'a> {
    problem: &'a Problem,
    bike: &'a Bike,
    index: usize,
    place: u32,
    /// When it can ride on.
    free: u64,
    litres: u64,
    kilograms: u64,
    /// Kilograms of all pickups.
    picked_up: u128,
    ridden: u64,
    metres: u64,
}

/// Checks times, loads, shift and range of a round; answers what it costs.
pub fn check(problem: &Problem, bike: &Bike, round: &Round) -> Result<u128, Fault> {
    let index = round.bike;
    if round.departs < bike.shift.earliest {
        return Err(Fault::LeavesTooSoon { bike: index });
    }
    let stops = round.visits.len();
    if bike.stops_max.is_some_and(|most| stops > most as usize) {
        return Err(Fault::TooManyStops { bike: index, stops });
    }
    let mut ride = Ride {
        problem,
        bike,
        index,
        place: bike.start,
        free: u64::from(round.departs),
        litres: 0,
        kilograms: 0,
        picked_up: 0,
        ridden: 0,
        metres: 0,
    };
    rest::check(bike, round)?;
    ride.rest(round, 0);
    for (after, visit) in round.visits.iter().enumerate() {
        let Some(stop) = problem.stop(visit.stop) else {
            return Err(Fault::NoSuchStop { bike: index, stop: visit.stop });
        };
        let arrives = ride.reach(stop.place, stop.approach, after)?;
        if arrives != u64::from(visit.arrives) {
            return Err(Fault::ArrivalWrong { bike: index, stop: visit.stop });
        }
        times(visit, stop)?;
        ride.free = u64::from(visit.leaves);
        ride.load(visit.stop)?;
        ride.rest(round, after + 1);
    }
    let returns = match bike.end {
        Some(hub) => ride.reach(hub, 0, round.visits.len())?,
        None => ride.free,
    };
    if returns != u64::from(round.returns) {
        return Err(Fault::ReturnWrong { bike: index });
    }
    if round.returns > bike.shift.latest {
        return Err(Fault::ReturnsTooLate { bike: index });
    }
    ride.sums(round)
}

/// `weight` for the first unit, four times that for two.
fn uneven(even: Evenness, amount: u128) -> u128 {
    let unit = u128::from(even.unit.max(1));
    (u128::from(even.weight) * amount * amount / unit / unit).min(u128::from(UNEVEN_COST_MAX))
}

fn times(visit: &crate::plan::Visit, stop: &Stop) -> Result<(), Fault> {
    let named = visit.stop;
    if visit.begins < visit.arrives {
        return Err(Fault::BeginsBeforeArrival { stop: named });
    }
    if visit.begins < stop.window.earliest {
        return Err(Fault::BeginsTooSoon { stop: named });
    }
    if visit.begins > stop.window.latest {
        return Err(Fault::BeginsTooLate { stop: named });
    }
    if u64::from(visit.begins) + u64::from(stop.service) != u64::from(visit.leaves) {
        return Err(Fault::ServiceWrong { stop: named });
    }
    Ok(())
}

impl Ride<'_> {
    fn matrix(&self) -> Option<&Matrix> {
        self.problem.profiles.get(self.bike.profile as usize)
    }

    /// Rides to a place; answers when the bike is there.
    fn reach(&mut self, place: u32, approach: u32, after: usize) -> Result<u64, Fault> {
        let no_way = Fault::NoWay { bike: self.index, after };
        let matrix = self.matrix().ok_or(no_way)?;
        let ticks = u64::from(matrix.ticks(self.place, place).ok_or(no_way)?);
        let metres = u64::from(matrix.metres(self.place, place).ok_or(no_way)?);
        let slowed = (ticks * 1_000).div_ceil(u64::from(self.bike.speed_per_mille.max(1)));
        let way = slowed + if place == self.place { 0 } else { u64::from(approach) };
        self.ridden += way;
        self.metres += metres;
        self.place = place;
        Ok(self.free + way)
    }

    fn rest(&mut self, round: &Round, after: usize) {
        if let Some(rest) = round.rest.filter(|rest| rest.after == after) {
            self.free = u64::from(rest.ends);
        }
    }

    fn load(&mut self, id: StopId) -> Result<(), Fault> {
        let Some(order) = self.problem.orders.get(id.order()) else { return Ok(()) };
        match id {
            StopId::Pickup { pickup, .. } => {
                let size = order.pickups.get(pickup).map(|(_, size)| *size).unwrap_or_default();
                self.litres += u64::from(size.litres);
                self.kilograms += u64::from(size.kilograms);
                self.picked_up += u128::from(size.kilograms.min(TICKS_MAX + 1));
            }
            StopId::DropOff { .. } => {
                let (litres, kilograms) = order.size();
                self.litres = self.litres.saturating_sub(litres);
                self.kilograms = self.kilograms.saturating_sub(kilograms);
            }
        }
        if self.litres > u64::from(self.bike.capacity.litres) {
            return Err(Fault::TooManyLitres { bike: self.index, stop: id, litres: self.litres });
        }
        if self.kilograms > u64::from(self.bike.capacity.kilograms) {
            return Err(Fault::TooHeavy { bike: self.index, stop: id, kilograms: self.kilograms });
        }
        Ok(())
    }

    fn sums(&self, round: &Round) -> Result<u128, Fault> {
        let bike = self.index;
        if self.ridden != round.ridden {
            return Err(Fault::RiddenWrong { bike });
        }
        if self.metres != round.metres {
            return Err(Fault::MetresWrong { bike });
        }
        if self.bike.range_metres.is_some_and(|range| self.metres > u64::from(range)) {
            return Err(Fault::BeyondRange { bike, metres: self.metres });
        }
        let aims = self.problem.aims;
        let out = u128::from(round.returns.saturating_sub(round.departs));
        Ok(u128::from(self.bike.fixed_cost)
            + u128::from(self.ridden) * u128::from(aims.per_tick_ridden)
            + u128::from(self.metres) * u128::from(aims.per_metre)
            + out * u128::from(aims.per_tick_out)
            + uneven(aims.even_out, out)
            + uneven(aims.even_loads, self.picked_up))
    }
}
