//! `/v1/suggestions`: what couriers who ride now could spare each other, and where new orders fit. Made as plans are, one
//! after another, and kept for a person to decide.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::suggestion::{KeptSuggestions, SuggestAnswer, SuggestRequest};
use planner::Pace;
use tokio::runtime::Handle;

use super::ask;
use super::bearer::SignedIn;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::app;
use crate::app::authenticate::Caller;
use crate::planning::{self, Day, Found, SECONDS_MAX};
use crate::server::Server;

pub(super) async fn suggest(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(request): JsonBody<SuggestRequest>,
) -> Result<Json<SuggestAnswer>, Problem> {
    let goes_on = request.keep_looking;
    let again = SuggestRequest { keep_looking: None, ..request.clone() };
    let answer = look_now(&server, caller, request, SECONDS_MAX).await?;
    // Only what could be looked for at all.
    if let Some(goes_on) = goes_on {
        server.looking_on.set(caller, goes_on.then_some(again));
    }
    Ok(Json(answer))
}

/// Looks, and keeps what is found.
pub(super) async fn look_now(
    server: &Arc<Server>,
    caller: Caller,
    request: SuggestRequest,
    seconds: u32,
) -> Result<SuggestAnswer, Problem> {
    let looked =
        ask::read_board(server, move |drawing, at| planning::look(drawing, caller, request, at.time));
    let looked = looked.await?;
    let turn = server.planning.wait().await?;
    let runtime = Handle::current();
    let asking = Arc::clone(server);
    let made = turn.work(move |waits| {
        let day = Day::of(&looked);
        let ways = runtime.block_on(planning::ways(&asking.travel, day.places(), "couriers"))?;
        let until = (asking.clock)().monotonic_ms.saturating_add(u64::from(seconds) * 1_000);
        let made = planning::suggest(&looked, day, ways, &mut |_| {
            if waits() && (asking.clock)().monotonic_ms < until { Pace::Used(0.0) } else { Pace::Stop }
        });
        made.map_err(|error| Problem::internal(&error))
    });
    let Found { changes, mut answer, asked } = made.await??;
    let kept = ask::write(server, move |tx, hand| {
        app::suggestion::keep(tx, caller, changes, &asked, hand.at.time, &mut hand.random)
    });
    answer.suggestions = kept.await?;
    Ok(answer)
}

pub(super) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
) -> Result<Json<KeptSuggestions>, Problem> {
    let kept = ask::read(&server, move |snapshot, at| app::suggestion::list(snapshot, caller, at.time));
    Ok(Json(kept.await?))
}
