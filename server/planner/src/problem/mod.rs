//! What is to be planned: orders, bikes and how long each way takes.
//!
//! It owns the words that solver and checker share, and the limits of what may be asked. It never says
//! how anything is planned. Times are whole ticks of one length, chosen by who makes the problem: the
//! service takes seconds from the first shift, benchmarks take smaller parts of their own unit.

mod aims;
mod bike;
mod error;
mod evenness;
mod matrix;
mod order;
mod size;
mod stop;
mod window;

pub use aims::Aims;
pub use bike::{Bike, Break};
pub use error::ProblemError;
pub use evenness::{Evenness, UNEVEN_COST_MAX};
pub use matrix::{Matrix, UNREACHABLE};
pub use order::Order;
pub use size::{Capacity, Size};
pub use stop::{Stop, StopId};
pub use window::Window;

/// Times from here on are taken as this: eight years of seconds, and sums of four of them fit 32 bits.
pub const TICKS_MAX: u32 = 1 << 28;

/// Stops of one problem: a grid of this size and the start and end of each bike is what memory allows
/// (8 bytes a pair of spots for each different way of riding, 8 more where metres cost something, 4 more where a
/// range counts).
pub const STOPS_MAX: usize = 4_000;

/// Places of one matrix; more than the stops of a problem could name.
pub const PLACES_MAX: usize = 8_000;

/// A day to plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// What is to be brought, each by one bike or by none.
    pub orders: Vec<Order>,
    /// Who can ride, each at most one round.
    pub bikes: Vec<Bike>,
    /// One matrix per bike profile, all of the same places.
    pub profiles: Vec<Matrix>,
    /// What makes one plan better than another, once all is served that can be.
    pub aims: Aims,
}

impl Problem {
    /// Says whether the problem can be planned at all: every number in it names something.
    pub fn validate(&self) -> Result<(), ProblemError> {
        let places = self.profiles.first().map_or(0, Matrix::places);
        for (profile, matrix) in self.profiles.iter().enumerate() {
            if matrix.places() != places {
                return Err(ProblemError::ProfilesDiffer {
                    profile,
                    places: matrix.places(),
                    expected: places,
                });
            }
        }
        if places > PLACES_MAX {
            return Err(ProblemError::TooManyPlaces { places });
        }
        let stops: usize = self.orders.iter().map(|order| order.pickups.len() + 1).sum();
        if stops > STOPS_MAX {
            return Err(ProblemError::TooManyStops { stops });
        }
        for (index, order) in self.orders.iter().enumerate() {
            if order.stops().any(|stop| stop.place as usize >= places) {
                return Err(ProblemError::OrderNowhere { order: index });
            }
        }
        for (index, bike) in self.bikes.iter().enumerate() {
            if bike.profile as usize >= self.profiles.len() {
                return Err(ProblemError::NoSuchProfile { bike: index });
            }
            if bike.start as usize >= places || bike.end.is_some_and(|place| place as usize >= places) {
                return Err(ProblemError::BikeNowhere { bike: index });
            }
            if bike.speed_per_mille == 0 {
                return Err(ProblemError::BikeStandsStill { bike: index });
            }
        }
        Ok(())
    }

    /// The stop of that name, or nothing if the problem has none.
    pub fn stop(&self, id: StopId) -> Option<&Stop> {
        let order = self.orders.get(id.order())?;
        match id {
            StopId::Pickup { pickup, .. } => order.pickups.get(pickup).map(|(stop, _)| stop),
            StopId::DropOff { .. } => Some(&order.drop_off),
        }
    }
}
