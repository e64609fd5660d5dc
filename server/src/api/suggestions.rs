//! `POST /v1/suggestions`: what couriers who ride now could spare each other. Made as plans are, one after another.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::plan::{SuggestAnswer, SuggestRequest};
use planner::Pace;

use super::ask;
use super::bearer::SignedIn;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::planning::{self, Day, SECONDS_MAX};
use crate::server::Server;

pub(super) async fn suggest(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(request): JsonBody<SuggestRequest>,
) -> Result<Json<SuggestAnswer>, Problem> {
    let looked =
        ask::read_board(&server, move |drawing, at| planning::look(drawing, caller, &request, at.time));
    let looked = looked.await?;
    let turn = server.planning.wait().await.map_err(super::plans::not_made)?;
    let day = Day::of(&looked);
    let ways = planning::ways(&server.travel, day.places(), "couriers").await?;
    let clock = Arc::clone(&server.clock);
    let made = turn.work(move |waits| {
        let until = clock().monotonic_ms.saturating_add(u64::from(SECONDS_MAX) * 1_000);
        planning::suggest(&looked, day, ways, &mut |_| {
            if waits() && clock().monotonic_ms < until { Pace::Used(0.0) } else { Pace::Stop }
        })
    });
    let made = made.await.map_err(super::plans::not_made)?;
    Ok(Json(made.map_err(|error| Problem::internal(&error))?))
}
