//! `GET /v1/drafts`: the rounds that nobody holds yet.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::draft::Drafts;

use super::ask;
use super::bearer::SignedIn;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
) -> Result<Json<Drafts>, Problem> {
    let drafts = ask::read(&server, move |snapshot, _| app::draft::drafts(snapshot, caller));
    Ok(Json(drafts.await?))
}
