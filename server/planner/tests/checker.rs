//! The checker refuses bad plans, each for what was done to it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod sample;

use planner::{Break, Fault, LeftOut, Plan, Problem, Reason, StopId, Visit, Window, check};
use sample::{planned, town};

/// A good plan of the sample town, with all orders in it.
fn good() -> (Problem, Plan) {
    let problem = town();
    let plan = planned(&problem, 1, 500);
    assert_eq!(check(&problem, &plan), Ok(()));
    assert_eq!(plan.left_out, []);
    (problem, plan)
}

/// What the checker says after something was done to a good plan or its problem.
fn fault_after(harm: impl FnOnce(&mut Problem, &mut Plan)) -> Fault {
    let (mut problem, mut plan) = good();
    harm(&mut problem, &mut plan);
    check(&problem, &plan).unwrap_err()
}

/// The round and the index of a stop in it.
fn find(plan: &Plan, stop: StopId) -> (usize, usize) {
    let index = |visits: &[Visit]| visits.iter().position(|visit| visit.stop == stop);
    let mut rounds = plan.rounds.iter().enumerate();
    rounds.find_map(|(round, found)| Some((round, index(&found.visits)?))).unwrap()
}

/// Asserts that a harm is refused by a name.
macro_rules! refuses {
    ($name:ident, $fault:pat, $harm:expr) => {
        #[test]
        fn $name() {
            let fault = fault_after($harm);
            assert!(matches!(fault, $fault), "{fault:?}");
        }
    };
}

const PICKUP: StopId = StopId::Pickup { order: 0, pickup: 0 };
const DROP_OFF: StopId = StopId::DropOff { order: 0 };

refuses!(a_bike_that_is_not_there_is_refused, Fault::NoSuchBike { bike: 9, .. }, |_, plan| {
    plan.rounds[0].bike = 9;
});
refuses!(a_bike_with_two_rounds_is_refused, Fault::BikeTwice { .. }, |_, plan| {
    let round = plan.rounds[0].clone();
    plan.rounds.push(round);
});
refuses!(a_round_without_stops_is_refused, Fault::RoundEmpty { .. }, |_, plan| {
    plan.rounds[0].visits.clear();
});
refuses!(a_stop_that_is_not_there_is_refused, Fault::NoSuchStop { .. }, |_, plan| {
    plan.rounds[0].visits[0].stop = StopId::Pickup { order: 0, pickup: 7 };
});
refuses!(a_stop_visited_twice_is_refused, Fault::StopTwice { .. }, |_, plan| {
    let visit = plan.rounds[0].visits[0];
    plan.rounds[0].visits.insert(0, visit);
});
refuses!(a_pickup_that_is_missing_is_refused, Fault::PickupMissing { order: 0, pickup: 0 }, |_, plan| {
    let (round, index) = find(plan, PICKUP);
    plan.rounds[round].visits.remove(index);
});
refuses!(a_drop_off_that_is_missing_is_refused, Fault::DropOffMissing { order: 0, .. }, |_, plan| {
    let (round, index) = find(plan, DROP_OFF);
    plan.rounds[round].visits.remove(index);
});
refuses!(a_drop_off_before_its_pickup_is_refused, Fault::DropOffTooSoon { order: 0, .. }, |_, plan| {
    let (round, index) = find(plan, DROP_OFF);
    let (_, first) = find(plan, PICKUP);
    plan.rounds[round].visits.swap(index, first);
});
refuses!(
    an_order_on_two_bikes_is_refused,
    Fault::DropOffMissing { .. } | Fault::PickupMissing { .. },
    |problem, plan| {
        let (round, index) = find(plan, PICKUP);
        let visit = plan.rounds[round].visits.remove(index);
        let bike = (0..problem.bikes.len()).find(|bike| plan.rounds.iter().all(|round| round.bike != *bike));
        let mut other = plan.rounds[round].clone();
        other.visits = vec![visit];
        other.bike = bike.unwrap_or(0);
        plan.rounds.insert(0, other);
    }
);
refuses!(an_order_that_is_forgotten_is_refused, Fault::OrderForgotten { order: 6 }, |problem, _| {
    let order = problem.orders[0].clone();
    problem.orders.push(order);
});
refuses!(an_order_planned_and_left_out_is_refused, Fault::PlannedAndLeftOut { order: 0 }, |_, plan| {
    plan.left_out.push(LeftOut { order: 0, reason: Reason::NoRoomBesideOthers });
});
refuses!(an_order_left_out_twice_is_refused, Fault::LeftOutTwice { order: 6 }, |problem, plan| {
    problem.orders.push(problem.orders[5].clone());
    plan.left_out = vec![LeftOut { order: 6, reason: Reason::NoRoomBesideOthers }; 2];
});
refuses!(an_unknown_order_left_out_is_refused, Fault::NoSuchOrderLeftOut { order: 99 }, |_, plan| {
    plan.left_out.push(LeftOut { order: 99, reason: Reason::NoBikes });
});
refuses!(a_reason_that_is_not_true_is_refused, Fault::ReasonUntrue { order: 6 }, |problem, plan| {
    problem.orders.push(problem.orders[5].clone());
    plan.left_out.push(LeftOut { order: 6, reason: Reason::TooLarge });
});
refuses!(more_stops_than_a_round_may_have_are_refused, Fault::TooManyStops { .. }, |problem, plan| {
    let round = &plan.rounds[0];
    problem.bikes[round.bike].stops_max = Some(round.visits.len() as u32 - 1);
});
refuses!(a_rider_without_the_skill_is_refused, Fault::SkillMissing { order: 0, .. }, |problem, _| {
    problem.orders[0].skills = 1 << 63;
});
refuses!(a_bike_without_the_cold_box_is_refused, Fault::FlagMissing { order: 0, .. }, |problem, _| {
    problem.orders[0].flags = 1 << 63;
});
refuses!(more_litres_than_fit_are_refused, Fault::TooManyLitres { .. }, |problem, _| {
    problem.orders[0].pickups[0].1.litres = 101;
});
refuses!(more_kilograms_than_it_carries_are_refused, Fault::TooHeavy { .. }, |problem, _| {
    problem.orders[0].pickups[0].1.kilograms = u32::MAX;
});
refuses!(leaving_before_the_shift_is_refused, Fault::LeavesTooSoon { .. }, |_, plan| {
    plan.rounds[0].departs = 599;
});
refuses!(coming_back_after_the_shift_is_refused, Fault::ReturnsTooLate { .. }, |problem, plan| {
    problem.bikes[plan.rounds[0].bike].shift.latest = plan.rounds[0].returns - 1;
});
refuses!(a_way_that_cannot_be_ridden_is_refused, Fault::NoWay { .. }, |problem, _| {
    let places = problem.profiles[0].places();
    let entries = vec![planner::UNREACHABLE; places * places];
    problem.profiles[0] = planner::Matrix::new(places, entries.clone(), entries).unwrap();
});
refuses!(a_way_ridden_too_fast_is_refused, Fault::ArrivalWrong { .. }, |_, plan| {
    plan.rounds[0].visits[1].arrives -= 1;
});
refuses!(a_service_before_the_bike_comes_is_refused, Fault::BeginsBeforeArrival { .. }, |_, plan| {
    plan.rounds[0].visits[0].begins = 0;
});
refuses!(a_service_before_the_window_is_refused, Fault::BeginsTooSoon { stop: DROP_OFF }, |problem, plan| {
    let (round, index) = find(plan, DROP_OFF);
    problem.orders[0].drop_off.window.earliest = plan.rounds[round].visits[index].begins + 1;
});
refuses!(a_service_after_the_window_is_refused, Fault::BeginsTooLate { stop: PICKUP }, |problem, _| {
    problem.orders[0].pickups[0].0.window.latest = 0;
});
refuses!(a_service_cut_short_is_refused, Fault::ServiceWrong { .. }, |_, plan| {
    plan.rounds[0].visits[0].leaves -= 1;
});
refuses!(a_return_that_is_too_fast_is_refused, Fault::ReturnWrong { .. }, |_, plan| {
    plan.rounds[0].returns -= 1;
});
refuses!(a_break_that_is_missing_is_refused, Fault::BreakMissing { .. }, |problem, plan| {
    let round = plan.rounds.iter_mut().max_by_key(|round| round.returns).unwrap();
    round.rest = None;
    let pause = problem.bikes[round.bike].pause.as_mut().unwrap();
    pause.begins.latest = round.returns - 1;
});
refuses!(a_break_nobody_asked_for_is_refused, Fault::BreakUnknown { .. }, |problem, plan| {
    rest(problem, plan);
    problem.bikes[plan.rounds[0].bike].pause = None;
});
refuses!(a_break_after_a_stop_that_is_not_there_is_refused, Fault::BreakNowhere { .. }, |problem, plan| {
    rest(problem, plan).after = 99;
});
refuses!(a_break_while_serving_is_refused, Fault::BreakDuringStop { .. }, |problem, plan| {
    let leaves = plan.rounds[0].visits[0].leaves;
    let rest = rest(problem, plan);
    (rest.after, rest.begins) = (1, leaves - 1);
});
refuses!(a_break_too_late_is_refused, Fault::BreakOutsideWindow { .. }, |problem, plan| {
    rest(problem, plan).begins += 1;
});
refuses!(a_break_too_short_is_refused, Fault::BreakTooShort { .. }, |problem, plan| {
    rest(problem, plan).ends -= 1;
});
refuses!(a_round_beyond_the_range_is_refused, Fault::BeyondRange { .. }, |problem, plan| {
    problem.bikes[plan.rounds[0].bike].range_metres = Some(1);
});
refuses!(a_wrong_sum_of_riding_is_refused, Fault::RiddenWrong { .. }, |_, plan| {
    plan.rounds[0].ridden += 1;
});
refuses!(a_wrong_sum_of_metres_is_refused, Fault::MetresWrong { .. }, |_, plan| {
    plan.rounds[0].metres += 1;
});
refuses!(a_wrong_cost_is_refused, Fault::CostWrong { .. }, |_, plan| plan.cost += 1);

/// Gives the first round a break after all its stops, and a window that ends with its beginning.
fn rest<'a>(problem: &mut Problem, plan: &'a mut Plan) -> &'a mut planner::Rest {
    let round = &mut plan.rounds[0];
    let after = round.visits.len();
    let begins = round.visits[after - 1].leaves;
    let window = Window { earliest: 0, latest: begins };
    problem.bikes[round.bike].pause = Some(Break { begins: window, lasts: 1_200 });
    round.rest.insert(planner::Rest { after, begins, ends: begins + 1_200 })
}
