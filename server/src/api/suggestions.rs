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
use crate::looking_on::LookOn;
use crate::planning::{self, Day, Found, SECONDS_MAX};
use crate::server::Server;

pub(super) async fn suggest(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(request): JsonBody<SuggestRequest>,
) -> Result<Json<SuggestAnswer>, Problem> {
    if request.keep_looking == Some(false) {
        server.looking_on.end(caller.co_op);
    }
    let again = SuggestRequest { keep_looking: None, ..request.clone() };
    let keeps_looking = request.keep_looking == Some(true);
    let Look { answer, next } = look_now(&server, caller, request, 0, SECONDS_MAX).await?;
    // Only what could be looked for at all.
    if keeps_looking {
        server.looking_on.begin(LookOn { caller, request: again, next });
    }
    Ok(Json(answer))
}

/// What a look found, and with which pair of couriers the next one goes on.
pub(super) struct Look {
    pub(super) answer: SuggestAnswer,
    pub(super) next: usize,
}

/// Looks, at pairs of couriers from that one on, and keeps what is found.
pub(super) async fn look_now(
    server: &Arc<Server>,
    caller: Caller,
    request: SuggestRequest,
    from: usize,
    seconds: u32,
) -> Result<Look, Problem> {
    let field = if request.drafts.is_empty() { "couriers" } else { "drafts" };
    let looked =
        ask::read_board(server, move |drawing, at| planning::look(drawing, caller, request, at.time));
    let looked = looked.await?;
    let turn = server.planning.wait().await?;
    let runtime = Handle::current();
    let asking = Arc::clone(server);
    let made = turn.work(move |waits| {
        let day = Day::of(&looked);
        let ways = runtime.block_on(planning::ways(&asking.travel, day.places(), field))?;
        let until = (asking.clock)().monotonic_ms.saturating_add(u64::from(seconds) * 1_000);
        let made = planning::suggest(&looked, day, ways, from, &mut |_| {
            if waits() && (asking.clock)().monotonic_ms < until { Pace::Used(0.0) } else { Pace::Stop }
        });
        Ok::<_, Problem>(made?)
    });
    let Found { replans, mut answer, asked, next } = made.await??;
    let kept = ask::write(server, move |tx, hand| {
        app::suggestion::keep(tx, caller, replans, &asked, hand.at.time, &mut hand.random)
    });
    answer.suggestions = kept.await?;
    Ok(Look { answer, next })
}

pub(super) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
) -> Result<Json<KeptSuggestions>, Problem> {
    let kept = ask::read_board(&server, move |drawing, at| app::suggestion::list(drawing, caller, at.time));
    Ok(Json(kept.await?))
}
