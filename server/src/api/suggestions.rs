//! `POST /v1/suggestions`: what couriers who ride now could spare each other. Made as plans are, one after another.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::suggestion::{SuggestAnswer, SuggestRequest};
use planner::Pace;
use tokio::runtime::Handle;

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
    let turn = server.planning.wait().await?;
    let runtime = Handle::current();
    let made = turn.work(move |waits| {
        let day = Day::of(&looked);
        let ways = runtime.block_on(planning::ways(&server.travel, day.places(), "couriers"))?;
        let until = (server.clock)().monotonic_ms.saturating_add(u64::from(SECONDS_MAX) * 1_000);
        let made = planning::suggest(&looked, day, ways, &mut |_| {
            if waits() && (server.clock)().monotonic_ms < until { Pace::Used(0.0) } else { Pace::Stop }
        });
        Ok::<_, Problem>(Json(made.map_err(|error| Problem::internal(&error))?))
    });
    made.await?
}
