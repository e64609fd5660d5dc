//! `POST /v1/tokens`: a token for a member, shown once.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::members::{ForMember, Granted};

use super::ask;
use super::bearer::SignedIn;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn grant(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(request): JsonBody<ForMember>,
) -> Result<Json<Granted>, Problem> {
    let granted = ask::write(&server, move |tx, hand| {
        app::grant_token::grant_token(tx, caller.co_op, &request, hand.at.time, &mut hand.random)
    });
    Ok(Json(granted.await?))
}
