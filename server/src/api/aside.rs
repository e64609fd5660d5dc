//! `GET /v1/aside`: what stands outside the rounds, refused or held.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::aside::Aside;

use super::ask;
use super::bearer::SignedIn;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
) -> Result<Json<Aside>, Problem> {
    let aside = ask::read(&server, move |snapshot, _| app::list_aside::list_aside(snapshot, caller.co_op));
    Ok(Json(aside.await?))
}
