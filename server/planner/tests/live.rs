//! A day under way: what is on board stays, nobody gets later than was agreed, and what is suggested is worth it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod sample;

use planner::live::{
    LiveError, Moved, Passed, PlacedNow, PlacedOrder, RoundNow, Standing, Suggestion, Terms, exchange,
    place_now, suggestions, without,
};
use planner::{
    Aims, Bike, Capacity, Pace, Plan, Problem, Reason, Size, StopId, UNREACHABLE, Window, WouldFit,
};
use proptest::prelude::*;
use sample::{bike, matrix, order, planned, town};

const FREELY: Terms = Terms { gain_at_least: 1, gain_per_order: 0, later_at_most: 100_000 };
const ON_TIME: Terms = Terms { gain_at_least: 1, gain_per_order: 0, later_at_most: 0 };
const SEARCH: (u64, u64) = (1, 500);

fn pickup(order: usize, pickup: usize) -> StopId {
    StopId::Pickup { order, pickup }
}

fn drop_off(order: usize) -> StopId {
    StopId::DropOff { order }
}

fn go_on(_: &planner::Progress) -> Pace {
    Pace::Used(0.0)
}

/// Two couriers on a line of places a hundred apart, at its ends, who each bring something to the other's end.
fn crossed() -> Standing {
    let points: Vec<(i32, i32)> = (0..10).map(|index| (index * 100, 0)).collect();
    let problem = Problem {
        orders: vec![order(&[0], 1), order(&[8], 9), order(&[1], 2), order(&[9], 8)],
        bikes: vec![Bike { end: None, ..bike() }, Bike { end: None, ..bike() }],
        profiles: vec![matrix(&points)],
        ..Problem::default()
    };
    let rounds = vec![
        RoundNow { bike: 0, at: 0, free: 1_000, stops: both(&[0, 1]) },
        RoundNow { bike: 1, at: 9, free: 1_000, stops: both(&[3, 2]) },
    ];
    Standing { problem, rounds }
}

/// Orders of one shop, one after another.
fn both(orders: &[usize]) -> Vec<StopId> {
    orders.iter().flat_map(|order| [pickup(*order, 0), drop_off(*order)]).collect()
}

fn exchanged(standing: &Standing, terms: Terms) -> Option<Suggestion> {
    exchange(standing, (0, 1), terms, SEARCH, &mut go_on).unwrap()
}

/// New orders into all of the rounds.
fn placed(standing: &Standing, orders: &[usize], terms: Terms) -> Result<PlacedNow, LiveError> {
    let all: Vec<usize> = (0..standing.rounds.len()).collect();
    place_now(standing, &all, orders, terms, &mut go_on)
}

/// All of the others in the place of one.
fn relieved(standing: &Standing, round: usize, terms: Terms) -> Result<Passed, LiveError> {
    let others: Vec<usize> = (0..standing.rounds.len()).filter(|other| *other != round).collect();
    without(standing, round, &others, terms, &mut go_on)
}

#[test]
fn couriers_who_cross_are_offered_each_others_stops_and_what_that_saves() {
    let found = exchanged(&crossed(), ON_TIME).unwrap();
    // 0 to 9 and 9 to 1 become 0 to 2 and 9 to 8 and back.
    let ridden: u64 = found.rounds.iter().map(|round| round.ridden_before - round.ridden).sum();
    assert_eq!(found.gain, ridden);
    assert_eq!(found.rounds.iter().map(|round| round.ridden_before).collect::<Vec<_>>(), [900, 900]);
    assert_eq!(found.rounds.iter().map(|round| round.ridden).collect::<Vec<_>>(), [200, 200]);
    assert_eq!(found.rounds[0].stops, both(&[0, 2]));
    assert_eq!(found.moved, [Moved { order: 1, from: 0, to: 1 }, Moved { order: 2, from: 1, to: 0 }]);
    assert_eq!(found.later, None);
    assert!(found.rounds.iter().all(|round| round.returns < round.returns_before));
}

#[test]
fn goods_on_board_stay_on_their_bike() {
    let mut standing = crossed();
    // What the first brings to the other end is picked up.
    standing.rounds[0].stops = vec![pickup(0, 0), drop_off(0), drop_off(1)];
    assert!(standing.rounds[0].has_on_board(&standing.problem, 1));
    let found = exchanged(&standing, FREELY).unwrap();
    // She rides to the other end with it, and may take what goes the same way.
    assert!(!found.moved.is_empty() && found.moved.iter().all(|moved| moved.from == 1), "{found:?}");
    assert!(found.rounds[0].stops.contains(&drop_off(1)));
    assert!(found.rounds.iter().all(|round| !round.stops.contains(&pickup(1, 0))));
}

#[test]
fn goods_pass_to_nobody_who_is_not_there_to_take_them() {
    let mut standing = crossed();
    // Side by side at the same moment, and the other rides there anyway.
    standing.rounds[1] = RoundNow { bike: 1, at: 0, free: 1_000, stops: vec![pickup(3, 0), drop_off(3)] };
    standing.rounds[0].stops = vec![pickup(0, 0), drop_off(0), drop_off(1)];
    let terms = Terms { later_at_most: 100, ..FREELY };
    let moved = exchanged(&standing, terms).map(|found| found.moved).unwrap_or_default();
    assert!(moved.iter().all(|moved| moved.order != 1), "{moved:?}");
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
fn nobody_is_later_than_the_terms_allow() {
    let mut standing = crossed();
    // The first courier's own drop-offs are at her end; what would come in between makes one of them wait.
    standing.rounds[0].stops = vec![pickup(0, 0), pickup(1, 0), drop_off(1), drop_off(0)];
    standing.problem.orders[1] = order(&[1], 2);
    standing.problem.orders[2] = order(&[1], 2);
    standing.rounds[1].stops = both(&[3, 2]);
    let freely = exchanged(&standing, FREELY).unwrap();
    assert!(freely.moved.contains(&Moved { order: 2, from: 1, to: 0 }));
    let strict = exchanged(&standing, ON_TIME);
    assert!(strict.iter().all(|found| found.later.is_none()), "{strict:?}");
    if let Some((_, ticks)) = freely.later {
        let less = Terms { later_at_most: ticks - 1, ..FREELY };
        let found = exchanged(&standing, less);
        assert!(found.iter().all(|found| found.later.is_none_or(|(_, later)| later < ticks)), "{found:?}");
    }
}

#[test]
fn what_is_not_worth_it_is_not_suggested() {
    let gain = exchanged(&crossed(), ON_TIME).unwrap().gain;
    for (terms, is_worth) in [
        (Terms { gain_at_least: gain, ..ON_TIME }, true),
        (Terms { gain_at_least: gain + 1, ..ON_TIME }, false),
        (Terms { gain_at_least: 0, gain_per_order: gain / 2, ..ON_TIME }, true),
        (Terms { gain_at_least: 0, gain_per_order: gain / 2 + 1, ..ON_TIME }, false),
    ] {
        assert_eq!(exchanged(&crossed(), terms).is_some(), is_worth, "{terms:?}");
    }
    let mut best = crossed();
    best.rounds[0].stops = both(&[0, 2]);
    best.rounds[1].stops = both(&[1, 3]);
    let none = Terms { gain_at_least: 0, ..ON_TIME };
    assert_eq!(exchanged(&best, none), None);
}

#[test]
fn who_rides_in_a_bad_sequence_is_offered_a_better_one() {
    let mut standing = crossed();
    standing.rounds[1].stops.clear();
    standing.problem.orders[3] = order(&[2], 3);
    standing.problem.orders[1] = order(&[5], 6);
    standing.rounds[0].stops = both(&[0, 1, 3]);
    standing.problem.bikes[1].capacity = Capacity::default();
    let found = exchanged(&standing, FREELY).unwrap();
    assert_eq!(found.moved, []);
    assert_eq!(found.rounds.len(), 1);
    assert_eq!(found.rounds[0].stops, both(&[0, 3, 1]));
}

#[test]
fn a_day_that_is_late_overloaded_and_past_its_shift_is_still_read() {
    let mut standing = crossed();
    for order in &mut standing.problem.orders {
        order.drop_off.window = Window { earliest: 0, latest: 10 };
        order.pickups[0].1 = Size { litres: 500, kilograms: 900 };
        order.skills = 1;
    }
    standing.problem.bikes[0].shift = Window { earliest: 0, latest: 1 };
    standing.problem.bikes[0].range_metres = Some(1);
    // Nobody gets any later, also where the terms would allow it within a window; sooner is always a help.
    for terms in [ON_TIME, FREELY] {
        let found = exchanged(&standing, terms).unwrap();
        assert_eq!((found.moved.len(), found.later), (2, None));
    }
    assert_eq!(suggestions(&standing, FREELY, SEARCH, &mut |_| true, &mut go_on).unwrap().len(), 1);
    let passed = relieved(&standing, 0, FREELY).unwrap();
    assert_eq!(passed.moved.len() + passed.left_out.len(), 2);
}

#[test]
fn the_pairs_that_gain_most_come_first_and_no_round_is_in_two() {
    let mut standing = crossed();
    standing.problem.bikes.push(Bike { end: None, ..bike() });
    standing.rounds.push(RoundNow { bike: 2, at: 5, free: 1_000, stops: Vec::new() });
    let found = suggestions(&standing, FREELY, SEARCH, &mut |_| true, &mut go_on).unwrap();
    assert_eq!(found.len(), 1);
    let best = [(0, 1), (0, 2), (1, 2)].map(|pair| {
        exchange(&standing, pair, FREELY, SEARCH, &mut go_on).unwrap().map_or(0, |found| found.gain)
    });
    assert_eq!(found[0].gain, best.into_iter().max().unwrap());
    // What nobody wants makes room for the next best.
    let other = suggestions(&standing, FREELY, SEARCH, &mut |other| *other != found[0], &mut go_on).unwrap();
    assert_eq!(other.len(), usize::from(best.iter().filter(|gain| **gain > 0).count() > 1), "{other:?}");
    assert!(!other.contains(&found[0]));
    // Told to stop at once, it says nothing.
    assert_eq!(suggestions(&standing, FREELY, SEARCH, &mut |_| true, &mut |_| Pace::Stop).unwrap(), []);
}

#[test]
fn who_is_out_leaves_the_others_what_is_not_on_her_bike() {
    let mut standing = crossed();
    standing.rounds[0].stops = vec![drop_off(0), pickup(1, 0), drop_off(1)];
    let passed = relieved(&standing, 0, FREELY).unwrap();
    assert_eq!(passed.on_board, [0]);
    assert_eq!(passed.moved, [Moved { order: 1, from: 0, to: 1 }]);
    assert_eq!(passed.left_out, []);
    // Her own customer waits longer than if she rode on, and that is said.
    assert!(passed.later.is_some_and(|(stop, ticks)| stop.order() == 1 && ticks > 0), "{:?}", passed.later);
    assert_eq!(passed.rounds.len(), 1);
    let [round] = &passed.rounds[..] else { panic!("one round") };
    let kept: Vec<StopId> = round.stops.iter().copied().filter(|stop| stop.order() != 1).collect();
    assert_eq!(kept, standing.rounds[1].stops);

    // Late as it is, at the shop and at the door, somebody else may bring it as late.
    standing.problem.orders[1].drop_off.window = Window { earliest: 0, latest: 10 };
    standing.problem.orders[1].pickups[0].0.window = Window { earliest: 0, latest: 10 };
    assert_eq!(relieved(&standing, 0, FREELY).unwrap().moved, [Moved { order: 1, from: 0, to: 1 }]);

    standing.problem.orders[1].flags = 1;
    standing.problem.bikes[0].flags = 1;
    let passed = relieved(&standing, 0, FREELY).unwrap();
    let [left] = &passed.left_out[..] else { panic!("one is left") };
    assert_eq!((left.order, left.reason), (1, Reason::Flags));
    // Round 1 has the only bike that is left, named as the day names it.
    assert_eq!(left.would_fit, [WouldFit::Flags { bike: 1, lacks: 1 }]);
    assert_eq!((passed.moved, passed.rounds), (vec![], vec![]));
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

#[test]
fn a_day_that_cannot_be_is_named() {
    let wrong = |change: fn(&mut Standing)| {
        let mut standing = crossed();
        change(&mut standing);
        standing.validate().unwrap_err()
    };
    assert_eq!(wrong(|day| day.rounds[1].bike = 0), LiveError::Bike { bike: 0 });
    assert_eq!(wrong(|day| day.rounds[1].bike = 7), LiveError::Bike { bike: 7 });
    assert_eq!(wrong(|day| day.rounds[1].at = 10), LiveError::Nowhere { round: 1 });
    assert_eq!(wrong(|day| day.rounds[1].stops = both(&[0])), LiveError::Stop { stop: pickup(0, 0) });
    assert_eq!(wrong(|day| day.rounds[1].stops = both(&[4])), LiveError::Stop { stop: pickup(4, 0) });
    assert_eq!(wrong(|day| day.rounds[1].stops.reverse()), LiveError::Stop { stop: pickup(2, 0) });
    assert_eq!(wrong(|day| day.rounds[1].stops.truncate(3)), LiveError::Stop { stop: pickup(2, 0) });
    assert!(matches!(wrong(|day| day.problem.profiles.clear()), LiveError::Problem(_)));

    let mut apart = crossed();
    let closed = vec![UNREACHABLE; 100];
    apart.problem.profiles = vec![planner::Matrix::new(10, closed, vec![0; 100]).unwrap()];
    assert_eq!(exchange(&apart, (0, 1), FREELY, SEARCH, &mut go_on), Err(LiveError::NoWay { round: 0 }));
    assert_eq!(
        exchange(&crossed(), (0, 2), FREELY, SEARCH, &mut go_on),
        Err(LiveError::NoSuchRound { round: 2 })
    );
}

/// A plan at a moment of its day: what has begun is done.
fn at(problem: &Problem, plan: &Plan, now: u32) -> Standing {
    let rounds = plan.rounds.iter().map(|round| {
        let done = round.visits.iter().take_while(|visit| visit.arrives <= now).count();
        let last = done.checked_sub(1).map(|last| round.visits[last]);
        RoundNow {
            bike: round.bike,
            at: last.map_or(problem.bikes[round.bike].start, |visit| problem.stop(visit.stop).unwrap().place),
            free: last.map_or(round.departs, |visit| visit.leaves),
            stops: round.visits.iter().skip(done).map(|visit| visit.stop).collect(),
        }
    });
    Standing { problem: problem.clone(), rounds: rounds.collect() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn whatever_the_moment_a_suggestion_loses_no_stop_and_breaks_no_word(
        now in 0..12_000_u32, seed in 0..50_u64, later_at_most in prop_oneof![Just(0), 1..2_000_u32],
    ) {
        let problem = Problem { aims: Aims::default(), ..town() };
        let standing = at(&problem, &planned(&problem, seed, 3), now);
        let terms = Terms { gain_at_least: 1, gain_per_order: 10, later_at_most };
        let found = suggestions(&standing, terms, (seed, 200), &mut |_| true, &mut go_on).unwrap();
        for suggestion in &found {
            prop_assert!(suggestion.gain > 10 * suggestion.moved.len() as u64 || suggestion.moved.is_empty());
            prop_assert!(suggestion.later.is_none_or(|(_, ticks)| ticks <= later_at_most));
            for moved in &suggestion.moved {
                prop_assert!(!standing.rounds[moved.from].has_on_board(&problem, moved.order));
            }
        }
        let mut after = standing.clone();
        for round in found.iter().flat_map(|found| &found.rounds) {
            after.rounds[round.round].stops.clone_from(&round.stops);
        }
        prop_assert!(after.validate().is_ok());
        let stops = |day: &Standing| {
            let mut stops: Vec<StopId> = day.rounds.iter().flat_map(|round| round.stops.clone()).collect();
            stops.sort();
            stops
        };
        prop_assert_eq!(stops(&after), stops(&standing));
        for (round, before) in after.rounds.iter().zip(&standing.rounds) {
            for order in before.orders().filter(|order| before.has_on_board(&problem, *order)) {
                prop_assert!(round.stops.contains(&drop_off(order)));
            }
        }
        for round in 0..standing.rounds.len() {
            let passed = relieved(&standing, round, terms).unwrap();
            let orders = standing.rounds[round].orders().count();
            prop_assert_eq!(passed.moved.len() + passed.left_out.len() + passed.on_board.len(), orders);
        }
    }
}
