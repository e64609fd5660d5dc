//! A shift that has begun when the plan is asked for.

use core_sync::domain::ids::StopId;
use core_sync::domain::time::Milliseconds;
use core_sync::wire::plan::Even;

use super::tests::{ANA, courier, minutes, planned_at, two_orders};
use crate::testing::MORNING;

#[test]
fn a_shift_that_has_begun_goes_on_from_now_and_its_break_is_due_as_before() {
    let now = MORNING.plus(Milliseconds(60 * 60_000));
    let mut long = courier(ANA);
    long.shift = minutes(0, 12 * 60);
    let mut stops = two_orders();
    // One of them has to be brought when the six hours are over, which the one hour that is over counts for.
    stops[4].1.window = minutes(7 * 60, 8 * 60);
    let plan = planned_at(now, vec![long.clone()], stops.clone(), Even::default());
    let round = &plan.rounds[0];
    assert!(plan.left_out.is_empty() && round.leaves_ms >= now, "{plan:?}");
    assert!(round.pause.unwrap().from_ms <= minutes(6 * 60, 0).from_ms, "{plan:?}");
    // What was to be brought before is not.
    stops[2].1.window = minutes(0, 59);
    let plan = planned_at(now, vec![long], stops, Even::default());
    assert_eq!(plan.left_out.len(), 1);
    assert_eq!(plan.left_out[0].stops.last(), Some(&StopId([3; 16])));
}

#[test]
fn who_rides_for_more_than_six_hours_already_has_had_her_break_or_cannot_have_it_any_more() {
    let mut long = courier(ANA);
    long.shift = minutes(0, 12 * 60);
    let mut stops = two_orders();
    for (_, stop) in &mut stops {
        stop.window = minutes(7 * 60, 11 * 60);
    }
    let of = |now: i64, stops: &[_]| {
        let now = MORNING.plus(Milliseconds(now * 60_000));
        planned_at(now, vec![long.clone()], stops.to_vec(), Even::default())
    };
    let plan = of(7 * 60, &stops);
    assert!(plan.left_out.is_empty());
    assert_eq!(plan.rounds[0].pause, None);
    // At six hours to the second it is due at once.
    assert!(of(6 * 60, &stops).rounds[0].pause.is_some());
}
