//! More stops than one round may have.

use core_sync::domain::coordinator_command::NewStop;
use core_sync::domain::ids::StopId;
use core_sync::domain::limits::STOPS_PER_ROUND_MAX;
use core_sync::domain::reasons::StopKind;
use core_sync::wire::plan::{Even, PlanCourier, WouldFitView};
use planner::Pace;

use super::tests::{ANA, BO, courier, estimated, minutes, stop};
use super::{Asked, SearchBudget, lay, make};
use crate::testing::MORNING;

#[test]
fn no_round_has_more_stops_than_a_round_may_have() {
    let stops: Vec<(StopId, NewStop)> = (1..=51)
        .flat_map(|n| [stop(n, StopKind::Pickup, 1, &[n]), stop(n + 100, StopKind::DropOff, 1, &[n])])
        .collect();
    let of = |couriers| {
        let (budget, even) = (SearchBudget::Steps(50), Even::default());
        let (drafts, now) = (Vec::new(), MORNING);
        let asked = Asked { drafts, couriers, now, even, budget, stops: stops.clone() };
        let laid = lay(&asked);
        let ways = estimated(laid.places());
        make(&asked, laid, ways, &mut |_| Pace::Used(0.0))
    };
    let mut alone = courier(ANA);
    alone.shift = minutes(0, 24 * 60);
    (alone.litres, alone.kilograms) = (10_000, 10_000);
    let two = of(vec![alone.clone(), PlanCourier { courier: BO, ..alone.clone() }]).unwrap();
    let mut stops: Vec<usize> = two.rounds.iter().map(|round| round.stops.len()).collect();
    stops.sort_unstable();
    assert_eq!((stops.iter().sum::<usize>(), two.left_out.len()), (102, 0));
    assert!(stops.iter().all(|stops| *stops <= STOPS_PER_ROUND_MAX), "{stops:?}");
    // For one courier alone one order waits, and one more bike would do.
    let one = of(vec![alone]).unwrap();
    assert_eq!(one.rounds.iter().map(|round| round.stops.len()).collect::<Vec<_>>(), [STOPS_PER_ROUND_MAX]);
    let [left] = &one.left_out[..] else { panic!("{:?}", one.left_out) };
    assert_eq!(left.reason, "no_room_beside_others");
    assert!(left.would_fit.iter().any(|would| matches!(would, WouldFitView::OneMoreBike { .. })));
}
