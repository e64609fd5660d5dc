//! New orders come into rounds that are ridden: where they add least, and nobody later than was agreed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod sample;

use planner::live::{LiveError, PlacedNow, PlacedOrder, Standing, Terms, place_now, without};
use planner::{Capacity, Pace, Reason, StopId, Window, WouldFit};
use sample::crossed::{FREELY, ON_TIME, both, crossed, drop_off, go_on, pickup};
use sample::order;

/// New orders into all of the rounds.
fn placed(standing: &Standing, orders: &[usize], terms: Terms) -> Result<PlacedNow, LiveError> {
    let all: Vec<usize> = (0..standing.rounds.len()).collect();
    place_now(standing, &all, orders, terms, &mut go_on)
}

#[test]
fn who_waits_at_a_later_stop_is_not_late_at_the_first() {
    let mut standing = crossed();
    standing.problem.orders[1].drop_off.window = Window { earliest: 5_000, latest: 9_000 };
    standing.problem.orders.push(order(&[0], 1));
    standing.rounds.truncate(1);
    // She could leave an hour later and wait less, and would have time for the new order first.
    let [round] = &placed(&standing, &[4], ON_TIME).unwrap().rounds[..] else { panic!("no room") };
    assert_eq!(round.stops[..2], both(&[0]));
    let [round] = &placed(&standing, &[4], FREELY).unwrap().rounds[..] else { panic!("no room") };
    assert_eq!(round.ridden, round.ridden_before);
}

#[test]
fn a_new_order_comes_where_it_adds_least_and_makes_nobody_late() {
    let mut standing = crossed();
    standing.problem.orders.push(order(&[3], 4));
    let now = placed(&standing, &[4], FREELY).unwrap();
    let [round] = &now.rounds[..] else { panic!("no room") };
    // Both pass there; the first of equals.
    assert_eq!((round.round, round.ridden), (0, round.ridden_before));
    assert_eq!(round.stops, [both(&[0]), both(&[4]), both(&[1])].concat());
    let at = 1_000 + 60 + 100 + 60 + 200 + 60 + 100;
    assert_eq!(now.placed, [PlacedOrder { order: 4, round: 0, drop_off: at }]);
    assert_eq!(now.left_out, []);

    standing.problem.orders[4].skills = 1;
    let now = placed(&standing, &[4], FREELY).unwrap();
    assert_eq!((now.rounds, now.placed), (vec![], vec![]));
    assert_eq!(
        now.left_out.iter().map(|left| (left.order, left.reason)).collect::<Vec<_>>(),
        [(4, Reason::Skills)]
    );
    for (orders, wrong) in [(&[0][..], 0), (&[5], 5), (&[4, 4], 4)] {
        assert_eq!(placed(&standing, orders, FREELY), Err(LiveError::Order { order: wrong }));
    }
}

#[test]
fn a_round_that_is_not_named_gets_nothing_and_who_is_told_to_stop_says_what_was_not_tried() {
    let mut standing = crossed();
    standing.problem.orders.extend([order(&[3], 4), order(&[4], 5)]);
    // Both pass there, and the first of equals would get it.
    let now = place_now(&standing, &[1], &[4], FREELY, &mut go_on).unwrap();
    assert_eq!(now.placed.iter().map(|placed| placed.round).collect::<Vec<_>>(), [1]);
    assert_eq!(now.rounds.iter().map(|round| round.round).collect::<Vec<_>>(), [1]);
    let nobody = without(&standing, 0, &[], FREELY, &mut go_on).unwrap();
    assert_eq!((nobody.moved, nobody.left_out.len()), (vec![], 2));
    assert!(without(&standing, 0, &[0, 1], FREELY, &mut go_on).is_err());

    let mut asked = 0;
    let now = place_now(&standing, &[0, 1], &[4, 5], FREELY, &mut |_| {
        asked += 1;
        if asked > 1 { Pace::Stop } else { Pace::Used(0.0) }
    });
    let now = now.unwrap();
    assert_eq!(now.placed.iter().map(|placed| placed.order).collect::<Vec<_>>(), [4]);
    assert_eq!(
        now.left_out.iter().map(|left| (left.order, left.reason)).collect::<Vec<_>>(),
        [(5, Reason::NotTried)]
    );
    assert_eq!(now.left_out[0].would_fit, []);
}

#[test]
fn a_shop_that_waits_longer_is_later_too_and_a_box_counts_as_it_is() {
    let mut standing = crossed();
    standing.rounds.truncate(1);
    // Her door opens late anyway: only the shop waits for the detour.
    standing.problem.orders[1].drop_off.window = Window { earliest: 9_000, latest: 99_000 };
    standing.rounds[0].stops = both(&[1]);
    standing.problem.orders.push(order(&[7], 6));
    standing.problem.orders[4].drop_off.window.latest = 2_000;
    let now = placed(&standing, &[4], FREELY).unwrap();
    assert_eq!(now.later.map(|(stop, _)| stop), Some(pickup(1, 0)), "{now:?}");

    // On her bike is more than it carries, and what is asked for counts from what it carries.
    standing.problem.bikes[0].capacity = Capacity { litres: 4, kilograms: 100 };
    standing.problem.orders[4].pickups[0].1.litres = 25;
    let left = placed(&standing, &[4], FREELY).unwrap().left_out;
    assert!(
        left[0].would_fit.contains(&WouldFit::LargerBox { bike: 0, litres: 21, kilograms: 0 }),
        "{left:?}"
    );
}

#[test]
fn several_new_orders_are_placed_one_beside_the_other() {
    let mut standing = crossed();
    standing.problem.orders.extend([order(&[3], 4), order(&[4], 5), order(&[2], 3)]);
    let mut small = order(&[3], 4);
    small.pickups[0].1.litres = 10_000;
    standing.problem.orders.push(small);
    let now = placed(&standing, &[6, 4, 7, 5], FREELY).unwrap();
    assert_eq!(now.placed.iter().map(|placed| placed.order).collect::<Vec<_>>(), [6, 4, 5]);
    let [left] = &now.left_out[..] else { panic!("one is left") };
    assert_eq!((left.order, left.reason), (7, Reason::TooLarge));
    let stops: Vec<StopId> = now.rounds.iter().flat_map(|round| round.stops.clone()).collect();
    for placed in &now.placed {
        assert!(stops.contains(&drop_off(placed.order)) && stops.contains(&pickup(placed.order, 0)));
    }
}
