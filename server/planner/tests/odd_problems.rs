//! Problems that nobody meant: none stops the planner, and each order is served or told why not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

mod sample;

use planner::{
    Aims, Bike, Break, Budget, Capacity, Evenness, Matrix, Order, Pace, Problem, Reason, Size, Stop,
    TICKS_MAX, UNREACHABLE, Window, check, place, plan,
};
use proptest::prelude::*;
use proptest::test_runner::Config;

/// Cases in an ordinary run; `PROPTEST_CASES=10000` is the run by hand.
const CASES: u32 = 300;

fn cases() -> u32 {
    // Read from PROPTEST_CASES, which the default would be taken from as well.
    let default = Config::default().cases;
    if default == 256 { CASES } else { default }
}

/// Steps of each: enough that every part of the search is passed.
const STEPS: u64 = 2_000;

fn ticks() -> impl Strategy<Value = u32> {
    prop_oneof![
        8 => 0..5_000_u32,
        1 => Just(0),
        1 => prop_oneof![Just(u32::MAX), Just(TICKS_MAX), Just(TICKS_MAX - 1), Just(TICKS_MAX + 1)],
    ]
}

fn window() -> impl Strategy<Value = Window> {
    prop_oneof![
        6 => Just(Window::ALWAYS),
        6 => (0..5_000_u32, 0..5_000_u32).prop_map(|(earliest, long)| Window { earliest, latest: earliest + long }),
        1 => (ticks(), ticks()).prop_map(|(earliest, latest)| Window { earliest, latest }),
        1 => ticks().prop_map(|at| Window { earliest: at, latest: at }),
    ]
}

fn amount() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..40_u32, 1 => Just(0), 1 => prop_oneof![Just(u32::MAX), Just(TICKS_MAX), 1_000..2_000_u32]]
}

fn bits() -> impl Strategy<Value = u64> {
    prop_oneof![8 => Just(0_u64), 2 => 0..4_u64, 1 => any::<u64>()]
}

fn stop(places: u32) -> impl Strategy<Value = Stop> {
    let short = || prop_oneof![9 => 0..300_u32, 1 => ticks()];
    (0..places, window(), short(), short()).prop_map(|(place, window, service, approach)| Stop {
        place,
        window,
        service,
        approach,
    })
}

fn order(places: u32) -> impl Strategy<Value = Order> {
    let size = (amount(), amount()).prop_map(|(litres, kilograms)| Size { litres, kilograms });
    let pickups = prop::collection::vec((stop(places), size), 0..5);
    (pickups, stop(places), bits(), bits()).prop_map(|(pickups, drop_off, skills, flags)| Order {
        pickups,
        drop_off,
        skills,
        flags,
    })
}

fn bike(places: u32) -> impl Strategy<Value = Bike> {
    let speed = prop_oneof![4 => Just(1_000_u32), 2 => 1..3_000_u32, 1 => Just(u32::MAX)];
    let pause = (window(), prop_oneof![9 => 0..1_500_u32, 1 => ticks()])
        .prop_map(|(begins, lasts)| Break { begins, lasts });
    let hubs = (0..places, prop::option::of(0..places));
    let room = (amount(), amount()).prop_map(|(litres, kilograms)| Capacity { litres, kilograms });
    let range = prop::option::weighted(0.3, prop_oneof![0..20_000_u32, Just(u32::MAX)]);
    let most = prop::option::weighted(0.3, prop_oneof![9 => 0..9_u32, 1 => Just(u32::MAX)]);
    let wants = (bits(), bits(), window(), prop::option::weighted(0.3, pause), ticks());
    (speed, hubs, room, (range, most), wants).prop_map(
        |(
            speed_per_mille,
            (start, end),
            capacity,
            (range_metres, stops_max),
            (skills, flags, shift, pause, fixed_cost),
        )| Bike {
            profile: 0,
            speed_per_mille,
            capacity,
            range_metres,
            stops_max,
            skills,
            flags,
            start,
            end,
            shift,
            pause,
            fixed_cost,
        },
    )
}

fn problem() -> impl Strategy<Value = Problem> {
    (1..8_u32).prop_flat_map(|places| {
        let pairs = (places * places) as usize;
        let way = prop_oneof![12 => 0..1_000_u32, 3 => Just(0), 1 => Just(UNREACHABLE), 1 => ticks()];
        let aims = (any::<bool>(), 0..3_u32, 0..3_u32, prop_oneof![9 => 0..3_u32, 1 => Just(u32::MAX)]);
        let weight = || prop_oneof![6 => Just(0), 3 => 0..30_u32, 1 => Just(u32::MAX)];
        let even = (weight(), 0..60_u32, weight(), 0..60_u32);
        (
            prop::collection::vec(order(places), 0..9),
            prop::collection::vec(bike(places), 0..5),
            prop::collection::vec(way.clone(), pairs),
            prop::collection::vec(way, pairs),
            aims,
            even,
        )
            .prop_map(
                move |(
                    orders,
                    bikes,
                    ticks,
                    metres,
                    (fewest_bikes, per_tick_ridden, per_metre, per_tick_out),
                    (out, out_unit, load, load_unit),
                )| {
                    let profiles = vec![Matrix::new(places as usize, ticks, metres).unwrap()];
                    let even_out = Evenness { weight: out, unit: out_unit };
                    let even_loads = Evenness { weight: load, unit: load_unit };
                    let aims =
                        Aims { fewest_bikes, per_tick_ridden, per_metre, per_tick_out, even_out, even_loads };
                    Problem { orders, bikes, profiles, aims }
                },
            )
    })
}

proptest! {
    // A ninth of the problems has no order to place.
    #![proptest_config(Config { cases: cases(), failure_persistence: None, max_global_rejects: cases(), ..Config::default() })]

    #[test]
    fn each_order_of_an_odd_problem_is_served_or_told_why_not(problem in problem(), seed in any::<u64>()) {
        let plan = plan(&problem, seed, Budget::Steps(STEPS), &mut |_| Pace::Used(0.0)).unwrap();
        prop_assert_eq!(check(&problem, &plan), Ok(()));
        // Nobody stopped it.
        prop_assert!(plan.left_out.iter().all(|left| left.reason != Reason::NotTried));
    }

    #[test]
    fn an_order_placed_into_an_odd_plan_makes_a_plan_that_is_right(problem in problem(), seed in any::<u64>()) {
        let mut fewer = problem.clone();
        prop_assume!(fewer.orders.pop().is_some());
        let new = fewer.orders.len();
        let standing = plan(&fewer, seed, Budget::Steps(STEPS), &mut |_| Pace::Used(0.0)).unwrap();
        let placed = place(&problem, &standing, new).unwrap();
        prop_assert_eq!(check(&problem, &placed), Ok(()));
        let unmoved = |round: &&planner::Round| standing.rounds.contains(round);
        prop_assert!(placed.rounds.len() - placed.rounds.iter().filter(unmoved).count() <= 1);
    }
}
