//! Even hours and even loads: aims that a co-op may set, and pays for in riding.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{Aims, Bike, Evenness, Order, Plan, Problem, check, place};
use sample::{bike, matrix, order, planned};

/// Eight orders of one shop for one house, a short way from the depot: what takes time is handing over.
fn house(aims: Aims) -> Problem {
    let orders = (0..8).map(|_| order(&[1], 2)).collect();
    let bikes = vec![Bike { end: None, ..bike() }; 2];
    Problem { orders, bikes, profiles: vec![matrix(&[(0, 0), (100, 0), (200, 0)])], aims }
}

fn out(plan: &Plan) -> Vec<u32> {
    plan.rounds.iter().map(|round| round.returns - round.departs).collect()
}

fn kilograms(problem: &Problem, plan: &Plan) -> Vec<u64> {
    let of = |order: &Order| order.size().1;
    let rounds = plan.rounds.iter().map(|round| {
        let mut orders: Vec<usize> = round.visits.iter().map(|visit| visit.stop.order()).collect();
        orders.sort_unstable();
        orders.dedup();
        orders.iter().map(|order| of(&problem.orders[*order])).sum()
    });
    rounds.collect()
}

#[test]
fn one_courier_rides_all_of_it_until_even_hours_are_asked_for() {
    let problem = house(Aims::default());
    assert_eq!(planned(&problem, 1, 2_000).rounds.len(), 1, "nobody rides there twice for nothing");

    let even = house(Aims { even_out: Evenness { weight: 1_000, unit: 600 }, ..Aims::default() });
    let plan = planned(&even, 1, 2_000);
    assert_eq!(check(&even, &plan), Ok(()));
    let [one, other] = out(&plan)[..] else { panic!("{plan:?}") };
    assert_eq!(one, other);
}

#[test]
fn heavy_loads_are_shared_if_that_is_asked_for() {
    let aims = Aims { even_loads: Evenness { weight: 5_000, unit: 10 }, ..Aims::default() };
    let mut problem = house(aims);
    for (order, heavy) in problem.orders.iter_mut().zip([30, 1, 30, 1, 1, 1, 1, 1]) {
        order.pickups[0].1.kilograms = heavy;
    }
    let plan = planned(&problem, 1, 2_000);
    assert_eq!(check(&problem, &plan), Ok(()));
    let loads = kilograms(&problem, &plan);
    assert_eq!(loads.iter().sum::<u64>(), 66);
    assert!(loads.iter().all(|load| (30..=36).contains(load)), "a heavy one each: {loads:?}");
}

#[test]
fn a_new_order_goes_to_whoever_has_less() {
    let aims = Aims { even_out: Evenness { weight: 1_000, unit: 600 }, ..Aims::default() };
    let mut problem = house(aims);
    let new = problem.orders.pop().unwrap();
    let stands = planned(&problem, 1, 2_000);
    let before = out(&stands);
    problem.orders.push(new);
    let placed = place(&problem, &stands, 7).unwrap();
    assert_eq!(check(&problem, &placed), Ok(()));
    let after = out(&placed);
    let spread = |of: &[u32]| of.iter().max().unwrap() - of.iter().min().unwrap();
    assert_eq!((spread(&before), spread(&after)), (120, 0), "an order takes two minutes");
}

#[test]
fn what_unevenness_costs_is_in_the_plan_and_the_checker_finds_what_is_not() {
    let even = house(Aims { even_out: Evenness { weight: 1_000, unit: 600 }, ..Aims::default() });
    let mut plan = planned(&even, 1, 500);
    let plain = house(Aims::default());
    assert!(check(&plain, &plan).is_err(), "the cost is another one");
    plan.cost -= 1;
    assert!(check(&even, &plan).is_err());
}
