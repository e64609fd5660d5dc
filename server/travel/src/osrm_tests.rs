use core_sync::travel::Leg;
use proptest::prelude::*;

use super::*;
use crate::testing::{Loopback, Reply, recorded_places};
use crate::times::Entry;

/// One source against two targets, the second without a way.
const ANSWER: &str = r#"{"code":"Ok","durations":[[431.2,null]],"distances":[[1672.4,null]],
    "sources":[{"hint":"","distance":3.9,"name":"","location":[2.2735,48.8566]}],
    "destinations":[{"distance":8.1,"name":"","location":[2.285,48.8606]},{"distance":12,"location":[2.29,48.87]}]}"#;

#[test]
fn seconds_are_rounded_up_and_null_is_no_way() {
    let table = read(ANSWER.as_bytes(), 1, 2).unwrap();
    assert_eq!(table.entry(0, 0), Entry::Ride(Leg { metres: 1_672, seconds: 432 }));
    assert_eq!(table.entry(0, 1), Entry::NoWay);
}

#[test]
fn a_place_far_from_its_street_is_off_the_map() {
    let far = ANSWER.replace("\"distance\":8.1", "\"distance\":812.5");
    let table = read(far.as_bytes(), 1, 2).unwrap();
    assert_eq!((table.entry(0, 0), table.entry(0, 1)), (Entry::NotKnown, Entry::NoWay));
}

#[test]
fn odd_answers_are_errors_with_a_code() {
    for (body, code) in [
        ("", "engine_answer_unreadable"),
        ("<html></html>", "engine_answer_unreadable"),
        (r#"{"durations":[[1,2]]}"#, "engine_answer_unreadable"),
        (r#"{"durations":[[1,NaN]],"distances":[[1,2]]}"#, "engine_answer_unreadable"),
        (r#"{"durations":[["1",2]],"distances":[[1,2]]}"#, "engine_answer_unreadable"),
        (r#"{"durations":[[1,2]],"distances":[]}"#, "engine_answer_shape"),
        (r#"{"durations":[[1,2]],"distances":[[1]]}"#, "engine_answer_shape"),
        (r#"{"durations":[[1]],"distances":[[1]]}"#, "engine_answer_shape"),
        (r#"{"durations":[[1,2],[1,2]],"distances":[[1,2],[1,2]]}"#, "engine_answer_shape"),
        (r#"{"durations":[],"distances":[]}"#, "engine_answer_shape"),
        (r#"{"durations":[[1,null]],"distances":[[1,2]]}"#, "engine_answer_figure"),
        (r#"{"durations":[[1,-2]],"distances":[[1,2]]}"#, "engine_answer_figure"),
        (r#"{"durations":[[1,2]],"distances":[[1,1e300]]}"#, "engine_answer_figure"),
    ] {
        assert_eq!(read(body.as_bytes(), 1, 2).unwrap_err().code(), code, "{body}");
    }
}

#[tokio::test]
async fn it_is_asked_with_longitude_first_and_the_profile_s_word() {
    let engine = Loopback::saying(200, ANSWER);
    let osrm = Osrm::new(&engine.url()).unwrap();
    let places = recorded_places();
    let profile = Profile::new("trike", "cargo_bike", 12).unwrap();
    osrm.table(&places[..1], &places[1..], &profile).await.unwrap();
    let asked = "GET /table/v1/cargo_bike/2.2735000,48.8566000;2.2850000,48.8606000;2.2900000,48.8700000\
        ?sources=0&destinations=1;2&annotations=duration,distance&generate_hints=false HTTP/1.1";
    assert_eq!(engine.requests()[0].line, asked);
}

/// Its address holds every position: no error may repeat it.
#[tokio::test]
async fn what_goes_wrong_has_a_code_and_never_the_address_that_was_asked() {
    let says = |status: u16, body: &'static str| move || Reply::Says(status, body.as_bytes().to_vec());
    type Replies = Box<dyn Fn() -> Reply + Send + Sync>;
    let replies: Vec<(Replies, &str)> = vec![
        (Box::new(|| Reply::HangsUp), "engine_away"),
        (Box::new(|| Reply::Cut(ANSWER.as_bytes()[..50].to_vec())), "engine_away"),
        (Box::new(|| Reply::Endless), "engine_answer_too_large"),
        (Box::new(|| Reply::Silence), "engine_slow"),
        (Box::new(says(200, "<html>48.8566</html>")), "engine_answer_unreadable"),
        (Box::new(says(200, r#"{"code":"Ok"}"#)), "engine_answer_unreadable"),
        (Box::new(says(301, "")), "engine_refused"),
        (Box::new(says(400, r#"{"code":"NoSegment","message":"at 48.8566"}"#)), "engine_refused_point"),
        (Box::new(says(400, r#"{"code":"TooBig"}"#)), "engine_refused"),
        (Box::new(says(200, r#"{"code":"at 48.8566,2.2735"}"#)), "engine_refused"),
    ];
    let places = recorded_places();
    for (reply, code) in replies {
        let engine = Loopback::new(move |_| reply());
        let patience = std::time::Duration::from_millis(if code == "engine_slow" { 50 } else { 20_000 });
        let osrm = Osrm::of(Engine::patient(&engine.url(), patience).unwrap());
        let error = osrm.table(&places[..1], &places[1..], &Profile::bicycle()).await.unwrap_err();
        assert_eq!(error.code(), code, "{error:?}");
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(
                    !text.contains("48.8") && !text.contains("2.27") && !text.contains("/table"),
                    "{text}"
                );
            }
            cause = error.source();
        }
    }
}

#[test]
fn a_code_that_is_documented_is_kept() {
    assert_eq!(no(400, "TooBig").to_string(), "the routing engine refused what was asked: HTTP 400, TooBig");
    assert_eq!(
        no(400, "X").to_string(),
        "the routing engine refused what was asked: HTTP 400, without a code"
    );
}

proptest! {
    #[test]
    fn an_answer_with_bytes_changed_or_cut_never_panics(
        changes in prop::collection::vec((0..ANSWER.len(), any::<u8>()), 0..8),
        length in 0..=ANSWER.len(),
    ) {
        let mut body = ANSWER.as_bytes().to_vec();
        for (at, byte) in changes {
            body[at] = byte;
        }
        body.truncate(length);
        let read = read(&body, 1, 2);
        prop_assert!(length == ANSWER.len() || read.is_err(), "a cut answer was believed");
    }
}
