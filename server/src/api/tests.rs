//! What leaves the API when something is wrong, on any route: problem+json with a code that says what to do.

use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use core_sync::domain::ids::to_text;
use core_sync::wire::error_code::ErrorCode;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::around;
use super::problem::Problem;
use crate::testing::{Answer, Service, new_stop, request};

fn is_problem(answer: &Answer, code: ErrorCode) -> Value {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!(answer.status, code.status(), "{text}");
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{text}");
    let body = answer.json();
    assert_eq!(body["code"], code.code());
    assert_eq!(body["type"], format!("urn:tournee:error:{}", code.code()));
    assert_eq!(body["status"], code.status());
    assert!(body["title"].is_string() && body["detail"].as_str().unwrap().ends_with('.'), "{text}");
    body
}

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_are_problems() {
    let service = Service::new();
    for path in ["/", "/v1", "/v2/board", "/v1/board/", "/v1/rounds/a/b", "/%ff"] {
        is_problem(&service.get(path, None).await, ErrorCode::NoSuchRoute);
    }
    let answer = service.get("/v1/commands", None).await;
    is_problem(&answer, ErrorCode::WrongMethod);
    assert_eq!(answer.headers["allow"], "POST");
    let delete = request("DELETE", "/v1/members", None).body(Body::empty()).unwrap();
    is_problem(&service.call(delete).await, ErrorCode::WrongMethod);
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_how() {
    let service = Service::new();
    for authorization in ["Bearer x", "Basic eDp5", "Bearer", ""] {
        let request = Request::get("/v1/board").header("authorization", authorization);
        let answer = service.call(request.body(Body::empty()).unwrap()).await;
        is_problem(&answer, ErrorCode::NotSignedIn);
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
}

#[tokio::test]
async fn a_json_error_names_the_field_and_what_would_be_right() {
    let service = Service::new();
    let token = Some(service.admin_token.as_str());
    let act = to_text(&[1; 16]);
    let stop = |change: &dyn Fn(&mut Value)| {
        let mut stop = serde_json::to_value(new_stop(1)).unwrap();
        change(&mut stop);
        json!({ "act": act, "round": act, "plan_version": to_text(&[1; 8]), "command": { "add_stop": stop } })
    };
    for (path, body, field, expected) in [
        ("/v1/members", json!({}), "member", "missing"),
        ("/v1/members", json!([]), "body", "struct NewMember"),
        (
            "/v1/members",
            json!({ "member": "x", "name": "Ana", "role": "courier" }),
            "member",
            "22 characters",
        ),
        ("/v1/members", json!({ "member": act, "name": "Ana", "role": "boss" }), "role", "coordinator"),
        ("/v1/members", json!({ "member": act, "name": "", "role": "courier" }), "name", "characters"),
        (
            "/v1/members",
            json!({ "member": act, "name": "A", "role": "courier", "x": 1 }),
            "x",
            "unknown field",
        ),
        (
            "/v1/commands",
            json!({ "act": act, "round": act, "command": { "fly": {} } }),
            "command",
            "make_round",
        ),
        (
            "/v1/commands",
            stop(&|stop| stop["card"]["coordinate"]["latitude"] = json!(91)),
            "command.add_stop.card.coordinate",
            "-90 to 90",
        ),
        (
            "/v1/commands",
            stop(&|stop| stop["window"] = json!("noon")),
            "command.add_stop.window",
            "struct Window",
        ),
        (
            "/v1/commands",
            stop(&|stop| drop(stop.as_object_mut().unwrap().remove("card"))),
            "command.add_stop.card",
            "missing",
        ),
        (
            "/v1/commands",
            stop(&|stop| stop["parcels"] = json!([])),
            "command.add_stop.parcels",
            "at least one",
        ),
    ] {
        let problem = is_problem(&service.post(path, token, &body).await, ErrorCode::BadInput);
        assert_eq!(problem["field"], field, "{problem}");
        assert!(problem["expected"].as_str().unwrap().contains(expected), "{problem}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_too_large_or_of_another_type_is_a_problem() {
    let service = Service::new();
    let post = |kind: &'static str, body: Vec<u8>| {
        let request = request("POST", "/v1/members", Some(&service.admin_token)).header("content-type", kind);
        service.call(request.body(body.into()).unwrap())
    };
    is_problem(&post("application/json", b"{".to_vec()).await, ErrorCode::BadInput);
    is_problem(&post("application/json", b"{} {}".to_vec()).await, ErrorCode::BadInput);
    is_problem(&post("application/json", vec![b' '; 70_000]).await, ErrorCode::TooLarge);
    let problem = is_problem(&post("text/plain", b"{}".to_vec()).await, ErrorCode::WrongMediaType);
    assert_eq!(problem["expected"], "application/json");
    // Parameters of the type do not matter, deep nesting does not reach the stack.
    is_problem(&post("application/json; charset=utf-8", b"{}".to_vec()).await, ErrorCode::BadInput);
    is_problem(&post("application/json", vec![b'['; 60_000]).await, ErrorCode::BadInput);
}

#[tokio::test]
async fn a_stale_command_carries_the_round() {
    let service = Service::new();
    let token = Some(service.admin_token.as_str());
    let round = to_text(&[1; 16]);
    let act = |n: u8, command: Value, version: Value| json!({ "act": to_text(&[n; 16]), "round": round, "plan_version": version, "command": command });
    let make = act(1, json!({ "make_round": { "courier": service.admin } }), Value::Null);
    let made = service.post("/v1/commands", token, &make).await.json();
    let add = |n: u8| act(n, json!({ "add_stop": new_stop(n) }), made["plan_version"].clone());
    let now = service.post("/v1/commands", token, &add(2)).await.json();
    let problem =
        is_problem(&service.post("/v1/commands", token, &add(3)).await, ErrorCode::PlanVersionStale);
    assert_eq!(problem["round"], now);
    assert_eq!(service.get(&format!("/v1/rounds/{round}"), token).await.json(), now);
}

#[tokio::test]
async fn a_board_is_asked_with_a_cursor_or_none() {
    let service = Service::new();
    let token = Some(service.admin_token.as_str());
    let board = service.get("/v1/board", token).await;
    assert_eq!(board.status, 200);
    assert_eq!(board.json()["now_ms"], service.now().0);
    let cursor = board.json()["cursor"].as_str().unwrap().to_owned();
    let unchanged = service.get(&format!("/v1/board?after={cursor}"), token).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.body.len()), (304, 0));
    let foreign = service.get("/v1/board?after=7.AAAAAAAAAAA", token).await;
    assert_eq!(foreign.status, 200);
    for (query, field) in
        [("after=x", "after"), ("after=", "after"), ("before=1", "query"), ("after=1&after=2", "query")]
    {
        let answer = service.get(&format!("/v1/board?{query}"), token).await;
        assert_eq!(is_problem(&answer, ErrorCode::BadInput)["field"], field);
    }
}

#[tokio::test]
async fn an_id_in_a_path_that_is_none_is_bad_input_and_an_unknown_one_not_found() {
    let service = Service::new();
    let token = Some(service.admin_token.as_str());
    for id in ["x", "%20", "%ff", "../board"] {
        let answer = service.get(&format!("/v1/rounds/{id}"), token).await;
        assert!(answer.status == 400 || answer.code() == "no_such_route", "{id} {}", answer.status);
    }
    is_problem(&service.get(&format!("/v1/rounds/{}", to_text(&[9; 16])), token).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_panic_is_an_internal_error_that_says_nothing_of_itself() {
    async fn panics() -> Problem {
        panic!("secret")
    }
    let service = Service::new();
    let router = axum::Router::new().route("/", get(panics));
    let router = around(router, &service.server).with_state(std::sync::Arc::clone(&service.server));
    let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
    let answer = Answer { status: parts.status, headers: parts.headers, body };
    is_problem(&answer, ErrorCode::Internal);
    assert!(!String::from_utf8(answer.body).unwrap().contains("secret"));
}

#[tokio::test]
async fn a_server_whose_writer_has_stopped_is_busy_and_not_healthy() {
    let service = Service::new();
    assert_eq!(service.get("/v1/health", None).await.json(), json!({ "status": "ok", "alarms": 0 }));
    service.server.writer.stop().unwrap();
    let answer = service.get("/v1/health", None).await;
    is_problem(&answer, ErrorCode::Busy);
    assert_eq!(answer.headers["retry-after"], "1");
    service.server.readers.stop();
    is_problem(&service.get("/v1/board", Some(&service.admin_token)).await, ErrorCode::Busy);
}

#[test]
fn every_code_is_a_whole_problem() {
    use axum::response::IntoResponse as _;
    for code in ErrorCode::ALL {
        let response = Problem::of(*code).into_response();
        assert_eq!(response.status(), code.status());
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}
