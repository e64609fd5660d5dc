//! A wave: the rounds that begin in one period, planned together.
//!
//! The orders come as rounds, each in the hands of the courier whom they lie nearest to. The planner may give every order
//! to anybody and ride it in any sequence, within its windows. Who is not needed has no round in that wave.

use std::collections::BTreeMap;

use core_sync::domain::ids::OrderId;
use planner::{
    Bike, Budget, Capacity, Matrix, Order, Pace, Plan, Problem, ProblemError, Size, Stop, StopId, Window,
    check, plan,
};

use super::day_clock::Minute;
use super::error::PlayError;
use super::flat_map::Spot;
use super::orders::{PlannedRound, PlannedStop, ROUND_MINUTES};

/// Minutes before the next wave in which a planned round is over: what comes late, a break and what goes wrong take time,
/// and nobody rides for hours while others wait.
const SPARE_MINUTES: u32 = 80;
/// Steps of the search in a wave of eighty orders: few, because nobody waits long for a demo to begin.
const STEPS: u64 = 3_000;
/// One seed: the orders themselves follow from the town's.
const SEED: u64 = 1;
/// A shopping bag, packed.
const PARCEL: Size = Size { litres: 12, kilograms: 4 };
/// A cargo bike with a box in front.
const BIKE: Capacity = Capacity { litres: 220, kilograms: 100 };

/// Minutes of riding that the rounds take, from where each courier is to her last stop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Riding {
    /// As they were planned.
    pub(crate) planner: u32,
    /// As they came.
    pub(crate) nearest_first: u32,
}

/// The waves of a day, one after another.
#[derive(Debug)]
pub(crate) struct Waves {
    /// Where each courier is when the wave begins, in either day.
    planned_from: Vec<Spot>,
    nearest_from: Vec<Spot>,
    /// Minutes that each courier rides by the plans so far: whoever rode less rides next, if it is not much farther.
    ridden: Vec<u32>,
    /// What all waves so far take.
    pub(crate) riding: Riding,
}

impl Waves {
    /// Before the first.
    pub(crate) fn new(bases: &[Spot]) -> Self {
        Self {
            planned_from: bases.to_vec(),
            nearest_from: bases.to_vec(),
            ridden: vec![0; bases.len()],
            riding: Riding::default(),
        }
    }

    /// Where each courier waits for the next wave, if all rounds are ridden as they come.
    pub(crate) fn waiting(&self) -> &[Spot] {
        &self.nearest_from
    }

    /// Lays a wave anew. Each courier is in it once; the rounds that come back are by courier.
    pub(crate) fn plan(&mut self, wave: Vec<PlannedRound>) -> Result<Vec<PlannedRound>, PlayError> {
        self.riding.nearest_first +=
            wave.iter().map(|round| ride(&mut self.nearest_from, round)).sum::<u32>();
        let problem = problem(&self.planned_from, &self.ridden, &wave)?;
        let made = plan(&problem, SEED, Budget::Steps(STEPS), &mut |_| Pace::Used(0.0))?;
        check(&problem, &made).map_err(PlayError::BadPlan)?;
        let rounds = laid(&made, wave);
        for round in &rounds {
            let minutes = ride(&mut self.planned_from, round);
            self.riding.planner += minutes;
            if let Some(ridden) = self.ridden.get_mut(round.courier) {
                *ridden += minutes;
            }
        }
        Ok(rounds)
    }
}

/// Minutes that riding a round takes; leaves its courier at the last stop.
fn ride(from: &mut [Spot], round: &PlannedRound) -> u32 {
    let Some(here) = from.get_mut(round.courier) else { return 0 };
    let mut minutes = 0;
    for stop in &round.stops {
        minutes += here.minutes_to(stop.spot);
        *here = stop.spot;
    }
    minutes
}

/// The stops of each order, pickups as they stand, the drop-off last: that is how the rounds have them.
fn orders(wave: &[PlannedRound]) -> BTreeMap<OrderId, Vec<&PlannedStop>> {
    let mut orders: BTreeMap<OrderId, Vec<&PlannedStop>> = BTreeMap::new();
    for stop in wave.iter().flat_map(|round| &round.stops) {
        orders.entry(stop.order).or_default().push(stop);
    }
    orders
}

/// The wave as the planner takes it, in minutes of the day; places are the couriers', then each stop's.
fn problem(from: &[Spot], ridden: &[u32], wave: &[PlannedRound]) -> Result<Problem, ProblemError> {
    let mut places = from.to_vec();
    let mut stop = |planned: &PlannedStop| {
        places.push(planned.spot);
        let (earliest, latest) = planned.window;
        Stop {
            place: u32::try_from(places.len() - 1).unwrap_or(u32::MAX),
            window: Window { earliest: earliest.0, latest: latest.0 },
            service: planned.service_seconds.div_ceil(60),
            approach: 0,
        }
    };
    let mut listed = Vec::new();
    for stops in orders(wave).values() {
        let Some((drop_off, pickups)) = stops.split_last() else { continue };
        let size = |pickup: &PlannedStop| {
            let parcels = u32::try_from(pickup.parcels.len()).unwrap_or(u32::MAX);
            Size {
                litres: PARCEL.litres.saturating_mul(parcels),
                kilograms: PARCEL.kilograms.saturating_mul(parcels),
            }
        };
        listed.push(Order {
            pickups: pickups.iter().map(|pickup| (stop(pickup), size(pickup))).collect(),
            drop_off: stop(drop_off),
            skills: 0,
            flags: 0,
        });
    }
    let bikes = wave.iter().map(|round| Bike {
        capacity: BIKE,
        start: u32::try_from(round.courier).unwrap_or(u32::MAX),
        end: None,
        shift: Window { earliest: round.start.0, latest: round.start.plus(ROUND_MINUTES - SPARE_MINUTES).0 },
        fixed_cost: ridden.get(round.courier).copied().unwrap_or_default(),
        ..Bike::default()
    });
    let ways = || places.iter().flat_map(|one| places.iter().map(move |other| (one, other)));
    let minutes = ways().map(|(one, other)| one.minutes_to(*other)).collect();
    let metres =
        ways().map(|(one, other)| u32::try_from(one.metres_to(*other)).unwrap_or(u32::MAX)).collect();
    Ok(Problem {
        orders: listed,
        bikes: bikes.collect(),
        profiles: vec![Matrix::new(places.len(), minutes, metres)?],
        ..Problem::default()
    })
}

/// The plan's rounds. An order that found no room stays with whom it came to, after all else.
fn laid(plan: &Plan, wave: Vec<PlannedRound>) -> Vec<PlannedRound> {
    let orders: Vec<Vec<PlannedStop>> =
        orders(&wave).into_values().map(|stops| stops.into_iter().cloned().collect()).collect();
    let mut rounds: BTreeMap<usize, PlannedRound> = BTreeMap::new();
    for made in &plan.rounds {
        let Some(came) = wave.get(made.bike) else { continue };
        let stops = made.visits.iter().filter_map(|visit| {
            let stops = orders.get(visit.stop.order())?;
            match visit.stop {
                StopId::Pickup { pickup, .. } => stops.get(pickup),
                StopId::DropOff { .. } => stops.last(),
            }
        });
        let round = PlannedRound {
            courier: came.courier,
            start: Minute(made.departs),
            stops: stops.cloned().collect(),
        };
        rounds.insert(came.courier, round);
    }
    for left in &plan.left_out {
        let Some(stops) = orders.get(left.order) else { continue };
        let holds = |round: &&PlannedRound| {
            round.stops.iter().any(|stop| stops.iter().any(|other| other.order == stop.order))
        };
        let Some(came) = wave.iter().find(holds) else { continue };
        let round = rounds.entry(came.courier);
        let round = round.or_insert_with(|| PlannedRound { stops: Vec::new(), ..came.clone() });
        round.stops.extend(stops.iter().cloned());
    }
    rounds.into_values().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use core_sync::domain::card::CardText;
    use core_sync::domain::coordinate::Coordinate;
    use core_sync::domain::ids::ParcelId;
    use core_sync::domain::personal::Personal;
    use core_sync::domain::reasons::StopKind;

    use super::*;

    const START: Minute = Minute(480);

    fn stop(order: u8, kind: StopKind, (x, y): (i32, i32), latest: u32, parcels: u8) -> PlannedStop {
        let nowhere = Coordinate::from_degrees(0.0, 0.0).unwrap();
        PlannedStop {
            kind,
            order: OrderId([order; 16]),
            parcels: (0..parcels).map(|parcel| ParcelId([parcel; 16])).collect(),
            service_seconds: 100,
            card: CardText {
                name: Personal::new("x".to_owned()),
                address: Personal::new("x".to_owned()),
                coordinate: Personal::new(nowhere),
                telephone: None,
                door_code: None,
                instructions: None,
            },
            spot: Spot { x, y },
            window: (START, Minute(latest)),
        }
    }

    /// Two couriers, a shop beside each, and each with an order for a door beside the other's shop, and one near her own.
    fn crossed(latest: u32) -> Vec<PlannedRound> {
        let order = |order: u8, from, to| {
            [stop(order, StopKind::Pickup, from, latest, 2), stop(order, StopKind::DropOff, to, latest, 2)]
        };
        let round = |courier, stops| PlannedRound { courier, start: START, stops };
        vec![
            round(0, [order(1, (0, 0), (100, 0)), order(2, (0, 50), (9_000, 0))].concat()),
            round(1, [order(3, (0, 90), (9_000, 90)), order(4, (9_000, 50), (9_100, 0))].concat()),
        ]
    }

    fn stops_of(rounds: &[PlannedRound]) -> BTreeSet<(OrderId, String)> {
        let stops = rounds.iter().flat_map(|round| &round.stops);
        stops.map(|stop| (stop.order, format!("{:?}", stop.kind))).collect()
    }

    #[test]
    fn what_goes_the_same_way_rides_together_and_nothing_is_forgotten() {
        let mut waves = Waves::new(&[Spot { x: 0, y: 0 }, Spot { x: 9_000, y: 0 }]);
        let came = crossed(START.plus(120).0);
        let planned = waves.plan(came.clone()).unwrap();
        assert_eq!(stops_of(&planned), stops_of(&came));
        assert_eq!(planned.iter().map(|round| round.stops.len()).sum::<usize>(), 8);
        let Riding { planner, nearest_first } = waves.riding;
        assert!(planner * 10 < nearest_first * 6, "{planner} of {nearest_first}");
    }

    #[test]
    fn what_finds_no_room_stays_with_whom_it_came_to() {
        let mut waves = Waves::new(&[Spot { x: 0, y: 0 }, Spot { x: 9_000, y: 0 }]);
        // Ways of three quarters of an hour, and ten minutes for all of it.
        let came = crossed(START.plus(10).0);
        let planned = waves.plan(came.clone()).unwrap();
        assert_eq!(stops_of(&planned), stops_of(&came));
        let of = |courier: usize| planned.iter().find(|round| round.courier == courier).unwrap();
        assert!(of(0).stops.iter().any(|stop| stop.order == OrderId([2; 16])));
        assert!(of(1).stops.iter().any(|stop| stop.order == OrderId([3; 16])));
    }

    #[test]
    fn a_wave_of_nobody_is_nothing() {
        let mut waves = Waves::new(&[]);
        assert!(waves.plan(Vec::new()).unwrap().is_empty());
        assert_eq!(waves.riding, Riding::default());
    }
}
