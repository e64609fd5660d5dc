use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;

use super::*;

/// What a server of this test answers: so often that there was no plan in time, then an empty one.
#[derive(Clone)]
struct Busy {
    too_slow: u32,
    asked: Arc<AtomicU32>,
}

async fn plans(State(busy): State<Busy>) -> (StatusCode, Json<Value>) {
    if busy.asked.fetch_add(1, Ordering::SeqCst) < busy.too_slow {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"code": ErrorCode::TooSlow.code()})));
    }
    let plan = json!({"drafts": [], "rounds": [], "left_out": [], "travel": {"source": "formula"}});
    (StatusCode::OK, Json(plan))
}

/// How asking for a plan ends where it comes too late so often, and how often it was asked for.
async fn asked(too_slow: u32) -> (Result<PlanAnswer, PlayError>, u32) {
    let busy = Busy { too_slow, asked: Arc::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = Router::new().route("/v1/plans", post(plans)).with_state(busy.clone());
    let desk = Desk::new("Solenn", &address, Secret::new("token".to_owned())).unwrap();
    let request =
        PlanRequest { drafts: Vec::new(), couriers: Vec::new(), seconds: None, steps: Some(1), even: None };
    let plan = tokio::select! {
        plan = desk.plan(&request) => plan,
        ended = axum::serve(listener, router).into_future() => panic!("{ended:?}"),
    };
    (plan, busy.asked.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_plan_that_came_too_late_is_asked_for_again_and_not_for_ever() {
    let (plan, times) = asked(PLANS_TRIED_MAX - 1).await;
    assert_eq!((plan.unwrap().rounds.len(), times), (0, PLANS_TRIED_MAX));
    let (plan, times) = asked(PLANS_TRIED_MAX).await;
    assert!(matches!(plan, Err(PlayError::No { code: Some(ErrorCode::TooSlow), .. })));
    assert_eq!(times, PLANS_TRIED_MAX);
}
