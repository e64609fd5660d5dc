use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::http::Engine;
use crate::matrix_file::MatrixFile;
use crate::testing::{Counted, Loopback, Reply, at, counted_leg, pairs, places, recorded_places};
use crate::travel_error::Refusal;
use crate::valhalla::Valhalla;

fn bike() -> Profile {
    Profile::bicycle()
}

/// Every way is the engine's, in its own direction.
fn assert_counted(answer: &Answer, points: &[Coordinate]) {
    assert_eq!(answer.source, Source::Valhalla);
    assert!(answer.fell_back.is_none(), "{:?}", answer.fell_back);
    for (row, from) in points.iter().enumerate() {
        for (column, to) in points.iter().enumerate() {
            let expected = if from == to { Leg { metres: 0, seconds: 0 } } else { counted_leg(*from, *to) };
            assert_eq!(answer.ways.leg(row, column), Some(expected), "{row} {column}");
        }
    }
}

/// Every way is the formula's.
fn assert_formula(answer: &Answer, points: &[Coordinate]) {
    assert_eq!(answer.source, Source::Formula);
    for (row, from) in points.iter().enumerate() {
        for (column, to) in points.iter().enumerate() {
            assert_eq!(answer.ways.leg(row, column), Some(estimate(*from, *to, &bike())), "{row} {column}");
        }
    }
}

#[tokio::test]
async fn the_formula_answers_for_itself_and_nothing_falls_back() {
    let points = places(0..5);
    let answer = Travel::by_formula().ways(&points, &bike()).await.unwrap();
    assert_formula(&answer, &points);
    assert!(answer.fell_back.is_none());
    assert_eq!(answer.pairs(), 20);
}

#[tokio::test]
async fn a_square_is_asked_in_blocks_and_put_together_again() {
    let (engine, questions) = Counted::new();
    let points = places(0..120);
    let answer = Travel::by(engine).ways(&points, &bike()).await.unwrap();
    assert_counted(&answer, &points);
    assert_eq!(pairs(&questions), 120 * 120);
    assert_eq!(questions.lock().unwrap().len(), 9);
}

#[tokio::test]
async fn one_point_more_asks_only_its_row_and_its_column() {
    let (engine, questions) = Counted::new();
    let travel = Travel::by(engine);
    travel.ways(&places(0..100), &bike()).await.unwrap();
    let before = pairs(&questions);
    assert_eq!(before, 100 * 100);

    let points = places(0..101);
    assert_counted(&travel.ways(&points, &bike()).await.unwrap(), &points);
    assert_eq!(pairs(&questions) - before, 200);
    assert_eq!(questions.lock().unwrap().len(), 4 + 2);

    // The same again, turned around, and some of them: nothing is asked.
    let mut turned = points.clone();
    turned.reverse();
    assert_counted(&travel.ways(&turned, &bike()).await.unwrap(), &turned);
    assert_counted(&travel.ways(&points[20..30], &bike()).await.unwrap(), &points[20..30]);
    assert_eq!(pairs(&questions) - before, 200);
}

#[tokio::test]
async fn another_profile_is_asked_anew() {
    let (engine, questions) = Counted::new();
    let travel = Travel::by(engine);
    for (name, word, speed, asked) in [
        ("bike", "bicycle", 15, 9),
        ("bike", "bicycle", 15, 9),
        ("bike", "bicycle", 12, 18),
        ("bike", "trike", 15, 27),
        ("trike", "bicycle", 15, 36),
    ] {
        let profile = Profile::new(name, word, speed).unwrap();
        travel.ways(&places(0..3), &profile).await.unwrap();
        assert_eq!(pairs(&questions), asked, "{name} {word} {speed}");
    }
}

#[tokio::test]
async fn a_shop_with_many_orders_is_asked_once_and_none_rides_to_where_it_is() {
    let (engine, questions) = Counted::new();
    let mut points = places(0..3);
    points.extend_from_within(0..3);
    let answer = Travel::by(engine).ways(&points, &bike()).await.unwrap();
    assert_counted(&answer, &points);
    assert_eq!(pairs(&questions), 9);
}

#[tokio::test]
async fn no_way_is_none_to_the_planner() {
    let (engine, _) = Counted::new();
    let entry = |from, to| if from < to { Entry::NoWay } else { Entry::Ride(counted_leg(from, to)) };
    let answer = Travel::by(Counted { entry, ..engine }).ways(&places(0..3), &bike()).await.unwrap();
    let matrix = answer.ways.matrix().unwrap();
    assert_eq!(matrix.ticks(0, 1), None);
    assert!(matrix.ticks(1, 0).is_some());
    assert!(answer.fell_back.is_none(), "no way is an answer");
}

#[tokio::test]
async fn an_engine_that_fails_midway_leaves_one_rule_for_all_and_goes_on_from_there() {
    let (engine, questions) = Counted::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let fault = Box::new(move |_: &[Coordinate], _: &[Coordinate]| {
        (count.fetch_add(1, Ordering::SeqCst) == 3).then_some(TravelError::Unreadable)
    });
    let travel = Travel::by(Counted { fault, ..engine });
    let points = places(0..100);
    let answer = travel.ways(&points, &bike()).await.unwrap();
    assert_formula(&answer, &points);
    let fell_back = answer.fell_back.unwrap();
    assert_eq!((fell_back.why.code(), fell_back.pairs), ("engine_answer_unreadable", 100 * 99));

    let before = pairs(&questions);
    assert_counted(&travel.ways(&points, &bike()).await.unwrap(), &points);
    assert_eq!(pairs(&questions) - before, 2_500, "three of four blocks were remembered");
}

#[tokio::test]
async fn one_address_off_the_map_costs_nobody_else_the_engine() {
    let points = places(0..120);
    let (engine, questions) = Counted::refusing(vec![points[7], points[113]]);
    let travel = Travel::by(engine);
    let answer = travel.ways(&points, &bike()).await.unwrap();
    assert_eq!(answer.source, Source::Valhalla);
    let fell_back = answer.fell_back.unwrap();
    assert_eq!(fell_back.why.code(), "off_the_map");
    assert_eq!(fell_back.pairs, 120 * 119 - 118 * 117);
    assert_eq!(answer.ways.leg(7, 8), Some(estimate(points[7], points[8], &bike())));
    assert_eq!(answer.ways.leg(113, 7), Some(estimate(points[113], points[7], &bike())));
    assert_eq!(answer.ways.leg(8, 9), Some(counted_leg(points[8], points[9])));

    // It is remembered who they are.
    let before = questions.lock().unwrap().len();
    assert_eq!(travel.ways(&points, &bike()).await.unwrap().fell_back.unwrap().pairs, fell_back.pairs);
    assert_eq!(questions.lock().unwrap().len(), before);
}

#[tokio::test]
async fn an_engine_that_refuses_every_point_ends() {
    let points = places(0..30);
    let (engine, questions) = Counted::refusing(points.clone());
    let answer = Travel::by(engine).ways(&points, &bike()).await.unwrap();
    assert_eq!(answer.fell_back.unwrap().pairs, 30 * 29);
    assert!(questions.lock().unwrap().len() <= 1 + 2 * 30);
}

#[tokio::test]
async fn two_maps_without_a_way_between_are_the_formula_s() {
    let (engine, questions) = Counted::new();
    let fault = Box::new(|sources: &[Coordinate], targets: &[Coordinate]| {
        let mixed = sources.iter().chain(targets).any(|place| Some(place) != sources.first());
        mixed.then_some(TravelError::PointRefused { refusal: Refusal::Number(170) })
    });
    let points = places(0..4);
    let answer = Travel::by(Counted { fault, ..engine }).ways(&points, &bike()).await.unwrap();
    assert_formula(&answer, &points);
    assert_eq!(answer.fell_back.unwrap().pairs, 12);
    assert!(questions.lock().unwrap().len() <= 2 + 2 * 4);
}

#[tokio::test]
async fn an_address_found_in_another_city_is_not_even_asked() {
    let (engine, questions) = Counted::new();
    let mut points = places(0..4);
    points.push(at(45.76, 4.83));
    let answer = Travel::by(engine).ways(&points, &bike()).await.unwrap();
    assert_eq!(answer.source, Source::Valhalla);
    let fell_back = answer.fell_back.unwrap();
    assert_eq!((fell_back.why.code(), fell_back.pairs), ("off_the_map", 8));
    assert_eq!(pairs(&questions), 16);
}

#[tokio::test]
async fn more_points_than_a_matrix_may_have_are_refused_before_anything_is_asked() {
    let (engine, questions) = Counted::new();
    let points = vec![at(48.85, 2.35); POINTS_MAX + 1];
    let error = Travel::by(engine).ways(&points, &bike()).await.unwrap_err();
    assert_eq!(error.code(), "too_many_points");
    assert_eq!(pairs(&questions), 0);
    let none = Travel::by_formula().ways(&[], &bike()).await.unwrap();
    assert_eq!((none.ways.places(), none.pairs()), (0, 0));
}

#[tokio::test]
async fn a_pair_that_is_not_in_the_file_is_estimated_and_counted() {
    let header = "profile,from_latitude,from_longitude,to_latitude,to_longitude,seconds,metres\n";
    let line = "bicycle,48.8566,2.2735,48.8606,2.285,431,1672\n";
    let file = MatrixFile::read(format!("{header}{line}").as_bytes()).unwrap();
    let points = recorded_places();
    let answer = Travel::by(file).ways(&points, &bike()).await.unwrap();
    assert_eq!(answer.source, Source::File);
    assert_eq!(answer.ways.leg(0, 1), Some(Leg { metres: 1_672, seconds: 431 }));
    assert_eq!(answer.ways.leg(1, 0), Some(estimate(points[1], points[0], &bike())));
    let fell_back = answer.fell_back.unwrap();
    assert_eq!((fell_back.why.code(), fell_back.pairs), ("not_in_file", 5));
}

#[tokio::test]
async fn a_recorded_answer_goes_all_the_way_to_the_planner() {
    let engine = Loopback::saying(200, include_str!("../fixtures/valhalla-3.9.1.json"));
    let travel = Travel::by(Valhalla::new(&engine.url()).unwrap());
    for _ in 0..2 {
        let answer = travel.ways(&recorded_places(), &bike()).await.unwrap();
        assert!(answer.fell_back.is_none(), "{:?}", answer.fell_back);
        let matrix = answer.ways.matrix().unwrap();
        assert_eq!((matrix.ticks(0, 1), matrix.metres(0, 1)), (Some(431), Some(1_672)));
        assert_eq!((matrix.ticks(1, 0), matrix.metres(1, 0)), (Some(322), Some(1_229)));
    }
    assert_eq!(engine.requests().len(), 1, "the second time it is remembered");
}

#[tokio::test]
async fn an_engine_that_says_nothing_is_given_up_and_the_formula_answers() {
    let engine = Loopback::new(|_| Reply::Silence);
    let points = recorded_places();
    // By the patience of a matrix, and by that of a block.
    let short = Duration::from_millis(50);
    let block = Valhalla::of(Engine::patient(&engine.url(), short).unwrap());
    for travel in [Travel::by(Valhalla::new(&engine.url()).unwrap()).patient(short), Travel::by(block)] {
        let answer = travel.ways(&points, &bike()).await.unwrap();
        assert_formula(&answer, &points);
        let fell_back = answer.fell_back.unwrap();
        assert_eq!((fell_back.why.code(), fell_back.pairs), ("engine_slow", 6));
    }
}

#[tokio::test]
async fn two_callers_of_the_same_places_ask_once() {
    let (engine, questions) = Counted::new();
    let travel = Travel::by(engine);
    let points = places(0..40);
    let profile = bike();
    let (one, other) = tokio::join!(travel.ways(&points, &profile), travel.ways(&points, &profile));
    assert_counted(&one.unwrap(), &points);
    assert_counted(&other.unwrap(), &points);
    assert_eq!(pairs(&questions), 1_600);
}

#[test]
fn ways_can_be_asked_from_any_thread() {
    fn is_send<T: Send>(_: T) {}
    let travel = Travel::by_formula();
    is_send(travel.ways(&[], &bike()));
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Travel>();
}
