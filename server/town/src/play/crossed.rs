//! A wave for tests: two couriers, a shop beside each, and each has an order for a door beside the other's shop and one
//! near her own.

use core_sync::domain::card::CardText;
use core_sync::domain::coordinate::Coordinate;
use core_sync::domain::ids::{OrderId, ParcelId};
use core_sync::domain::personal::Personal;
use core_sync::domain::reasons::StopKind;
use core_sync::domain::time::Timestamp;

use super::day_clock::{DayClock, Minute};
use super::flat_map::Spot;
use super::orders::{PlannedRound, PlannedStop};
use super::wave::{WaitingPlace, Wave, minutes_of};

/// When both start.
pub(crate) const START: Minute = Minute(480);
/// Metres between the two.
const ACROSS: i32 = 9_000;

/// The midnight before, in 2026.
pub(crate) const MIDNIGHT: Timestamp = Timestamp(1_795_300_000_000);

/// A day to ride on.
pub(crate) fn day() -> DayClock {
    DayClock::new(MIDNIGHT, 2)
}

/// A place of the flat map where it lies on the ground.
fn place(x: i32, y: i32) -> WaitingPlace {
    let (south, east) = (f64::from(y) / 111_195.0, f64::from(x) / 73_170.0);
    WaitingPlace {
        spot: Spot { x, y },
        coordinate: Coordinate::from_degrees(48.85 - south, 2.3 + east).unwrap(),
    }
}

/// Where both wait.
pub(crate) fn bases() -> Vec<WaitingPlace> {
    vec![place(0, 0), place(ACROSS, 0)]
}

fn stop(order: u8, kind: StopKind, (x, y): (i32, i32), latest: u32) -> PlannedStop {
    let WaitingPlace { spot, coordinate } = place(x, y);
    let text = || Personal::new("x".to_owned());
    PlannedStop {
        kind,
        order: OrderId([order; 16]),
        parcels: [1, 2].map(|parcel| ParcelId([order * 16 + parcel; 16])).to_vec(),
        service_seconds: 100,
        card: CardText {
            name: text(),
            address: text(),
            coordinate: Personal::new(coordinate),
            telephone: None,
            door_code: None,
            instructions: None,
        },
        spot,
        window: (START, START.plus(latest)),
    }
}

/// The wave, where everything has so many minutes from the start on. Orders 1 and 3 begin at one end, 2 and 4 at the other;
/// 1 and 2 come to the first courier, 3 and 4 to the second, and 2 and 3 cross the town.
pub(crate) fn crossed(latest: u32) -> Wave {
    let order = |order: u8, from, to| {
        [stop(order, StopKind::Pickup, from, latest), stop(order, StopKind::DropOff, to, latest)]
    };
    let round = |courier, stops| PlannedRound { courier, start: START, stops };
    let rounds = vec![
        round(0, [order(1, (0, 0), (100, 0)), order(2, (ACROSS, 90), (ACROSS, 140))].concat()),
        round(1, [order(3, (0, 90), (0, 140)), order(4, (ACROSS, 50), (ACROSS + 100, 0))].concat()),
    ];
    let ridden = rounds
        .iter()
        .zip(bases())
        .map(|(round, base)| minutes_of(base.spot, round.stops.iter().map(|stop| stop.spot)));
    Wave { begins: START, nearest_first: ridden.sum(), rounds }
}
