//! `GET` and `POST /v1/members`: who is in the co-op, and who joins.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::members::{Member, Members, NewMember};

use super::ask;
use super::bearer::SignedIn;
use super::json_body::JsonBody;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
) -> Result<Json<Members>, Problem> {
    let members = ask::read(&server, move |snapshot, _| app::members::members(snapshot, caller.co_op));
    Ok(Json(members.await?))
}

pub(super) async fn add(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
    JsonBody(new): JsonBody<NewMember>,
) -> Result<Json<Member>, Problem> {
    let member = ask::write(&server, move |tx, hand| {
        app::add_member::add_member(tx, caller.co_op, &new, hand.at.time)
    });
    Ok(Json(member.await?))
}
