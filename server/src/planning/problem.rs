//! The planner's problem: seconds from the first moment that matters, and a matrix of all places.

use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::coordinator_command::NewStop;
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::time::{Timestamp, Window as Times};
use core_sync::wire::plan::{Even, PlanCourier};
use planner::{Aims, Bike, Break, Capacity, Evenness, Order, Problem, Size, Stop, TICKS_MAX, Window};

use super::Asked;
use super::orders::{DraftOrder, NoOrder, Waiting, orders};
use super::places::Places;

/// A parcel, as nobody says how large it is: a shopping bag, packed.
const PARCEL: Size = Size { litres: 12, kilograms: 4 };
/// Riding is what wears people and bikes; who waits is out all the same, and paid. An hour of waiting costs a quarter of an
/// hour of riding, which is one out as well, until a co-op says otherwise.
const PER_TICK_RIDDEN: u32 = 3;
const PER_TICK_OUT: u32 = 1;
/// An hour out in ticks: the unit of even hours.
const HOUR: u32 = 3_600;
/// The unit of even loads, in kilograms: what a courier feels all day.
const LOAD: u32 = 50;

/// Stops of a round at most, as the planner counts.
#[expect(clippy::cast_possible_truncation, reason = "a hundred")]
pub(super) const STOPS_MAX: u32 = STOPS_PER_ROUND_MAX as u32;

/// The break of the French law: 20 minutes, at the latest after six hours of work (Code du travail, L. 3121-16).
const BREAK_AFTER: u32 = 6 * 3_600;
/// How long it is, in seconds.
const BREAK_LASTS: u32 = 20 * 60;

/// The problem, with what its indices mean.
#[derive(Debug)]
pub struct Laid {
    pub(super) problem: Problem,
    /// The order of each index.
    pub(super) orders: Vec<DraftOrder>,
    /// Stops that are no order.
    pub(super) others: Vec<(NoOrder, Vec<Waiting>)>,
    /// The places of its matrix, by index.
    pub(super) places: Vec<Coordinate>,
    /// The moment of tick 0.
    pub(super) base: Timestamp,
}

impl Laid {
    /// Between which places the ways are wanted.
    #[must_use]
    pub fn places(&self) -> &[Coordinate] {
        &self.places
    }
}

/// Lays out what is asked for; its matrix comes later.
pub fn lay(asked: &Asked) -> Laid {
    let (orders, others) = orders(&asked.stops);
    // A shift that has begun goes on from now.
    let shifts = asked.couriers.iter().map(|courier| courier.shift.from_ms.max(asked.now));
    let base = shifts.min().unwrap_or(asked.now);
    let mut places = Places::default();
    let listed = orders.iter().map(|one| order(one, base, &mut places)).collect();
    let bikes = asked.couriers.iter().map(|courier| bike(courier, base, &mut places)).collect();
    let problem = Problem { orders: listed, bikes, profiles: Vec::new(), aims: aims(asked.even) };
    Laid { problem, orders, others, places: places.listed(), base }
}

/// What makes one plan better than another.
fn aims(even: Even) -> Aims {
    // A unit less for who has two more saves 2 of the weight: 3² + 1² are 2 more than 2² + 2².
    let minute_ridden = 60 * (PER_TICK_RIDDEN + PER_TICK_OUT);
    let weight = |minutes: u32| minutes.saturating_mul(minute_ridden) / 2;
    Aims {
        per_tick_ridden: PER_TICK_RIDDEN,
        per_tick_out: PER_TICK_OUT,
        even_out: Evenness { weight: weight(even.hours_worth_minutes), unit: HOUR },
        even_loads: Evenness { weight: weight(even.loads_worth_minutes), unit: LOAD },
        ..Aims::default()
    }
}

/// An order, in ticks after the base.
pub(super) fn order(order: &DraftOrder, base: Timestamp, places: &mut Places) -> Order {
    let pickups = order.pickups.iter().map(|(_, pickup)| (stop(pickup, base, places), size(pickup)));
    Order { pickups: pickups.collect(), drop_off: stop(&order.drop_off.1, base, places), skills: 0, flags: 0 }
}

/// A stop, in ticks after the base.
pub(super) fn stop(new: &NewStop, base: Timestamp, places: &mut Places) -> Stop {
    Stop {
        place: places.of(*new.card.coordinate.reveal()),
        window: window(new.window, base),
        service: new.service_seconds,
        approach: 0,
    }
}

fn size(pickup: &NewStop) -> Size {
    let parcels = u32::try_from(pickup.parcels.len()).unwrap_or(u32::MAX);
    Size {
        litres: PARCEL.litres.saturating_mul(parcels),
        kilograms: PARCEL.kilograms.saturating_mul(parcels),
    }
}

/// A courier's bike and shift, in ticks after the base.
pub(super) fn bike(courier: &PlanCourier, base: Timestamp, places: &mut Places) -> Bike {
    let shift = window(courier.shift, base);
    // A shift that begins within a second is counted from the one before, and one that goes on from when it began.
    let due = shift.earliest.saturating_sub(1).saturating_add(BREAK_AFTER);
    // Six hours that are over are no business of this plan: it was taken, or cannot be any more.
    let due = due.checked_sub(ticks_after(base, courier.shift.from_ms));
    Bike {
        speed_per_mille: courier.speed(),
        capacity: Capacity { litres: courier.litres, kilograms: courier.kilograms },
        start: places.of(*courier.start.reveal()),
        end: courier.end.as_ref().map(|end| places.of(*end.reveal())),
        shift,
        stops_max: Some(STOPS_MAX),
        // Also of a short shift, so that who would ride longer would have it.
        pause: due
            .map(|latest| Break { begins: Window { earliest: shift.earliest, latest }, lasts: BREAK_LASTS }),
        ..Bike::default()
    }
}

/// Whole seconds after the base; what comes before it is at once.
pub(super) fn ticks_after(time: Timestamp, base: Timestamp) -> u32 {
    u32::try_from(time.since(base).0.div_euclid(1_000)).unwrap_or(TICKS_MAX).min(TICKS_MAX)
}

/// Whole seconds, inside the window. What ends before the first shift begins is never open.
fn window(times: Times, base: Timestamp) -> Window {
    let after = |time: Timestamp| time.0.saturating_sub(base.0);
    let ticks = |milliseconds: i64| {
        let seconds = milliseconds.div_euclid(1_000).clamp(0, i64::from(TICKS_MAX));
        u32::try_from(seconds).unwrap_or(TICKS_MAX)
    };
    let (from, until) = (after(times.from_ms), after(times.until_ms));
    if until < 0 {
        return Window { earliest: 1, latest: 0 };
    }
    Window { earliest: ticks(from.saturating_add(999)), latest: ticks(until) }
}
