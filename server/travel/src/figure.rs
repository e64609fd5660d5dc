//! What a number of an engine may be.

use core_sync::domain::coordinate::Coordinate;
use core_sync::travel::Leg;

use crate::places::straight_metres;
use crate::times::{Entry, Table};
use crate::travel_error::TravelError;

/// Metres around the globe: no way is longer.
const METRES_MAX: f64 = 40_075_000.0;
/// Seconds that the planner takes for a time; beyond, it would read "no way".
const SECONDS_MAX: f64 = (planner::TICKS_MAX - 1) as f64;
/// Metres between a place and the street where an engine lets the ride begin: the middle of a large park or
/// of a hospital's ground. Beyond, the place is off the map, and the engine's figures are of another place.
const TO_THE_STREET_METRES_MAX: f64 = 500.0;

/// Seconds rounded up, metres to the nearest; no way is both missing.
pub(crate) fn entry(seconds: Option<f64>, metres: Option<f64>) -> Result<Entry, TravelError> {
    let (seconds, metres) = match (seconds, metres) {
        (None, None) => return Ok(Entry::NoWay),
        (Some(seconds), Some(metres)) => (seconds.ceil(), metres.round()),
        (Some(_), None) | (None, Some(_)) => return Err(TravelError::Figure),
    };
    // False for what is not a number, too.
    if !(0.0..=SECONDS_MAX).contains(&seconds) || !(0.0..=METRES_MAX).contains(&metres) {
        return Err(TravelError::Figure);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "just held to both bounds")]
    let leg = Leg { metres: metres as u32, seconds: seconds as u32 };
    Ok(Entry::Ride(leg))
}

/// Whether an engine lets the ride begin so far from the place that it does not have that place.
pub(crate) fn is_off_the_map(place: Coordinate, street: Coordinate) -> bool {
    is_too_far(straight_metres(place, street))
}

/// The same, where the engine says how far.
pub(crate) fn is_too_far(to_the_street_metres: f64) -> bool {
    // Also for what is not a number.
    !(..=TO_THE_STREET_METRES_MAX).contains(&to_the_street_metres)
}

/// A table of rows, in which places off the map are not known.
pub(crate) fn table(
    rows: Vec<Vec<Entry>>,
    sources_off: &[bool],
    targets_off: &[bool],
) -> Result<Table, TravelError> {
    let (sources, targets) = (sources_off.len(), targets_off.len());
    if rows.len() != sources || rows.iter().any(|row| row.len() != targets) {
        return Err(TravelError::Shape);
    }
    let mut entries = Vec::with_capacity(sources.saturating_mul(targets));
    for (row, source_off) in rows.into_iter().zip(sources_off) {
        for (entry, target_off) in row.into_iter().zip(targets_off) {
            entries.push(if *source_off || *target_off { Entry::NotKnown } else { entry });
        }
    }
    Table::new(sources, targets, entries).ok_or(TravelError::Shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_takes_less_than_it_needs() {
        let leg = |seconds, metres| match entry(Some(seconds), Some(metres)).unwrap() {
            Entry::Ride(leg) => (leg.seconds, leg.metres),
            other @ (Entry::NoWay | Entry::NotKnown) => panic!("{other:?}"),
        };
        assert_eq!(leg(60.1, 250.4), (61, 250));
        assert_eq!(leg(0.0, 0.0), (0, 0));
        assert_eq!(leg(-0.0, -0.0), (0, 0));
        assert_eq!(leg(SECONDS_MAX, METRES_MAX), (planner::TICKS_MAX - 1, 40_075_000));
        assert_eq!(entry(None, None).unwrap(), Entry::NoWay);
    }

    #[test]
    fn what_no_way_has_is_refused() {
        for (seconds, metres) in [
            (Some(1.0), None),
            (None, Some(1.0)),
            (Some(-1.0), Some(1.0)),
            (Some(1.0), Some(-1.0)),
            (Some(f64::NAN), Some(1.0)),
            (Some(1.0), Some(f64::NAN)),
            (Some(f64::INFINITY), Some(1.0)),
            (Some(1.0), Some(f64::INFINITY)),
            (Some(SECONDS_MAX + 1.0), Some(1.0)),
            (Some(1.0), Some(METRES_MAX + 1.0)),
        ] {
            assert!(matches!(entry(seconds, metres), Err(TravelError::Figure)), "{seconds:?} {metres:?}");
        }
    }

    #[test]
    fn a_place_half_a_kilometre_from_any_street_is_off_the_map() {
        for (metres, off) in [(0.0, false), (500.0, false), (500.1, true), (f64::NAN, true)] {
            assert_eq!(is_too_far(metres), off, "{metres}");
        }
    }
}
