//! `GET /v1/items`: what a person has to settle, or did.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use core_sync::wire::item::Items;

use super::ask;
use super::bearer::SignedIn;
use super::problem::Problem;
use crate::app;
use crate::server::Server;

pub(super) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(caller): SignedIn,
) -> Result<Json<Items>, Problem> {
    let items = ask::read(&server, move |snapshot, at| app::items::items(snapshot, caller.co_op, at.time));
    Ok(Json(items.await?))
}
