//! `POST /v1/plans`: how the stops of drafts could be ridden. Laid, asked for ways and made beside the event loop,
//! one after another.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::plan::{PlanAnswer, PlanRequest};
use planner::Pace;
use tokio::runtime::Handle;

use super::ask;
use super::bearer::SignedIn;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::planning;
use crate::server::Server;

pub(super) async fn plan(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(request): JsonBody<PlanRequest>,
) -> Result<Json<PlanAnswer>, Problem> {
    let asked =
        ask::read(&server, move |snapshot, at| planning::read(snapshot, caller, &request, at.time)).await?;
    let turn = server.planning.wait().await?;
    let runtime = Handle::current();
    let made = turn.work(move |waits| {
        let laid = planning::lay(&asked);
        let ways = runtime.block_on(planning::ways(&server.travel, laid.places(), "drafts"))?;
        let begun = (server.clock)().monotonic_ms;
        let made = planning::make(&asked, laid, ways, &mut |_| {
            let elapsed = (server.clock)().monotonic_ms.saturating_sub(begun);
            if waits() { asked.budget.pace(elapsed) } else { Pace::Stop }
        })?;
        Ok::<_, Problem>(Json(made))
    });
    made.await?
}
