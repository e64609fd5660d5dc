//! `POST /v1/plans`: how the stops of drafts could be ridden. Made beside the event loop, one after another.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::error_code::ErrorCode;
use core_sync::wire::plan::{PlanAnswer, PlanRequest};
use planner::{Budget, Pace};

use super::ask;
use super::bearer::SignedIn;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::planning::{self, PlanningError, SECONDS, TurnError};
use crate::server::Server;

pub(super) async fn plan(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(request): JsonBody<PlanRequest>,
) -> Result<Json<PlanAnswer>, Problem> {
    let milliseconds = f64::from(request.seconds.unwrap_or(SECONDS)) * 1_000.0;
    let asked =
        ask::read(&server, move |snapshot, at| planning::read(snapshot, caller, &request, at.time)).await?;
    let turn = server.planning.wait().await.map_err(not_made)?;
    let laid = planning::lay(&asked);
    let ways = planning::ways(&server.travel, laid.places(), "drafts").await?;
    let clock = Arc::clone(&server.clock);
    let made = turn.work(move |waits| {
        let begun = clock().monotonic_ms;
        planning::make(&asked, laid, ways, Budget::Asked, &mut |_| {
            let elapsed = clock().monotonic_ms.saturating_sub(begun);
            #[expect(clippy::cast_precision_loss, reason = "a few thousand milliseconds")]
            let used = elapsed as f64 / milliseconds;
            if waits() { Pace::Used(used) } else { Pace::Stop }
        })
    });
    let made = made.await.map_err(not_made)?;
    Ok(Json(made.map_err(|error| match error {
        PlanningError::RoundTooLong { .. } => Problem::of_field(
            ErrorCode::BadInput,
            "couriers",
            format!("more couriers, or fewer drafts: {error}"),
        ),
        PlanningError::Problem(_) | PlanningError::Refused(_) | PlanningError::WouldFit(_) => {
            Problem::internal(&error)
        }
    })?))
}

pub(super) fn not_made(error: TurnError) -> Problem {
    match error {
        TurnError::Busy => Problem::of(ErrorCode::Busy),
        TurnError::Panicked => Problem::internal(&error),
    }
}
