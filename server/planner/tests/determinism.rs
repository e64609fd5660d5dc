//! A seed and a number of steps are a plan.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{Budget, Pace, Plan, Window, check, plan};
use sample::scattered::{forty, scarce, scattered};
use sample::{planned, town};

/// Every number of a plan, written out.
fn bytes(plan: &Plan) -> Vec<u8> {
    format!("{plan:?}").into_bytes()
}

/// FNV-1a of the bytes: one number to compare across machines and builds.
fn print(plan: &Plan) -> u64 {
    bytes(plan).iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[test]
fn the_same_seed_and_steps_make_the_same_bytes_twice() {
    for problem in [town(), forty()] {
        let first = planned(&problem, 7, 2_000);
        assert_eq!(bytes(&first), bytes(&planned(&problem, 7, 2_000)));
        assert_eq!(check(&problem, &first), Ok(()));
    }
}

#[test]
fn where_bikes_are_scarce_a_seed_is_one_plan_as_well_and_saves_bikes() {
    let problem = scarce();
    let plan = planned(&problem, 1, 12_000);
    assert_eq!(check(&problem, &plan), Ok(()));
    assert!(plan.left_out.is_empty());
    let first = planned(&problem, 1, 1);
    assert!(plan.rounds.len() < first.rounds.len(), "{} of {}", plan.rounds.len(), first.rounds.len());
    assert_eq!(print(&plan), PRINT_OF_SCARCE, "{}", plan.cost);
}

#[test]
fn the_plan_of_a_seed_is_the_same_on_every_machine_and_in_every_build() {
    let plan = planned(&forty(), 1, 3_000);
    assert_eq!(print(&plan), PRINT_OF_SEED_1, "{}", plan.cost);
}

/// Where there are steps enough for it, the search has more parts: each of these numbers is another one if one is left out.
#[test]
fn with_many_steps_a_seed_is_one_plan_as_well() {
    // Groups: a bike fewer after seven tenths, and a last fall.
    let groups = planned(&scattered(24), 1, 8_000);
    assert_eq!(print(&groups), PRINT_OF_GROUPS, "{}", groups.cost);
    // Pairs: five starts.
    let mut pairs = scattered(40);
    pairs.orders.iter_mut().for_each(|order| order.pickups.truncate(1));
    pairs.bikes.iter_mut().for_each(|bike| bike.shift = Window { earliest: 0, latest: 6_000 });
    let pairs = planned(&pairs, 1, 45_000);
    assert_eq!(print(&pairs), PRINT_OF_PAIRS, "{}", pairs.cost);
}

#[test]
fn a_stop_is_followed_before_the_next_step() {
    let problem = forty();
    let mut last = 0;
    let stopped = plan(&problem, 1, Budget::Asked, &mut |progress| {
        last = progress.steps;
        if progress.steps >= 10 { Pace::Stop } else { Pace::Used(0.0) }
    });
    assert_eq!(check(&problem, &stopped.unwrap()), Ok(()));
    assert_eq!(last, 10);
}

#[test]
fn a_stop_before_anything_is_planned_leaves_all_out_with_reasons() {
    let problem = forty();
    let plan = plan(&problem, 1, Budget::Asked, &mut |_| Pace::Stop).unwrap();
    assert_eq!(plan.left_out.len(), 40);
    assert_eq!(check(&problem, &plan), Ok(()));
}

#[test]
fn progress_tells_of_the_best_plan_so_far() {
    let mut costs = Vec::new();
    let problem = forty();
    let plan = plan(&problem, 3, Budget::Steps(2_000), &mut |progress| {
        if progress.left_out == 0 {
            costs.push(progress.cost);
        }
        Pace::Used(0.0)
    });
    assert!(costs.is_sorted_by(|before, after| before >= after));
    assert_eq!(costs.last().copied(), Some(plan.unwrap().cost as i64));
}

const PRINT_OF_SEED_1: u64 = 6_752_164_678_592_111_355;
const PRINT_OF_SCARCE: u64 = 880_765_096_069_186_590;
const PRINT_OF_GROUPS: u64 = 8631848159363419707;
const PRINT_OF_PAIRS: u64 = 1000305479672009458;
