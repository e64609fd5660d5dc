//! `POST /v1/commands`: one act of a coordinator, or of a courier who takes a draft.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::command::{CommandAnswer, CommandRequest};

use super::ask;
use super::bearer::SignedIn;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn command(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(request): JsonBody<CommandRequest>,
) -> Result<Json<CommandAnswer>, Problem> {
    let answer = ask::write(&server, move |tx, hand| {
        app::command::command(tx, hand.keys, hand.revocations, caller, &request, hand.at, &mut hand.random)
    });
    Ok(Json(answer.await?))
}
