use core_sync::travel::Leg;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::{Loopback, Reply, at, recorded_places};
use crate::times::Entry;

const RECORDED: &str = include_str!("../fixtures/valhalla-3.9.1.json");
/// The same places, with a ring around the third that no street leads through.
const RECORDED_NO_WAY: &str = include_str!("../fixtures/valhalla-3.9.1-no-way.json");

fn read_square(body: &[u8], places: &[Coordinate]) -> Result<Table, TravelError> {
    read(body, places, places)
}

#[test]
fn a_recorded_answer_is_read_in_both_directions() {
    let table = read_square(RECORDED.as_bytes(), &recorded_places()).unwrap();
    assert_eq!(table.entry(0, 1), Entry::Ride(Leg { metres: 1_672, seconds: 431 }));
    assert_eq!(table.entry(1, 0), Entry::Ride(Leg { metres: 1_229, seconds: 322 }));
    assert_eq!(table.entry(2, 2), Entry::Ride(Leg { metres: 0, seconds: 0 }));
}

#[test]
fn a_recorded_null_is_no_way() {
    let table = read_square(RECORDED_NO_WAY.as_bytes(), &recorded_places()).unwrap();
    assert_eq!(table.entry(0, 2), Entry::NoWay);
    assert_eq!(table.entry(2, 1), Entry::NoWay);
    assert!(matches!(table.entry(0, 1), Entry::Ride(_)));
}

#[test]
fn a_place_that_it_lets_begin_elsewhere_is_off_its_map() {
    // Two kilometres north of where the recorded ride begins.
    let mut places = recorded_places();
    places[2] = at(48.89, 2.29);
    let table = read_square(RECORDED.as_bytes(), &places).unwrap();
    for (from, to, known) in [(0, 1, true), (0, 2, false), (2, 1, false), (1, 0, true)] {
        assert_eq!(table.entry(from, to) != Entry::NotKnown, known, "{from} {to}");
    }
}

#[test]
fn an_older_version_says_no_streets_and_is_read() {
    for sources in [json!(null), json!([[{"lat": 1.0, "lon": 1.0}]]), json!("x")] {
        let cell = json!([[{"from_index": 0, "to_index": 0, "time": 60, "distance": 0.25}]]);
        let answer = json!({"sources_to_targets": cell, "sources": sources, "targets": sources});
        let table = read_square(answer.to_string().as_bytes(), &[at(48.85, 2.35)]).unwrap();
        assert_eq!(table.entry(0, 0), Entry::Ride(Leg { metres: 250, seconds: 60 }));
    }
}

/// Answers to a question of one row and one column, and the code that each becomes.
#[test]
fn odd_answers_are_errors_with_a_code() {
    let cell = |cell: &str| format!("{{\"sources_to_targets\":[[{cell}]]}}");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (body, code) in [
        (String::new(), "engine_answer_unreadable"),
        ("<html>a proxy's page</html>".to_owned(), "engine_answer_unreadable"),
        ("null".to_owned(), "engine_answer_unreadable"),
        ("{}".to_owned(), "engine_answer_unreadable"),
        (deep, "engine_answer_unreadable"),
        ("{\"sources_to_targets\":null}".to_owned(), "engine_answer_unreadable"),
        // The short form, which was not asked for.
        (
            "{\"sources_to_targets\":{\"durations\":[[1]],\"distances\":[[1]]}}".to_owned(),
            "engine_answer_unreadable",
        ),
        (cell("{}"), "engine_answer_unreadable"),
        (cell("{\"time\":1}"), "engine_answer_unreadable"),
        (cell("{\"time\":\"1\",\"distance\":1}"), "engine_answer_unreadable"),
        (cell("{\"time\":NaN,\"distance\":1}"), "engine_answer_unreadable"),
        (cell("{\"time\":1e999,\"distance\":1}"), "engine_answer_unreadable"),
        (cell("{\"time\":1,\"distance\":1,\"from_index\":-1}"), "engine_answer_unreadable"),
        ("{\"sources_to_targets\":[]}".to_owned(), "engine_answer_shape"),
        ("{\"sources_to_targets\":[[]]}".to_owned(), "engine_answer_shape"),
        (cell("{\"time\":1,\"distance\":1},{\"time\":1,\"distance\":1}"), "engine_answer_shape"),
        (cell("{\"time\":1,\"distance\":1}],[{\"time\":1,\"distance\":1}"), "engine_answer_shape"),
        (cell("{\"time\":1,\"distance\":1,\"from_index\":1}"), "engine_answer_shape"),
        (cell("{\"time\":1,\"distance\":1,\"to_index\":7}"), "engine_answer_shape"),
        (cell("{\"time\":null,\"distance\":1}"), "engine_answer_figure"),
        (cell("{\"time\":1,\"distance\":null}"), "engine_answer_figure"),
        (cell("{\"time\":-1,\"distance\":1}"), "engine_answer_figure"),
        (cell("{\"time\":1,\"distance\":-0.1}"), "engine_answer_figure"),
        (cell("{\"time\":1e300,\"distance\":1}"), "engine_answer_figure"),
        (cell("{\"time\":1,\"distance\":1e308}"), "engine_answer_figure"),
        (cell("{\"time\":4294967295,\"distance\":1}"), "engine_answer_figure"),
        (
            "{\"sources_to_targets\":[[{\"time\":1,\"distance\":1}]],\"units\":\"miles\"}".to_owned(),
            "engine_answer_figure",
        ),
    ] {
        let error = read_square(body.as_bytes(), &[at(48.85, 2.35)]).unwrap_err();
        assert_eq!(error.code(), code, "{}", body.chars().take(80).collect::<String>());
    }
}

#[test]
fn a_no_keeps_its_number_and_none_of_its_words() {
    let said = |status, body: &str| no(status, body.as_bytes());
    let point = "{\"error_code\":171,\"error\":\"No suitable edges near 48.8566,2.2735\"}";
    let error = said(400, point);
    assert_eq!(error.code(), "engine_refused_point");
    assert_eq!(error.to_string(), "the routing engine cannot place a point: error 171");
    assert_eq!(said(400, "{\"error_code\":170}").code(), "engine_refused_point");
    let limit = said(400, "{\"error_code\":150,\"error\":\"Exceeded max locations: 2500\"}");
    assert_eq!(limit.to_string(), "the routing engine refused what was asked: HTTP 400, error 150");
    for body in ["", "<html>48.8566</html>", "{\"error_code\":-1}", "{\"error_code\":\"48.8566\"}"] {
        let error = said(502, body);
        assert_eq!(error.to_string(), "the routing engine refused what was asked: HTTP 502, without a code");
        assert!(!format!("{error:?}").contains("48.8566"));
    }
}

#[tokio::test]
async fn it_is_asked_with_the_profile_s_word_and_speed() {
    let engine = Loopback::saying(200, RECORDED);
    let valhalla = Valhalla::new(&format!("{}/", engine.url())).unwrap();
    let places = recorded_places();
    for (word, options) in [
        ("bicycle", json!({"bicycle": {"cycling_speed": 12}})),
        // Another costing knows no cycling speed.
        ("pedestrian", Value::Null),
    ] {
        let profile = Profile::new("trike", word, 12).unwrap();
        valhalla.table(&places, &places, &profile).await.unwrap();
        let request = engine.requests().pop().unwrap();
        assert_eq!(request.line, "POST /sources_to_targets HTTP/1.1");
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(body["costing"], word);
        assert_eq!(body["costing_options"], options);
        assert_eq!(body["units"], "kilometers");
        assert_eq!(body["sources"][1], json!({"lat": 48.8606, "lon": 2.285}));
        assert_eq!(body["targets"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_has_a_code_and_names_no_place() {
    type Replies = fn() -> Reply;
    let replies: [(Replies, &str); 7] = [
        (|| Reply::HangsUp, "engine_away"),
        (|| Reply::Cut(RECORDED.as_bytes()[..100].to_vec()), "engine_away"),
        (|| Reply::Says(200, RECORDED.as_bytes()[..100].to_vec()), "engine_answer_unreadable"),
        (|| Reply::Says(200, vec![0xff; 100]), "engine_answer_unreadable"),
        (|| Reply::Endless, "engine_answer_too_large"),
        (|| Reply::Says(302, b"elsewhere".to_vec()), "engine_refused"),
        (|| Reply::Says(500, Vec::new()), "engine_refused"),
    ];
    let places = recorded_places();
    for (reply, code) in replies {
        let engine = Loopback::new(move |_| reply());
        let valhalla = Valhalla::new(&engine.url()).unwrap();
        let error = valhalla.table(&places, &places, &Profile::bicycle()).await.unwrap_err();
        assert_eq!(error.code(), code, "{error:?}");
        assert!(!engine.requests().is_empty(), "it was asked");
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("48.8") && !text.contains("2.27"), "{text}");
        }
    }
    // Nobody listens: a port of the system that no program of ours may take.
    let valhalla = Valhalla::new("http://127.0.0.1:1").unwrap();
    let error = valhalla.table(&places, &places, &Profile::bicycle()).await.unwrap_err();
    assert_eq!(error.code(), "engine_away");
}

proptest! {
    #[test]
    fn a_recorded_answer_with_bytes_changed_or_cut_never_panics(
        changes in prop::collection::vec((0..RECORDED.len(), any::<u8>()), 0..8),
        length in 0..=RECORDED.len(),
    ) {
        let mut body = RECORDED.as_bytes().to_vec();
        for (at, byte) in changes {
            body[at] = byte;
        }
        body.truncate(length);
        let read = read_square(&body, &recorded_places());
        prop_assert!(length > RECORDED.len() - 2 || read.is_err(), "a cut answer was believed");
    }

    #[test]
    fn any_shape_but_the_one_that_was_asked_is_refused(rows in prop::collection::vec(0_usize..5, 0..5)) {
        let cell = json!({"time": 1, "distance": 0.1});
        let table: Vec<Vec<Value>> = rows.iter().map(|columns| vec![cell.clone(); *columns]).collect();
        let body = json!({"sources_to_targets": table}).to_string();
        let read = read_square(body.as_bytes(), &recorded_places());
        prop_assert_eq!(read.is_ok(), rows == [3, 3, 3]);
    }
}
