//! A day under way: what is on board stays, nobody gets later than was agreed, and what is suggested is worth it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod sample;

use planner::live::{
    LiveError, Moved, Passed, RoundNow, Standing, Suggestion, Terms, exchange, suggestions, without,
};
use planner::{
    Aims, Bike, Capacity, Pace, Plan, Problem, Progress, Reason, Size, StopId, UNREACHABLE, Window, WouldFit,
};
use proptest::prelude::*;
use sample::crossed::{FREELY, ON_TIME, both, crossed, drop_off, go_on, pickup};
use sample::{bike, order, planned, town};

const SEARCH: (u64, u64) = (1, 500);

fn exchanged(standing: &Standing, terms: Terms) -> Option<Suggestion> {
    exchange(standing, (0, 1), terms, SEARCH, &mut go_on).unwrap()
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
    standing.rounds[1] =
        RoundNow { bike: 1, at: 0, free: 1_000, stops: vec![pickup(3, 0), drop_off(3)], under_way: false };
    standing.rounds[0].stops = vec![pickup(0, 0), drop_off(0), drop_off(1)];
    let terms = Terms { later_at_most: 100, ..FREELY };
    let moved = exchanged(&standing, terms).map(|found| found.moved).unwrap_or_default();
    assert!(moved.iter().all(|moved| moved.order != 1), "{moved:?}");
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
    assert_eq!(
        suggestions(&standing, FREELY, SEARCH, 0, &mut |_| true, &mut go_on).unwrap().suggestions.len(),
        1
    );
    let passed = relieved(&standing, 0, FREELY).unwrap();
    assert_eq!(passed.moved.len() + passed.left_out.len(), 2);
}

#[test]
fn the_pairs_that_gain_most_come_first_and_no_round_is_in_two() {
    let mut standing = crossed();
    standing.problem.bikes.push(Bike { end: None, ..bike() });
    standing.rounds.push(RoundNow { bike: 2, at: 5, free: 1_000, stops: Vec::new(), under_way: false });
    let found = suggestions(&standing, FREELY, SEARCH, 0, &mut |_| true, &mut go_on).unwrap().suggestions;
    assert_eq!(found.len(), 1);
    let best = [(0, 1), (0, 2), (1, 2)].map(|pair| {
        exchange(&standing, pair, FREELY, SEARCH, &mut go_on).unwrap().map_or(0, |found| found.gain)
    });
    assert_eq!(found[0].gain, best.into_iter().max().unwrap());
    // What nobody wants makes room for the next best.
    let other = suggestions(&standing, FREELY, SEARCH, 0, &mut |other| *other != found[0], &mut go_on)
        .unwrap()
        .suggestions;
    assert_eq!(other.len(), usize::from(best.iter().filter(|gain| **gain > 0).count() > 1), "{other:?}");
    assert!(!other.contains(&found[0]));
    // Told to stop when the second pair begins, it goes on with that one the next time.
    let mut from = 0;
    for next in [1, 2, 0] {
        let (mut steps, mut ends) = (0, false);
        let mut one_pair = |progress: &Progress| {
            ends |= progress.steps < steps;
            steps = progress.steps;
            if ends { Pace::Stop } else { Pace::Used(0.0) }
        };
        let look = suggestions(&standing, FREELY, SEARCH, from, &mut |_| true, &mut one_pair).unwrap();
        assert_eq!(look.next, next);
        from = next;
    }
    // Told to stop at once, it says nothing.
    assert_eq!(
        suggestions(&standing, FREELY, SEARCH, 0, &mut |_| true, &mut |_| Pace::Stop).unwrap().suggestions,
        []
    );
}

#[test]
fn her_own_customer_who_waits_longer_for_another_is_said() {
    // What she would hand over next door in three minutes, somebody brings who comes from the other end.
    let passed = relieved(&crossed(), 0, FREELY).unwrap();
    assert_eq!((passed.moved.len(), passed.later.map(|(stop, _)| stop.order())), (2, Some(0)), "{passed:?}");
}

#[test]
fn who_is_out_leaves_the_others_what_is_not_on_her_bike() {
    let mut standing = crossed();
    standing.rounds[0].stops = vec![drop_off(0), pickup(1, 0), drop_off(1)];
    let passed = relieved(&standing, 0, FREELY).unwrap();
    assert_eq!(passed.on_board, [0]);
    assert_eq!(passed.moved, [Moved { order: 1, from: 0, to: 1 }]);
    assert_eq!(passed.left_out, []);
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

#[test]
fn who_is_emptied_under_way_has_her_way_home_before_her_all_the_same() {
    let mut standing = crossed();
    // The first is far from her end, near which her order is, and where the other rides the same way.
    standing.problem.bikes[0].end = Some(0);
    standing.rounds[0] = RoundNow { bike: 0, at: 9, free: 1_000, stops: both(&[0]), under_way: false };
    standing.rounds[1] = RoundNow { bike: 1, at: 0, free: 1_000, stops: both(&[2]), under_way: false };
    let mut found = |under_way| {
        standing.rounds[0].under_way = under_way;
        let found = exchange(&standing, (0, 1), FREELY, SEARCH, &mut go_on).unwrap().unwrap();
        let hers = found.rounds.iter().find(|new| new.round == 0).unwrap();
        assert_eq!(hers.stops, []);
        (hers.ridden_before, hers.ridden, hers.returns, found.gain)
    };
    // Nine hundred there, a hundred to the door and back again; or the nine hundred alone.
    assert_eq!(found(false), (1_100, 0, 1_000, 1_100));
    assert_eq!(found(true), (1_100, 900, 1_900, 200));
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
            under_way: done > 0,
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
        let found = suggestions(&standing, terms, (seed, 200), 0, &mut |_| true, &mut go_on).unwrap().suggestions;
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
