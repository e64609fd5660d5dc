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
    let again = SuggestRequest { keep_looking: None, ..request.clone() };
    let (keep_looking, without) = (request.keep_looking, request.without);
    let Look { answer, next } = look_now(&server, caller, request, Asker::Person).await?;
    // Only what could be looked for at all, and nothing of it where this was refused.
    match keep_looking {
        Some(true) => server.looking_on.begin(LookOn { caller, request: again, next }),
        Some(false) => server.looking_on.end(caller.co_op),
        None => {}
    }
    if let Some(courier) = without {
        server.looking_on.leave_out(caller.co_op, courier);
    }
    Ok(Json(answer))
}

/// What a look found, and with which pair of couriers the next one goes on.
pub(super) struct Look {
    pub(super) answer: SuggestAnswer,
    pub(super) next: usize,
}

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asker {
    /// Somebody waits for it.
    Person,
    /// Nobody does: some seconds, and pairs of couriers from that one on.
    Server { from: usize, seconds: u32 },
}

/// Looks, and keeps what is found.
pub(super) async fn look_now(
    server: &Arc<Server>,
    caller: Caller,
    request: SuggestRequest,
    asker: Asker,
) -> Result<Look, Problem> {
    let (from, seconds, by_itself) = match asker {
        Asker::Person => (0, SECONDS_MAX, false),
        Asker::Server { from, seconds } => (from, seconds, true),
    };
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
        let now = (hand.at.time, by_itself);
        app::suggestion::keep(tx, caller, replans, &asked, now, &mut hand.random)
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
